// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Integer arithmetic with mixed widths, carries and packed bytes.
#include "runtime/sim/ops/Arithmetic.h"
#include "runtime/sim/ops/LaneMap.h"

namespace tenon::sim {
namespace {

template <class R, class T> struct MulWide {
  R operator()(T a, T b) const { return static_cast<R>(static_cast<R>(a) * static_cast<R>(b)); }
};
template <class R, class T> struct MadWide {
  R operator()(T a, T b, R c) const {
    using Unsigned = std::make_unsigned_t<R>;
    return static_cast<R>(static_cast<Unsigned>(static_cast<R>(a) * static_cast<R>(b)) + static_cast<Unsigned>(c));
  }
};

PtxType twiceAsWide(PtxType type) {
  switch (type) {
  case PtxType::U16:
    return PtxType::U32;
  case PtxType::S16:
    return PtxType::S32;
  case PtxType::U32:
    return PtxType::U64;
  case PtxType::S32:
    return PtxType::S64;
  default:
    return PtxType::None;
  }
}

template <class R, class T> Handler wideHandler(bool adds) {
  return adds ? Handler(ternary<MadWide<R, T>, R, T, T, R>) : Handler(binary<MulWide<R, T>, R, T, T>);
}

void decodeWide(OpBuilder &b, PtxType type, bool adds) {
  PtxType wide = twiceAsWide(type);
  if (wide == PtxType::None)
    return b.fail("the type of a .wide product must be u16, s16, u32 or s32");
  b.result(0, bitsOf(wide));
  b.source(1, type);
  b.source(2, type);
  if (adds)
    b.source(3, wide);
  b.op.run = type == PtxType::U16   ? wideHandler<uint32_t, uint16_t>(adds)
             : type == PtxType::S16 ? wideHandler<int32_t, int16_t>(adds)
             : type == PtxType::U32 ? wideHandler<uint64_t, uint32_t>(adds)
                                    : wideHandler<int64_t, int32_t>(adds);
}

/// Sums with a carry: a, b and the product's half are summed with the carry that came in, if any. A subtraction adds
/// the complement, so that the carry is the complement of the borrow.
struct CarryKind {
  bool readsCarry, writesCarry, subtracts, multiplies, high;
  uint32_t pack() const { return readsCarry | writesCarry << 1 | subtracts << 2 | multiplies << 3 | high << 4; }
  static CarryKind unpack(uint32_t m) {
    return {(m & 1) != 0, (m & 2) != 0, (m & 4) != 0, (m & 8) != 0, (m & 16) != 0};
  }
};

/// Sources: a, b, c for a product, and the row of the carries (bit = lane) when it is read; results: d, and the
/// carries.
template <class T> void withCarry(Warp &warp, const Op &op, uint32_t mask) {
  CarryKind kind = CarryKind::unpack(op.modifiers);
  uint32_t *r = warp.row(op.result(0));
  unsigned next = kind.multiplies ? 3 : 2;
  uint32_t carries = kind.readsCarry ? *warp.row(op.source(next)) : kind.subtracts ? ~0u : 0;
  uint32_t carriesOut = 0;
  for (unsigned lane : Lanes(mask)) {
    T a = readLane<T>(warp.row(op.source(0)), lane), b = readLane<T>(warp.row(op.source(1)), lane);
    if (kind.multiplies) {
      unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
      if (kind.high && op.immediate) {
        using Signed = std::make_signed_t<T>;
        product = static_cast<unsigned __int128>(static_cast<__int128>(Signed(a)) * Signed(b));
      }
      a = static_cast<T>(kind.high ? product >> (8 * sizeof(T)) : product);
      b = readLane<T>(warp.row(op.source(2)), lane);
    }
    unsigned __int128 sum =
        static_cast<unsigned __int128>(a) + static_cast<T>(kind.subtracts ? ~b : b) + (carries >> lane & 1);
    writeLane<T>(r, lane, static_cast<T>(sum));
    carriesOut |= static_cast<uint32_t>(sum >> (8 * sizeof(T)) & 1) << lane;
  }
  if (kind.writesCarry) {
    uint32_t *carry = warp.row(op.result(1));
    *carry = (*carry & ~mask) | carriesOut;
  }
}

void decodeCarry(OpBuilder &b, PtxType type, bool readsCarry, bool subtracts, bool multiplies) {
  CarryKind kind{readsCarry, b.take("cc"), subtracts, multiplies, false};
  if (multiplies)
    kind.high = b.takeOneOf({"lo", "hi"}) == 1;
  b.result(0, bitsOf(type));
  if (kind.writesCarry)
    b.resultRow(b.carryRow());
  for (unsigned i = 1; i <= (multiplies ? 3u : 2u); ++i)
    b.source(i, type);
  if (readsCarry)
    b.sourceRow(b.carryRow());
  b.op.modifiers = kind.pack();
  b.op.immediate = isSigned(type);
  b.op.run = bitsOf(type) == 32 ? withCarry<uint32_t> : bitsOf(type) == 64 ? withCarry<uint64_t> : nullptr;
}

bool has(const OpBuilder &b, std::string_view modifier) {
  for (std::string_view m : b.instruction.modifiers)
    if (m == modifier)
      return true;
  return false;
}

void decodeMul(OpBuilder &b) {
  PtxType type = b.takeType();
  if (isFloating(type))
    return decodeFloatArithmetic(b, type);
  if (b.take("wide"))
    return decodeWide(b, type, false);
  decodeMulSameWidth(b, type);
}

void decodeMad(OpBuilder &b) {
  PtxType type = b.takeType();
  if (isFloating(type))
    return decodeFloatArithmetic(b, type);
  if (b.take("wide"))
    return decodeWide(b, type, true);
  if (has(b, "cc"))
    return decodeCarry(b, type, false, false, true);
  decodeMadSameWidth(b, type);
}

void decodeWithCarryIn(OpBuilder &b) {
  std::string_view name = b.instruction.mnemonic;
  decodeCarry(b, b.takeType(), true, name == "subc", name == "madc");
}

/// A byte or half word, extended as its type says.
int32_t part(uint32_t word, unsigned index, unsigned bits, bool isSigned) {
  uint32_t value = word << (32 - bits * (index + 1)) >> (32 - bits);
  return isSigned ? static_cast<int32_t>(value << (32 - bits)) >> (32 - bits) : static_cast<int32_t>(value);
}

/// dp4a: c + the dot product of four bytes. dp2a: of two half words with the two low or high bytes.
void dotBytes(Warp &warp, const Op &op, uint32_t mask) {
  bool aSigned = op.modifiers & 1, bSigned = op.modifiers & 2, two = op.modifiers & 4, high = op.modifiers & 8;
  uint32_t *r = warp.row(op.result(0));
  const uint32_t *a = warp.row(op.source(0)), *b = warp.row(op.source(1)), *c = warp.row(op.source(2));
  for (unsigned lane : Lanes(mask)) {
    uint32_t sum = c[lane];
    for (unsigned i = 0; i < (two ? 2u : 4u); ++i)
      sum += static_cast<uint32_t>(part(a[lane], i, two ? 16 : 8, aSigned) *
                                   part(b[lane], i + (two && high ? 2 : 0), 8, bSigned));
    r[lane] = sum;
  }
}

void decodeDotBytes(OpBuilder &b) {
  bool two = b.instruction.mnemonic == "dp2a";
  bool high = two && b.takeOneOf({"lo", "hi"}) == 1;
  PtxType aType = b.takeType(), bType = b.takeType();
  if (bitsOf(aType) != 32 || bitsOf(bType) != 32)
    return b.fail("the types must be u32 or s32");
  b.result(0, 32);
  for (unsigned i = 1; i <= 3; ++i)
    b.source(i, PtxType::B32);
  b.op.modifiers = isSigned(aType) | isSigned(bType) << 1 | two << 2 | high << 3;
  b.op.run = dotBytes;
}

constexpr InstructionRule table[] = {
    {"mul", decodeMul},          {"mad", decodeMad},       {"addc", decodeWithCarryIn}, {"subc", decodeWithCarryIn},
    {"madc", decodeWithCarryIn}, {"dp4a", decodeDotBytes}, {"dp2a", decodeDotBytes},
};

} // namespace

void decodeAddSubCarryOut(OpBuilder &b, PtxType type) {
  decodeCarry(b, type, false, b.instruction.mnemonic == "sub", false);
}

std::span<const InstructionRule> integerWideRules() { return table; }

} // namespace tenon::sim
