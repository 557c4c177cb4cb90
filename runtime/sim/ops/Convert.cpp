// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// cvt: between all integer and floating-point types.
#include "runtime/sim/ops/Rounding.h"
#include <algorithm>

namespace tenon::sim {
namespace {

struct ConvertMode {
  PtxType to = PtxType::None, from = PtxType::None;
  Rounding rounding = Rounding::Nearest;
  bool toIntegral = false, flushes = false, saturates = false, relu = false, wideResult = false;

  uint32_t pack() const {
    return static_cast<uint32_t>(to) | static_cast<uint32_t>(from) << 5 | static_cast<uint32_t>(rounding) << 10 |
           toIntegral << 13 | flushes << 14 | saturates << 15 | relu << 16 | wideResult << 17;
  }
  static ConvertMode unpack(uint32_t m) {
    return {PtxType(m & 31),    PtxType(m >> 5 & 31), Rounding(m >> 10 & 7), (m >> 13 & 1) != 0,
            (m >> 14 & 1) != 0, (m >> 15 & 1) != 0,   (m >> 16 & 1) != 0,    (m >> 17 & 1) != 0};
  }
};

/// An integer of any type, exact.
__int128 integerOf(uint64_t bits, PtxType type) {
  unsigned unused = 64 - bitsOf(type);
  uint64_t top = bits << unused;
  return isSigned(type) ? static_cast<__int128>(static_cast<int64_t>(top) >> unused)
                        : static_cast<__int128>(top >> unused);
}

__int128 lowest(PtxType type) { return isSigned(type) ? -(static_cast<__int128>(1) << (bitsOf(type) - 1)) : 0; }
__int128 highest(PtxType type) { return (static_cast<__int128>(1) << (bitsOf(type) - (isSigned(type) ? 1 : 0))) - 1; }

double toIntegral(double value, Rounding rounding) {
  switch (rounding) {
  case Rounding::Zero:
    return std::trunc(value);
  case Rounding::Down:
    return std::floor(value);
  case Rounding::Up:
    return std::ceil(value);
  default:
    return std::nearbyint(value);
  }
}

double floatOf(uint64_t bits, const ConvertMode &mode) {
  switch (mode.from) {
  case PtxType::F16:
    return toFloat(Half{static_cast<uint16_t>(bits)});
  case PtxType::BF16:
    return toFloat(BFloat{static_cast<uint16_t>(bits)});
  case PtxType::F32: {
    auto value = std::bit_cast<float>(static_cast<uint32_t>(bits));
    return mode.flushes ? flush(value) : value;
  }
  default:
    return std::bit_cast<double>(bits);
  }
}

/// A float to an integer always saturates; NaN becomes 0, or the top bit for 64-bit types.
uint64_t integerFromFloat(double value, const ConvertMode &mode) {
  if (value != value)
    return bitsOf(mode.to) == 64 || bitsOf(mode.from) == 64 ? uint64_t(1) << (bitsOf(mode.to) - 1) : 0;
  double whole = toIntegral(value, mode.rounding);
  // 2^64 and more do not fit, nor do they all fit in the 128 bits.
  double clamped = std::clamp(whole, -0x1p63, 0x1p64);
  __int128 exact = std::clamp(static_cast<__int128>(clamped), lowest(mode.to), highest(mode.to));
  return static_cast<uint64_t>(exact);
}

/// The bits of a value, exact or rounded to odd, in a floating-point type.
uint64_t bitsInFloat(double value, const ConvertMode &mode) {
  if (mode.toIntegral)
    value = toIntegral(value, mode.rounding);
  if (mode.saturates)
    value = saturate(value);
  if (mode.relu && value < 0)
    value = 0;
  switch (mode.to) {
  case PtxType::F16:
    return toNarrow(value, halfFormat, mode.rounding);
  case PtxType::BF16:
    return toNarrow(value, bfloatFormat, mode.rounding);
  case PtxType::TF32:
    return toNarrow(value, tf32Format, mode.rounding) << 13;
  case PtxType::F32: {
    float result = canonical(toFloat(value, mode.rounding));
    return std::bit_cast<uint32_t>(mode.flushes ? flush(result) : result);
  }
  default:
    return std::bit_cast<uint64_t>(value);
  }
}

uint64_t floatFromInteger(__int128 exact, const ConvertMode &mode) {
  auto nearest = static_cast<double>(exact);
  auto error = static_cast<double>(exact - static_cast<__int128>(nearest));
  if (mode.to == PtxType::F64)
    return std::bit_cast<uint64_t>(adjust(nearest, error, mode.rounding));
  return bitsInFloat(roundedToOdd(nearest, error), mode);
}

uint64_t convert(uint64_t bits, const ConvertMode &mode) {
  if (!isFloating(mode.from)) {
    __int128 exact = integerOf(bits, mode.from);
    if (isFloating(mode.to))
      return floatFromInteger(exact, mode);
    if (mode.saturates)
      exact = std::clamp(exact, lowest(mode.to), highest(mode.to));
    return static_cast<uint64_t>(exact);
  }
  double value = floatOf(bits, mode);
  return isFloating(mode.to) ? bitsInFloat(value, mode) : integerFromFloat(value, mode);
}

/// A register wider than the type takes the value extended as the type says.
uint64_t extend(uint64_t bits, PtxType type) {
  return isFloating(type) ? bits : static_cast<uint64_t>(integerOf(bits, type));
}

template <bool WideFrom> void convertLanes(Warp &warp, const Op &op, uint32_t mask) {
  ConvertMode mode = ConvertMode::unpack(op.modifiers);
  uint32_t *r = warp.row(op.result(0));
  const uint32_t *a = warp.row(op.source(0));
  forLanes(mask, [&](unsigned lane) {
    uint64_t bits = WideFrom ? readLane<uint64_t>(a, lane) : a[lane];
    uint64_t result = extend(convert(bits, mode), mode.to);
    if (mode.wideResult)
      writeLane<uint64_t>(r, lane, result);
    else
      r[lane] = static_cast<uint32_t>(result);
  });
}

/// The conversions between 32-bit and smaller integers and the like are most of all: whole rows at once.
template <class From, class To> void convertPlain(Warp &warp, const Op &op, uint32_t mask) {
  uint32_t *r = warp.row(op.result(0));
  const uint32_t *a = warp.row(op.source(0));
  forLanes(mask, [&](unsigned lane) { writeLane<To>(r, lane, static_cast<To>(readLane<From>(a, lane))); });
}

/// d = {a, b}: a becomes the high half.
void convertPair(Warp &warp, const Op &op, uint32_t mask) {
  ConvertMode mode = ConvertMode::unpack(op.modifiers);
  uint32_t *r = warp.row(op.result(0));
  const uint32_t *a = warp.row(op.source(0)), *b = warp.row(op.source(1));
  forLanes(mask, [&](unsigned lane) {
    r[lane] = static_cast<uint32_t>(convert(a[lane], mode) << 16 | convert(b[lane], mode));
  });
}

/// cvt.pack: two values saturated into the low bits, c moved up behind them.
void convertPack(Warp &warp, const Op &op, uint32_t mask) {
  ConvertMode mode = ConvertMode::unpack(op.modifiers);
  unsigned bits = bitsOf(mode.to);
  uint32_t kept = (1u << bits) - 1;
  uint32_t *r = warp.row(op.result(0));
  forLanes(mask, [&](unsigned lane) {
    uint32_t high = static_cast<uint32_t>(convert(warp.row(op.source(0))[lane], mode)) & kept;
    uint32_t low = static_cast<uint32_t>(convert(warp.row(op.source(1))[lane], mode)) & kept;
    uint32_t rest = op.sources == 3 ? warp.row(op.source(2))[lane] << (2 * bits) : 0;
    r[lane] = high << bits | low | rest;
  });
}

void takeRounding(OpBuilder &b, ConvertMode &mode) {
  constexpr Rounding roundings[] = {Rounding::Nearest, Rounding::Zero, Rounding::Down, Rounding::Up};
  int integral = b.takeOneOf({"rni", "rzi", "rmi", "rpi"});
  mode.toIntegral = integral >= 0;
  mode.rounding = integral >= 0 ? roundings[integral] : tenon::sim::takeRounding(b);
  mode.flushes = b.take("ftz");
  mode.saturates = b.take("sat");
  mode.relu = b.take("relu");
}

void decodePack(OpBuilder &b, ConvertMode mode) {
  PtxType rest = b.takeType();
  b.result(0, 32);
  b.source(1, PtxType::S32);
  b.source(2, PtxType::S32);
  if (rest == PtxType::B32)
    b.source(3, PtxType::B32);
  b.op.modifiers = mode.pack();
  if (mode.from == PtxType::S32 && isInteger(mode.to) && bitsOf(mode.to) <= 16)
    b.op.run = convertPack;
}

bool isPair(PtxType type) { return type == PtxType::F16x2 || type == PtxType::BF16x2; }

unsigned takeSource(OpBuilder &b, PtxType type) {
  const Operand &source = b.operand(1);
  unsigned bits = bitsOf(type);
  if (source.kind != Operand::Kind::Register || b.widthOf(source) == bits || isFloating(type)) {
    b.source(source, type);
    return bits;
  }
  // Integers may come from wider registers.
  return bits <= 8    ? b.sourceOfAny(source, {16, 32, 64})
         : bits == 16 ? b.sourceOfAny(source, {16, 32, 64})
                      : b.sourceOfAny(source, {32, 64});
}

Handler plainHandler(const ConvertMode &mode, unsigned resultBits) {
  if (mode.saturates || mode.rounding != Rounding::Nearest || mode.toIntegral || mode.flushes)
    return nullptr;
  if (mode.to == PtxType::U64 && mode.from == PtxType::U32)
    return convertPlain<uint32_t, uint64_t>;
  if (mode.to == PtxType::S64 && mode.from == PtxType::S32)
    return convertPlain<int32_t, int64_t>;
  if (bitsOf(mode.to) == 32 && isInteger(mode.to) && isInteger(mode.from) && bitsOf(mode.from) == 64 &&
      resultBits == 32)
    return convertPlain<uint64_t, uint32_t>;
  if (mode.to == PtxType::F32 && mode.from == PtxType::S32)
    return convertPlain<int32_t, float>;
  if (mode.to == PtxType::F64 && mode.from == PtxType::F32)
    return convertPlain<float, double>;
  return nullptr;
}

void decodeConvert(OpBuilder &b) {
  ConvertMode mode;
  bool packs = b.take("pack");
  takeRounding(b, mode);
  mode.to = b.takeType();
  mode.from = b.takeType();
  if (mode.to == PtxType::None || mode.from == PtxType::None || mode.from == PtxType::TF32)
    return b.fail("expected two types");
  if (packs)
    return decodePack(b, mode);
  if (isPair(mode.to)) {
    b.result(0, 32);
    b.source(1, mode.from);
    b.source(2, mode.from);
    mode.to = mode.to == PtxType::F16x2 ? PtxType::F16 : PtxType::BF16;
    b.op.modifiers = mode.pack();
    b.op.run = mode.from == PtxType::F32 ? convertPair : nullptr;
    return;
  }
  bool known = !isUntyped(mode.to) && !isUntyped(mode.from) && !isPair(mode.from) && mode.to != PtxType::Pred &&
               mode.from != PtxType::Pred && (mode.to != PtxType::TF32 || mode.from == PtxType::F32);
  if (!known)
    return b.fail("the simulator does not know a conversion between these types");
  unsigned bits = bitsOf(mode.to), width = bits;
  if (isFloating(mode.to))
    b.result(0, bits);
  else
    width = bits == 64   ? b.resultOfAny(b.operand(0), {64})
            : bits == 32 ? b.resultOfAny(b.operand(0), {64, 32})
                         : b.resultOfAny(b.operand(0), {64, 32, 16});
  unsigned sourceBits = takeSource(b, mode.from);
  mode.wideResult = width == 64;
  b.op.modifiers = mode.pack();
  b.op.run = sourceBits == bitsOf(mode.from) ? plainHandler(mode, width) : nullptr;
  if (!b.op.run)
    b.op.run = sourceBits == 64 ? convertLanes<true> : convertLanes<false>;
}

constexpr InstructionRule table[] = {{"cvt", decodeConvert}};

} // namespace

std::span<const InstructionRule> convertRules() { return table; }

} // namespace tenon::sim
