// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Comparisons and selections.
#include "runtime/sim/ops/Rounding.h"

namespace tenon::sim {
namespace {

enum class Compare : uint8_t { Eq, Ne, Lt, Le, Gt, Ge, Equ, Neu, Ltu, Leu, Gtu, Geu, Num, Nan };
enum class Join : uint8_t { None, And, Or, Xor };

/// The unordered forms are true where a NaN is compared; the ordered ones false.
template <class T> bool compare(Compare how, T a, T b) {
  bool unordered = a != a || b != b;
  switch (how) {
  case Compare::Eq:
    return a == b;
  case Compare::Ne:
    return !unordered && a != b;
  case Compare::Lt:
    return a < b;
  case Compare::Le:
    return a <= b;
  case Compare::Gt:
    return a > b;
  case Compare::Ge:
    return a >= b;
  case Compare::Num:
    return !unordered;
  case Compare::Nan:
    return unordered;
  default:
    return unordered ||
           compare(static_cast<Compare>(static_cast<unsigned>(how) - static_cast<unsigned>(Compare::Equ)), a, b);
  }
}

/// A lane's value as a type that C++ can compare.
template <class T> auto comparable(T value, bool flushes) {
  if constexpr (std::is_same_v<T, Half> || std::is_same_v<T, BFloat>)
    return toFloat(value);
  else if constexpr (std::is_same_v<T, float>)
    return flushes ? flush(value) : value;
  else
    return value;
}

struct CompareMode {
  Compare how = Compare::Eq;
  Join join = Join::None;
  bool negatesOther = false, flushes = false, floatResult = false;

  uint32_t pack() const {
    return static_cast<uint32_t>(how) | static_cast<uint32_t>(join) << 4 | negatesOther << 6 | flushes << 7 |
           floatResult << 8;
  }
  static CompareMode unpack(uint32_t m) {
    return {Compare(m & 15), Join(m >> 4 & 3), (m >> 6 & 1) != 0, (m >> 7 & 1) != 0, (m >> 8 & 1) != 0};
  }
};

template <class T> uint32_t compareLanes(Warp &warp, const Op &op, uint32_t mask, CompareMode mode, unsigned part = 0) {
  const uint32_t *a = warp.row(op.source(0)), *b = warp.row(op.source(1));
  uint32_t bits = 0;
  auto run = [&](Compare how) {
    forLanes(mask, [&](unsigned lane) {
      T x, y;
      if constexpr (sizeof(T) == 2) {
        x = std::bit_cast<T>(static_cast<uint16_t>(a[lane] >> (16 * part)));
        y = std::bit_cast<T>(static_cast<uint16_t>(b[lane] >> (16 * part)));
      } else {
        x = readLane<T>(a, lane);
        y = readLane<T>(b, lane);
      }
      bits |= uint32_t(compare(how, comparable(x, mode.flushes), comparable(y, mode.flushes))) << lane;
    });
  };
  run(mode.how);
  return bits;
}

uint32_t join(Warp &warp, const Op &op, CompareMode mode, uint32_t bits) {
  if (mode.join == Join::None)
    return bits;
  uint32_t other = *warp.row(op.source(2));
  if (mode.negatesOther)
    other = ~other;
  return mode.join == Join::And ? bits & other : mode.join == Join::Or ? bits | other : bits ^ other;
}

void setPredicate(Warp &warp, uint32_t row, uint32_t mask, uint32_t bits) {
  uint32_t *p = warp.row(row);
  *p = (*p & ~mask) | (bits & mask);
}

/// setp: results p and, if asked for, q, which takes the negated comparison.
template <class T> void setp(Warp &warp, const Op &op, uint32_t mask) {
  CompareMode mode = CompareMode::unpack(op.modifiers);
  uint32_t bits = compareLanes<T>(warp, op, mask, mode);
  uint32_t p = join(warp, op, mode, bits), q = join(warp, op, mode, ~bits);
  setPredicate(warp, op.result(0), mask, p);
  setPredicate(warp, op.result(1), mask, q);
}

/// setp of pairs: p is of the low halves, q of the high ones.
template <class T> void setpPair(Warp &warp, const Op &op, uint32_t mask) {
  CompareMode mode = CompareMode::unpack(op.modifiers);
  uint32_t p = join(warp, op, mode, compareLanes<T>(warp, op, mask, mode, 0));
  uint32_t q = join(warp, op, mode, compareLanes<T>(warp, op, mask, mode, 1));
  setPredicate(warp, op.result(0), mask, p);
  setPredicate(warp, op.result(1), mask, q);
}

/// set: all ones or 1.0 where true.
template <class T> void set(Warp &warp, const Op &op, uint32_t mask) {
  CompareMode mode = CompareMode::unpack(op.modifiers);
  uint32_t bits = join(warp, op, mode, compareLanes<T>(warp, op, mask, mode));
  uint32_t *r = warp.row(op.result(0));
  for (unsigned lane : Lanes(mask))
    r[lane] = bits >> lane & 1 ? static_cast<uint32_t>(op.immediate) : 0;
}

/// set of pairs, with a pair as result.
template <class T> void setPair(Warp &warp, const Op &op, uint32_t mask) {
  CompareMode mode = CompareMode::unpack(op.modifiers);
  uint32_t low = join(warp, op, mode, compareLanes<T>(warp, op, mask, mode, 0));
  uint32_t high = join(warp, op, mode, compareLanes<T>(warp, op, mask, mode, 1));
  auto one = static_cast<uint32_t>(op.immediate);
  uint32_t *r = warp.row(op.result(0));
  for (unsigned lane : Lanes(mask))
    r[lane] = (low >> lane & 1 ? one & 0xffff : 0) | (high >> lane & 1 ? one & 0xffff0000 : 0);
}

/// Calls `pick` with a null pointer of the type's C++ type; null for types without comparison.
template <class Pick> Handler pickCompared(PtxType type, Pick pick) {
  switch (type) {
  case PtxType::B16:
  case PtxType::U16:
    return pick(static_cast<uint16_t *>(nullptr));
  case PtxType::B32:
  case PtxType::U32:
    return pick(static_cast<uint32_t *>(nullptr));
  case PtxType::B64:
  case PtxType::U64:
    return pick(static_cast<uint64_t *>(nullptr));
  case PtxType::S16:
    return pick(static_cast<int16_t *>(nullptr));
  case PtxType::S32:
    return pick(static_cast<int32_t *>(nullptr));
  case PtxType::S64:
    return pick(static_cast<int64_t *>(nullptr));
  case PtxType::F32:
    return pick(static_cast<float *>(nullptr));
  case PtxType::F64:
    return pick(static_cast<double *>(nullptr));
  case PtxType::F16:
    return pick(static_cast<Half *>(nullptr));
  case PtxType::BF16:
    return pick(static_cast<BFloat *>(nullptr));
  default:
    return nullptr;
  }
}

CompareMode takeMode(OpBuilder &b) {
  CompareMode mode;
  int how = b.takeOneOf({"eq", "ne", "lt", "le", "gt", "ge", "equ", "neu", "ltu", "leu", "gtu", "geu", "num", "nan"});
  // Of unsigned integers, these are lt, le, gt and ge.
  if (how < 0)
    how = b.takeOneOf({"-", "-", "lo", "ls", "hi", "hs"});
  if (how < 0)
    b.fail("a comparison is missing");
  mode.how = static_cast<Compare>(std::max(how, 0));
  mode.join = static_cast<Join>(b.takeOneOf({"and", "or", "xor"}) + 1);
  mode.flushes = b.take("ftz");
  return mode;
}

void takeCompared(OpBuilder &b, CompareMode &mode, PtxType type) {
  b.source(1, type);
  b.source(2, type);
  if (mode.join != Join::None) {
    mode.negatesOther = b.operand(3).negated;
    b.source(3, PtxType::Pred);
  }
  b.op.modifiers = mode.pack();
}

void decodeSetp(OpBuilder &b) {
  CompareMode mode = takeMode(b);
  PtxType type = b.takeType();
  b.result(0, 1);
  b.secondResult(0);
  takeCompared(b, mode, type);
  if (type == PtxType::F16x2)
    b.op.run = setpPair<Half>;
  else if (type == PtxType::BF16x2)
    b.op.run = setpPair<BFloat>;
  else
    b.op.run = pickCompared(type, []<class T>(T *) -> Handler { return setp<T>; });
}

void decodeSet(OpBuilder &b) {
  CompareMode mode = takeMode(b);
  PtxType to = b.takeType(), type = b.takeType();
  b.result(0, bitsOf(to));
  takeCompared(b, mode, type);
  b.op.immediate = to == PtxType::F32      ? 0x3f800000
                   : to == PtxType::F16    ? 0x3c00
                   : to == PtxType::BF16   ? 0x3f80
                   : to == PtxType::F16x2  ? 0x3c003c00
                   : to == PtxType::BF16x2 ? 0x3f803f80
                   : bitsOf(to) == 16      ? 0xffff
                                           : 0xffffffff;
  if (bitsOf(to) > 32)
    return;
  if (type == PtxType::F16x2)
    b.op.run = setPair<Half>;
  else if (type == PtxType::BF16x2)
    b.op.run = setPair<BFloat>;
  else
    b.op.run = pickCompared(type, []<class T>(T *) -> Handler { return set<T>; });
}

/// selp: only the chosen source need have a value.
template <class T> void select(Warp &warp, const Op &op, uint32_t mask) {
  uint32_t p = *warp.row(op.source(2));
  if (op.modifiers)
    p = ~p;
  uint32_t *r = warp.row(op.result(0));
  const uint32_t *a = warp.row(op.source(0)), *b = warp.row(op.source(1));
  forLanes(mask, [&](unsigned lane) { writeLane<T>(r, lane, readLane<T>(p >> lane & 1 ? a : b, lane)); });
  uint32_t good = ((p & warp.defined[op.source(0)]) | (~p & warp.defined[op.source(1)])) & warp.defined[op.source(2)];
  uint32_t &defined = warp.defined[op.result(0)];
  defined = (defined & ~mask) | (good & mask);
}

void decodeSelect(OpBuilder &b) {
  PtxType type = b.takeType();
  b.result(0, bitsOf(type));
  b.source(1, type);
  b.source(2, type);
  b.source(3, PtxType::Pred);
  b.op.modifiers = b.operand(3).negated;
  b.op.movesUndefined = true;
  b.op.run = bitsOf(type) == 64 ? select<uint64_t> : bitsOf(type) >= 16 ? select<uint32_t> : nullptr;
}

/// slct: a where c >= 0.
template <class T, class C> struct SelectBySign {
  T operator()(T a, T b, C c) const { return c >= 0 ? a : b; }
};

void decodeSelectBySign(OpBuilder &b) {
  b.take("ftz");
  PtxType type = b.takeType(), condition = b.takeType();
  bool isFloat = condition == PtxType::F32, wide = bitsOf(type) == 64;
  if (!isFloat && condition != PtxType::S32)
    return b.fail("the last type must be s32 or f32");
  b.result(0, bitsOf(type));
  b.source(1, type);
  b.source(2, type);
  b.source(3, condition);
  using Narrow = uint32_t;
  if (wide)
    b.op.run = isFloat ? ternary<SelectBySign<uint64_t, float>, uint64_t, uint64_t, uint64_t, float>
                       : ternary<SelectBySign<uint64_t, int32_t>, uint64_t, uint64_t, uint64_t, int32_t>;
  else
    b.op.run = isFloat ? ternary<SelectBySign<Narrow, float>, Narrow, Narrow, Narrow, float>
                       : ternary<SelectBySign<Narrow, int32_t>, Narrow, Narrow, Narrow, int32_t>;
}

constexpr InstructionRule table[] = {
    {"setp", decodeSetp},
    {"set", decodeSet},
    {"selp", decodeSelect},
    {"slct", decodeSelectBySign},
};

} // namespace

std::span<const InstructionRule> compareRules() { return table; }

} // namespace tenon::sim
