// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arithmetic of f16 and bf16, alone and in pairs: exact in double or rounded to odd there, then rounded once.
#include "runtime/sim/ops/Arithmetic.h"
#include "runtime/sim/ops/Rounding.h"
#include <algorithm>

namespace tenon::sim {
namespace {

struct HalfMode {
  bool flushes = false, saturates = false, relu = false, propagates = false;
  uint32_t pack() const { return flushes | saturates << 1 | relu << 2 | propagates << 3; }
  static HalfMode unpack(uint32_t m) { return {(m & 1) != 0, (m & 2) != 0, (m & 4) != 0, (m & 8) != 0}; }
};

struct Add {
  static double of(double a, double b, HalfMode) { return addToOdd(a, b); }
};
struct Sub {
  static double of(double a, double b, HalfMode) { return addToOdd(a, -b); }
};
struct Mul {
  static double of(double a, double b, HalfMode) { return a * b; }
};
struct Fma {
  static double of(double a, double b, double c, HalfMode) { return addToOdd(a * b, c); }
};
struct Min {
  static double of(double a, double b, HalfMode mode) {
    if (a != a || b != b)
      return mode.propagates ? std::numeric_limits<double>::quiet_NaN() : a != a ? b : a;
    return a < b || (a == b && std::signbit(a)) ? a : b;
  }
};
struct Max {
  static double of(double a, double b, HalfMode mode) {
    if (a != a || b != b)
      return mode.propagates ? std::numeric_limits<double>::quiet_NaN() : a != a ? b : a;
    return a > b || (a == b && !std::signbit(a)) ? a : b;
  }
};
struct Neg {
  static double of(double a, HalfMode) { return -a; }
};
struct Abs {
  static double of(double a, HalfMode) { return std::fabs(a); }
};

/// Subnormal results and sources become zero, of f16 only.
template <class T> T flushHalf(T value) {
  bool subnormal = std::is_same_v<T, Half> && (value.bits & 0x7c00) == 0;
  return subnormal ? T{static_cast<uint16_t>(value.bits & 0x8000)} : value;
}

template <class F, class T, unsigned Arity, unsigned Count> void handler(Warp &warp, const Op &op, uint32_t mask) {
  HalfMode mode = HalfMode::unpack(op.modifiers);
  uint32_t *r = warp.row(op.result(0));
  const uint32_t *rows[Arity];
  for (unsigned i = 0; i < Arity; ++i)
    rows[i] = warp.row(op.source(i));
  auto source = [&](unsigned i, unsigned lane, unsigned part) -> double {
    T value{static_cast<uint16_t>(rows[i][lane] >> (16 * part))};
    return toFloat(mode.flushes ? flushHalf(value) : value);
  };
  forLanes(mask, [&](unsigned lane) {
    uint32_t packed = 0;
    for (unsigned part = 0; part < Count; ++part) {
      double value;
      if constexpr (Arity == 1)
        value = F::of(source(0, lane, part), mode);
      else if constexpr (Arity == 2)
        value = F::of(source(0, lane, part), source(1, lane, part), mode);
      else
        value = F::of(source(0, lane, part), source(1, lane, part), source(2, lane, part), mode);
      if (mode.saturates)
        value = saturate(value);
      if (mode.relu && value < 0)
        value = 0;
      T result = toHalf<T>(value);
      packed |= uint32_t((mode.flushes ? flushHalf(result) : result).bits) << (16 * part);
    }
    r[lane] = packed;
  });
}

template <class F, unsigned Arity> void decode(OpBuilder &b, PtxType type) {
  HalfMode mode;
  b.take("rn");
  mode.flushes = b.take("ftz");
  mode.saturates = b.take("sat");
  mode.relu = b.take("relu");
  mode.propagates = b.take("NaN");
  b.result(0, bitsOf(type));
  for (unsigned i = 1; i <= Arity; ++i)
    b.source(i, type);
  b.op.modifiers = mode.pack();
  b.op.run = type == PtxType::F16      ? handler<F, Half, Arity, 1>
             : type == PtxType::F16x2  ? handler<F, Half, Arity, 2>
             : type == PtxType::BF16   ? handler<F, BFloat, Arity, 1>
             : type == PtxType::BF16x2 ? handler<F, BFloat, Arity, 2>
                                       : nullptr;
}

} // namespace

void decodeHalfArithmetic(OpBuilder &b, PtxType type) {
  std::string_view name = b.instruction.mnemonic;
  if (name == "add")
    decode<Add, 2>(b, type);
  else if (name == "sub")
    decode<Sub, 2>(b, type);
  else if (name == "mul")
    decode<Mul, 2>(b, type);
  else if (name == "fma")
    decode<Fma, 3>(b, type);
  else if (name == "min")
    decode<Min, 2>(b, type);
  else if (name == "max")
    decode<Max, 2>(b, type);
  else if (name == "neg")
    decode<Neg, 1>(b, type);
  else if (name == "abs")
    decode<Abs, 1>(b, type);
  else
    b.fail("the simulator does not know this form");
}

} // namespace tenon::sim
