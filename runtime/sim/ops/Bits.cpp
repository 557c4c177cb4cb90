// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Logic, shifts, bit fields and permutations of bytes.
#include "runtime/sim/ops/LaneMap.h"
#include <algorithm>

namespace tenon::sim {
namespace {

template <class T> struct And {
  T operator()(T a, T b) const { return a & b; }
};
template <class T> struct Or {
  T operator()(T a, T b) const { return a | b; }
};
template <class T> struct Xor {
  T operator()(T a, T b) const { return a ^ b; }
};
template <class T> struct Not {
  T operator()(T a) const { return static_cast<T>(~a); }
};
template <class T> struct LogicalNot {
  T operator()(T a) const { return a == 0; }
};
/// Shift amounts of the width and more shift everything out.
template <class T> struct ShiftLeft {
  T operator()(T a, uint32_t n) const { return n >= 8 * sizeof(T) ? T(0) : static_cast<T>(a << n); }
};
template <class T> struct ShiftRight {
  T operator()(T a, uint32_t n) const {
    constexpr uint32_t bits = 8 * sizeof(T);
    if constexpr (std::is_signed_v<T>)
      return static_cast<T>(a >> std::min(n, bits - 1));
    return n >= bits ? T(0) : static_cast<T>(a >> n);
  }
};
template <class T> struct PopCount {
  uint32_t operator()(T a) const { return static_cast<uint32_t>(std::popcount(a)); }
};
template <class T> struct LeadingZeros {
  uint32_t operator()(T a) const { return static_cast<uint32_t>(std::countl_zero(a)); }
};
template <class T> struct Reverse {
  T operator()(T a) const {
    T result = 0;
    for (unsigned i = 0; i < 8 * sizeof(T); ++i)
      result = static_cast<T>(result << 1 | (a >> i & 1));
    return result;
  }
};
/// The most significant bit that is not a copy of the sign, or all ones.
template <class T, bool ShiftAmount> struct FindLeading {
  uint32_t operator()(T a) const {
    using U = std::make_unsigned_t<T>;
    U value = static_cast<U>(std::is_signed_v<T> && a < 0 ? ~a : a);
    if (value == 0)
      return ~0u;
    auto zeros = static_cast<uint32_t>(std::countl_zero(value));
    return ShiftAmount ? zeros : 8 * sizeof(T) - 1 - zeros;
  }
};
/// Bits beyond the field or beyond the top are copies of the field's highest bit, as far as that is there.
template <class T> struct ExtractField {
  T operator()(T a, uint32_t position, uint32_t length) const {
    using U = std::make_unsigned_t<T>;
    constexpr uint32_t top = 8 * sizeof(T) - 1;
    position &= 255;
    length &= 255;
    uint32_t count = position > top ? 0 : std::min(length, top + 1 - position);
    U kept = count > top ? ~U(0) : (U(1) << count) - 1;
    U field = count ? static_cast<U>(a) >> position & kept : U(0);
    bool negative =
        std::is_signed_v<T> && length != 0 && (static_cast<U>(a) >> std::min(position + length - 1, top) & 1);
    return static_cast<T>(negative ? field | static_cast<U>(~kept) : field);
  }
};
template <class T> struct InsertField {
  T operator()(T a, T b, uint32_t position, uint32_t length) const {
    constexpr uint32_t width = 8 * sizeof(T);
    position &= 255;
    length &= 255;
    if (position >= width || length == 0)
      return b;
    T field = length >= width ? ~T(0) : (T(1) << length) - 1;
    return (b & ~(field << position)) | (a & field) << position;
  }
};

template <class T> void insertField(Warp &warp, const Op &op, uint32_t mask) {
  for (unsigned lane : Lanes(mask))
    writeLane<T>(warp.row(op.result(0)), lane,
                 InsertField<T>()(readLane<T>(warp.row(op.source(0)), lane), readLane<T>(warp.row(op.source(1)), lane),
                                  warp.row(op.source(2))[lane], warp.row(op.source(3))[lane]));
}

/// Predicates are masks of lanes.
template <template <class> class F> void predicateBinary(Warp &warp, const Op &op, uint32_t mask) {
  uint32_t a = *warp.row(op.source(0)), b = *warp.row(op.source(1));
  if (op.modifiers & 1)
    a = ~a;
  if (op.modifiers & 2)
    b = ~b;
  uint32_t *r = warp.row(op.result(0));
  *r = (*r & ~mask) | (F<uint32_t>()(a, b) & mask);
}

void predicateNot(Warp &warp, const Op &op, uint32_t mask) {
  uint32_t *r = warp.row(op.result(0));
  *r = (*r & ~mask) | (~*warp.row(op.source(0)) & mask);
}

template <template <class> class F> void decodeLogic(OpBuilder &b) {
  PtxType type = b.takeType();
  b.result(0, bitsOf(type));
  b.source(1, type);
  b.source(2, type);
  if (type == PtxType::Pred) {
    b.op.modifiers = b.operand(1).negated | b.operand(2).negated << 1;
    b.op.run = predicateBinary<F>;
  } else if (isUntyped(type)) {
    b.op.run = pickInteger<F, 2>(type);
  }
}

void decodeNot(OpBuilder &b) {
  PtxType type = b.takeType();
  bool logical = b.instruction.mnemonic == "cnot";
  b.result(0, bitsOf(type));
  b.source(1, type);
  if (type == PtxType::Pred && !logical)
    b.op.run = predicateNot;
  else if (isUntyped(type))
    b.op.run = logical ? pickInteger<LogicalNot, 1>(type) : pickInteger<Not, 1>(type);
}

template <template <class> class F> Handler shiftHandler(PtxType type) {
  switch (type) {
  case PtxType::B16:
  case PtxType::U16:
    return binary<F<uint16_t>, uint16_t, uint16_t, uint32_t>;
  case PtxType::B32:
  case PtxType::U32:
    return binary<F<uint32_t>, uint32_t, uint32_t, uint32_t>;
  case PtxType::B64:
  case PtxType::U64:
    return binary<F<uint64_t>, uint64_t, uint64_t, uint32_t>;
  case PtxType::S16:
    return binary<F<int16_t>, int16_t, int16_t, uint32_t>;
  case PtxType::S32:
    return binary<F<int32_t>, int32_t, int32_t, uint32_t>;
  case PtxType::S64:
    return binary<F<int64_t>, int64_t, int64_t, uint32_t>;
  default:
    return nullptr;
  }
}

void decodeShift(OpBuilder &b) {
  PtxType type = b.takeType();
  bool left = b.instruction.mnemonic == "shl";
  b.result(0, bitsOf(type));
  b.source(1, type);
  b.source(2, PtxType::U32);
  if (!left || isUntyped(type))
    b.op.run = left ? shiftHandler<ShiftLeft>(type) : shiftHandler<ShiftRight>(type);
}

/// shf: 32 bits of the 64-bit value b:a, shifted. Modifiers: 1 right, 2 clamp.
void funnelShift(Warp &warp, const Op &op, uint32_t mask) {
  bool right = op.modifiers & 1, clamps = op.modifiers & 2;
  const uint32_t *a = warp.row(op.source(0)), *b = warp.row(op.source(1)), *c = warp.row(op.source(2));
  uint32_t *r = warp.row(op.result(0));
  for (unsigned lane : Lanes(mask)) {
    uint64_t value = uint64_t(b[lane]) << 32 | a[lane];
    uint32_t n = clamps ? std::min(c[lane], 32u) : c[lane] & 31;
    r[lane] = static_cast<uint32_t>(right ? value >> n : value << n >> 32);
  }
}

void decodeFunnelShift(OpBuilder &b) {
  int direction = b.takeOneOf({"l", "r"});
  int mode = b.takeOneOf({"wrap", "clamp"});
  if (b.takeType() != PtxType::B32 || direction < 0 || mode < 0)
    return b.fail("expected shf.l or .r, .wrap or .clamp, .b32");
  b.result(0, 32);
  b.source(1, PtxType::B32);
  b.source(2, PtxType::B32);
  b.source(3, PtxType::U32);
  b.op.modifiers = (direction == 1) | (mode == 1) << 1;
  b.op.run = funnelShift;
}

template <template <class> class F> void decodeCount(OpBuilder &b) {
  PtxType type = b.takeType();
  b.result(0, 32);
  b.source(1, type);
  b.op.run = type == PtxType::B32   ? unary<F<uint32_t>, uint32_t, uint32_t>
             : type == PtxType::B64 ? unary<F<uint64_t>, uint32_t, uint64_t>
                                    : nullptr;
}

void decodeReverse(OpBuilder &b) {
  PtxType type = b.takeType();
  b.result(0, bitsOf(type));
  b.source(1, type);
  if (bitsOf(type) > 16)
    b.op.run = pickInteger<Reverse, 1>(type);
}

template <bool ShiftAmount> Handler findLeading(PtxType type) {
  switch (type) {
  case PtxType::U32:
    return unary<FindLeading<uint32_t, ShiftAmount>, uint32_t, uint32_t>;
  case PtxType::U64:
    return unary<FindLeading<uint64_t, ShiftAmount>, uint32_t, uint64_t>;
  case PtxType::S32:
    return unary<FindLeading<int32_t, ShiftAmount>, uint32_t, int32_t>;
  case PtxType::S64:
    return unary<FindLeading<int64_t, ShiftAmount>, uint32_t, int64_t>;
  default:
    return nullptr;
  }
}

void decodeFindLeading(OpBuilder &b) {
  bool shiftAmount = b.take("shiftamt");
  PtxType type = b.takeType();
  b.result(0, 32);
  b.source(1, type);
  b.op.run = shiftAmount ? findLeading<true>(type) : findLeading<false>(type);
}

template <class T> constexpr Handler extractHandler = ternary<ExtractField<T>, T, T, uint32_t, uint32_t>;

void decodeField(OpBuilder &b) {
  PtxType type = b.takeType();
  b.result(0, bitsOf(type));
  b.source(1, type);
  if (b.instruction.mnemonic == "bfe") {
    b.op.run = type == PtxType::U32   ? extractHandler<uint32_t>
               : type == PtxType::U64 ? extractHandler<uint64_t>
               : type == PtxType::S32 ? extractHandler<int32_t>
               : type == PtxType::S64 ? extractHandler<int64_t>
                                      : nullptr;
  } else {
    b.source(2, type);
    b.op.run = type == PtxType::B32 ? insertField<uint32_t> : type == PtxType::B64 ? insertField<uint64_t> : nullptr;
  }
  b.source(b.operands() - 2, PtxType::U32);
  b.source(b.operands() - 1, PtxType::U32);
}

/// bmsk: `width` ones from bit `position` on.
template <bool Clamps> struct MaskOfBits {
  uint32_t operator()(uint32_t position, uint32_t width) const {
    position = Clamps ? std::min(position, 32u) : position & 31;
    width = Clamps ? std::min(width, 32u) : width & 31;
    uint64_t ones = (uint64_t(1) << width) - 1;
    return static_cast<uint32_t>(ones << position);
  }
};
/// szext: the low `width` bits, extended as the type says.
template <class T, bool Clamps> struct ExtendFrom {
  T operator()(T a, uint32_t width) const {
    width = Clamps ? std::min(width, 32u) : width & 31;
    return width == 0 ? T(0) : static_cast<T>(static_cast<T>(static_cast<uint32_t>(a) << (32 - width)) >> (32 - width));
  }
};

void decodeMaskOfBits(OpBuilder &b) {
  int mode = b.takeOneOf({"wrap", "clamp"});
  PtxType type = b.takeType();
  bool extends = b.instruction.mnemonic == "szext";
  if (mode < 0 || bitsOf(type) != 32)
    return b.fail("expected .wrap or .clamp and a type of 32 bits");
  b.result(0, 32);
  b.source(1, type);
  b.source(2, PtxType::U32);
  if (!extends)
    b.op.run = mode ? binary<MaskOfBits<true>, uint32_t, uint32_t, uint32_t>
                    : binary<MaskOfBits<false>, uint32_t, uint32_t, uint32_t>;
  else if (isSigned(type))
    b.op.run = mode ? binary<ExtendFrom<int32_t, true>, int32_t, int32_t, uint32_t>
                    : binary<ExtendFrom<int32_t, false>, int32_t, int32_t, uint32_t>;
  else
    b.op.run = mode ? binary<ExtendFrom<uint32_t, true>, uint32_t, uint32_t, uint32_t>
                    : binary<ExtendFrom<uint32_t, false>, uint32_t, uint32_t, uint32_t>;
}

/// lop3: bit i of the table is the result for the bits i = a*4 + b*2 + c.
void lookup3(Warp &warp, const Op &op, uint32_t mask) {
  const uint32_t *a = warp.row(op.source(0)), *b = warp.row(op.source(1)), *c = warp.row(op.source(2));
  uint32_t *r = warp.row(op.result(0));
  uint32_t nonZero = 0;
  for (unsigned lane : Lanes(mask)) {
    uint32_t value = 0;
    for (unsigned i = 0; i < 8; ++i)
      if (op.immediate >> i & 1)
        value |= (i & 4 ? a[lane] : ~a[lane]) & (i & 2 ? b[lane] : ~b[lane]) & (i & 1 ? c[lane] : ~c[lane]);
    r[lane] = value;
    nonZero |= uint32_t(value != 0) << lane;
  }
  if (op.results == 1)
    return;
  // lop3.or, lop3.and: the predicate joined with another.
  uint32_t other = *warp.row(op.source(3));
  if (op.modifiers & 2)
    other = ~other;
  uint32_t joined = op.modifiers & 1 ? nonZero & other : nonZero | other;
  uint32_t *p = warp.row(op.result(1));
  *p = (*p & ~mask) | (joined & mask);
}

void decodeLookup3(OpBuilder &b) {
  int join = b.takeOneOf({"or", "and"});
  if (b.takeType() != PtxType::B32)
    return b.fail("the type must be b32");
  b.result(0, 32);
  if (join >= 0)
    b.secondResult(0);
  for (unsigned i = 1; i <= 3; ++i)
    b.source(i, PtxType::B32);
  b.op.immediate = b.literal(4, 255);
  if (join >= 0) {
    b.source(5, PtxType::Pred);
    b.op.modifiers = (join == 1) | b.operand(5).negated << 1;
  }
  b.op.run = lookup3;
}

uint32_t selectBytes(uint64_t bytes, uint32_t selector) {
  uint32_t result = 0;
  for (unsigned i = 0; i < 4; ++i) {
    uint32_t nibble = selector >> (4 * i) & 15;
    auto byte = static_cast<uint32_t>(bytes >> (8 * (nibble & 7)) & 255);
    if (nibble & 8)
      byte = byte & 128 ? 255 : 0;
    result |= byte << (8 * i);
  }
  return result;
}

/// The selector that a mode of prmt gives for c = 0 to 3.
uint32_t modeSelector(uint32_t mode, uint32_t c) {
  constexpr uint16_t selectors[6][4] = {{0x3210, 0x4321, 0x5432, 0x6543}, {0x5670, 0x6701, 0x7012, 0x0123},
                                        {0x0000, 0x1111, 0x2222, 0x3333}, {0x3210, 0x3211, 0x3222, 0x3333},
                                        {0x0000, 0x1110, 0x2210, 0x3210}, {0x1010, 0x3232, 0x1010, 0x3232}};
  return selectors[mode][c & 3];
}

/// prmt; compilers give an undefined register where no byte of it is selected.
void permute(Warp &warp, const Op &op, uint32_t mask) {
  const uint32_t *a = warp.row(op.source(0)), *b = warp.row(op.source(1)), *c = warp.row(op.source(2));
  uint32_t good = warp.defined[op.source(2)], aGood = warp.defined[op.source(0)], bGood = warp.defined[op.source(1)];
  uint32_t *r = warp.row(op.result(0)), *defined = &warp.defined[op.result(0)];
  uint32_t result[warpLanes];
  for (unsigned lane : Lanes(mask)) {
    uint32_t selector = op.modifiers == 0 ? c[lane] : modeSelector(op.modifiers - 1, c[lane]);
    result[lane] = selectBytes(uint64_t(b[lane]) << 32 | a[lane], selector);
    for (unsigned i = 0; i < 4; ++i)
      if (!((selector >> (4 * i) & 4 ? bGood : aGood) >> lane & 1))
        good &= ~(1u << lane);
  }
  for (unsigned lane : Lanes(mask))
    r[lane] = result[lane];
  *defined = (*defined & ~mask) | (good & mask);
}

void decodePermute(OpBuilder &b) {
  if (b.takeType() != PtxType::B32)
    return b.fail("the type must be b32");
  b.op.modifiers = static_cast<uint32_t>(b.takeOneOf({"f4e", "b4e", "rc8", "ecl", "ecr", "rc16"}) + 1);
  b.result(0, 32);
  for (unsigned i = 1; i <= 3; ++i)
    b.source(i, PtxType::B32);
  b.op.movesUndefined = true;
  b.op.run = permute;
}

constexpr InstructionRule table[] = {
    {"and", decodeLogic<And>},
    {"or", decodeLogic<Or>},
    {"xor", decodeLogic<Xor>},
    {"not", decodeNot},
    {"cnot", decodeNot},
    {"shl", decodeShift},
    {"shr", decodeShift},
    {"shf", decodeFunnelShift},
    {"popc", decodeCount<PopCount>},
    {"clz", decodeCount<LeadingZeros>},
    {"brev", decodeReverse},
    {"bfind", decodeFindLeading},
    {"bfe", decodeField},
    {"bfi", decodeField},
    {"lop3", decodeLookup3},
    {"prmt", decodePermute},
    {"bmsk", decodeMaskOfBits},
    {"szext", decodeMaskOfBits},
};

} // namespace

std::span<const InstructionRule> bitRules() { return table; }

} // namespace tenon::sim
