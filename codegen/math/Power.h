// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// rsqrt, cbrt, pow.
#pragma once
#include "codegen/math/DoubleDouble.h"
#include "codegen/math/ExpLog.h"
#include <utility>

namespace tenon::math {

template <FloatValue V> V rsqrt(V x) { return 1 / sqrt(x); }

/// The cube root of a, 2^-60 < a < 2^980, to 5%: a third of its bits, with fdlibm's constants.
template <FloatValue V> V guessCbrt(V a) {
  typename V::Int bits = toBits(a);
  if constexpr (isFloat32<V>) {
    V third = fma(toFloat(bits), 0x1p-10 / 3, kRoundingShift<V>); // in units of 2^10
    return fromBits((toBits(third) << 10) + 709958130);
  } else {
    V upper = fromBits((bits >> 32) | 0x4330000000000000) - 0x1p52;
    V third = fma(upper, 1.0 / 3, kRoundingShift<V>); // in units of 2^32
    return fromBits((toBits(third) << 32) + (std::int64_t(715094163) << 32));
  }
}

/// Halley's iteration, and one of Newton's with the residual in twice the precision.
template <FloatValue V> V cbrt(V x) {
  V a = abs(x);
  // Neither subnormal nor near overflow; 2^54 is a cube.
  typename V::Mask small = a < 1;
  V scaled = a * select(small, V(0x1p54), V(0x1p-54));
  V y = guessCbrt(scaled);
  for (int i = 0; i < (isFloat32<V> ? 1 : 2); ++i) {
    V cube = y * y * y;
    y = fma(y, (scaled - cube) / fma(cube, 2, scaled), y);
  }
  auto square = twoProduct(y, y), cube = twoProduct(square.high, y);
  V residual = (scaled - cube.high) - fma(square.low, y, cube.low);
  V result = (y + residual / (square.high * 3)) * select(small, V(0x1p-18), V(0x1p18));
  return select((a > 0) & (a < kInfinity), copySign(result, x), x);
}

/// log2(a) as a double-double with about 65 bits, a > 0 and finite: 2 log2(e) atanh(s), s = f / (2 + f), whose first
/// two terms are computed in twice the precision.
template <FloatValue V> DoubleDouble<V> preciseLog2(V a) {
  auto [f, k] = reduceLog(a);
  auto divisor = fastTwoSum(V(2), f);
  V ratio = f / divisor.high;
  V residual = fma(-ratio, divisor.high, f) - ratio * divisor.low;
  DoubleDouble<V> s{ratio, residual / divisor.high};
  DoubleDouble<V> z = s * s;
  // 2/3 + 2/5 z + ...
  auto slope = fastTwoSum(V(0x1.5555555555555p-1), z.high * polynomial(z.high, kAtanhPower64));
  DoubleDouble<V> third = s * z * DoubleDouble<V>{slope.high, slope.low + 0x1.5555555555555p-55};
  auto sum = fastTwoSum(s.high * 2, third.high);
  DoubleDouble<V> logarithm{sum.high, sum.low + fma(s.low, 2, third.low)};
  DoubleDouble<V> log2E{kLog2E, 0x1.777d0ffda0d24p-56};
  DoubleDouble<V> part = fastTwoSum(logarithm.high, logarithm.low) * log2E;
  auto total = twoSum(k, part.high);
  return fastTwoSum(total.high, total.low + part.low);
}

/// |x|^y in f64. Errors below 2^-65 of the logarithm are below 2^-54 of a result, as |y log2 x| < 1100.
template <FloatValue V> V powerOfMagnitude64(V a, V y) {
  auto log = preciseLog2(a);
  typename V::Mask ordinary = (a > 0) & (a < kInfinity);
  V high = select(ordinary, log.high, withLogSpecials(a, log.high));
  V product = y * high;
  ordinary = ordinary & (abs(product) < 1100);
  V low = select(ordinary, fma(y, high, -product) + y * log.low, V(0));
  product = clampBelow(clampAbove(product, 1025), -1076);
  constexpr double shift = kRoundingShift<V> + 2 * Format<64>::bias;
  V biased = product + shift, r = product - (biased - shift);
  V slope = polynomial(r, kExp2Tail64);
  V correction = fma(r, slope, 1) * (low * 0x1.62e42fefa39efp-1);
  return scaleByPowerOfTwo(fma(r, slope, correction) + 1, biased);
}

/// |x|^y in f32, computed in f64, where the accuracy of kExp2Tail32 and one rounding step suffice.
template <Float32Value V> V powerOfMagnitude32(V a, V y) {
  using W = typename V::Wide;
  W product = clampBelow(clampAbove(widen(y) * log2(widen(a)), 200), -200);
  constexpr double shift = kRoundingShift<W> + Format<64>::bias;
  W biased = product + shift, r = product - (biased - shift);
  return narrow(fma(r, polynomial(r, kExp2Tail32), 1) * powerOfTwo(biased));
}

/// With all special cases of IEEE 754 (9.2.1).
template <FloatValue V> V pow(V x, V y) {
  V a = abs(x), magnitude = 0;
  if constexpr (isFloat32<V>)
    magnitude = powerOfMagnitude32(a, y);
  else
    magnitude = powerOfMagnitude64(a, y);
  V half = y * 0.5;
  typename V::Mask integer = roundEven(y) == y, even = roundEven(half) == half;
  V result = select(integer & !even, copySign(magnitude, x), magnitude);
  result = select((x < 0) & (a < kInfinity) & !integer, V(kNan), result);
  typename V::Mask one = (y == 0) | (x == 1) | ((a == 1) & (abs(y) == kInfinity));
  return select(one, V(1), result);
}

} // namespace tenon::math
