// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The value types that the elementary functions in this folder are written over, and what all of them share.
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace tenon::math {

/// A value of f32 or f64: a scalar, or any number of lanes. Two types model it: the host's (tests/math/HostValue.h),
/// which computes, and MLIR's (codegen/math/MlirValue.h), which emits `arith` and `math` ops. Functions over it are
/// straight-line code: no branches on values, no tables in memory, no calls. Every operation rounds once, to nearest
/// even; nothing is contracted or reassociated; subnormals are not flushed. A double converts to a constant, rounded to
/// the value's type; an operation needs an operand that is not one. Int is an integer of the same width, whose
/// arithmetic wraps, Mask a boolean.
template <class V>
concept FloatValue = requires(V x, typename V::Int i, typename V::Mask m) {
  requires V::bits == 32 || V::bits == 64;
  requires std::convertible_to<double, V> && std::convertible_to<std::int64_t, typename V::Int>;
  { x + x *x - x / -x } -> std::same_as<V>;
  { fma(x, x, x) } -> std::same_as<V>;
  { sqrt(roundEven(abs(copySign(x, x)))) } -> std::same_as<V>;
  { x < x } -> std::same_as<typename V::Mask>; // ordered: false if either is NaN; so are > and ==
  { (x > x) & ((x == x) | !m) } -> std::same_as<typename V::Mask>;
  { select(m, x, x) } -> std::same_as<V>;
  { toBits(x) } -> std::same_as<typename V::Int>;
  { fromBits(i) } -> std::same_as<V>;
  { ((i + i) - (i & i)) | (i ^ i) } -> std::same_as<typename V::Int>;
  { i << 1 } -> std::same_as<typename V::Int>;
  { i >> 1 } -> std::same_as<typename V::Int>; // logical
  { i == i } -> std::same_as<typename V::Mask>;
};

/// Besides, f32 values have `widen(x)` to V::Wide (f64), whose `narrow(x)` rounds back; 32-bit integers have
/// `toFloat(i)`, which counts them as signed, and 64-bit ones `lowHalf(i)`. There is no conversion from float to
/// integer: out of range it would be undefined (see kRoundingShift).
template <class V>
concept Float32Value = FloatValue<V> && V::bits == 32 && requires(V x, typename V::Wide w) {
  { widen(x) } -> std::same_as<typename V::Wide>;
  { narrow(w) } -> std::same_as<V>;
  { toFloat(lowHalf(toBits(w))) } -> std::same_as<V>;
};

template <class V> inline constexpr bool isFloat32 = V::bits == 32;

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// What differs between the two IEEE 754 formats.
template <int Bits> struct Format;
template <> struct Format<32> {
  static constexpr int mantissa = 23, bias = 127;
  static constexpr double smallestNormal = 0x1p-126;
  static constexpr std::int64_t signMask = 0x80000000, exponentMask = 0xff800000; // the latter with the sign
};
template <> struct Format<64> {
  static constexpr int mantissa = 52, bias = 1023;
  static constexpr double smallestNormal = 0x1p-1022;
  static constexpr std::int64_t signMask = std::int64_t(1) << 63, exponentMask = std::int64_t(-1) << 52;
};

/// Picks a constant by the type of the value.
template <class V> constexpr double byType(double for32, double for64) { return isFloat32<V> ? for32 : for64; }

/// coefficients[First] + coefficients[First + 1] x + ..., by Horner's rule with one fma a step.
template <std::size_t First = 0, FloatValue V, std::size_t N> V polynomial(V x, const double (&coefficients)[N]) {
  static_assert(N >= First + 2);
  V sum = fma(x, coefficients[N - 1], coefficients[N - 2]);
  for (std::size_t i = N - 2; i-- > First;)
    sum = fma(sum, x, coefficients[i]);
  return sum;
}

/// min(x, limit) and max(x, limit) that keep a NaN; each is one instruction of x86.
template <FloatValue V> V clampAbove(V x, double limit) { return select(x > limit, limit, x); }
template <FloatValue V> V clampBelow(V x, double limit) { return select(x < limit, limit, x); }

/// Adding this to x, |x| < 2^(mantissa - 2), leaves x rounded to an integer in the low bits of the sum: the classic
/// replacement for a conversion (Muller et al., Handbook of Floating-Point Arithmetic, 2nd ed., section 10.2).
template <class V> inline constexpr double kRoundingShift = byType<V>(0x1.8p23, 0x1.8p52);

} // namespace tenon::math
