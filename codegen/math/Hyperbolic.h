// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// sinh, cosh, tanh, asinh, acosh, atanh.
#pragma once
#include "codegen/math/DoubleDouble.h"
#include "codegen/math/ExpLog.h"

namespace tenon::math {

/// (tanh(x) / x - 1) / z for |x| <= 0.55, z = x^2.
template <FloatValue V> V tanhTail(V z) {
  if constexpr (isFloat32<V>)
    return polynomial(z, kTanhTail32);
  else
    return polynomial(z, kTanhTail64);
}

/// (sinh(x) / x - 1) / z for |x| <= 1, z = x^2.
template <FloatValue V> V sinhTail(V z) {
  if constexpr (isFloat32<V>)
    return polynomial(z, kSinhTail32);
  else
    return polynomial(z, kSinhTail64);
}

/// A polynomial up to 0.55, else 1 - 2 / (1 + 2^m), m = 2 |x| log2 e; beyond the clamp it is 1.
template <FloatValue V> V tanh(V x) {
  V a = abs(x), z = a * a;
  V small = fma(a * z, tanhTail(z), a);
  constexpr double shift = kRoundingShift<V> + Format<V::bits>::bias;
  V m = clampAbove(a * (2 * kLog2E), byType<V>(30, 60)), biased = m + shift;
  V power = exp2Reduced(m - (biased - shift));
  V large = 1 - 2 / fma(power, powerOfTwo(biased), 1);
  return copySign(select(a < 0.55, small, large), x);
}

/// exp(|x|) / 4, which is finite wherever sinh and cosh are.
template <FloatValue V> V quarterExp(V x) {
  auto reduced = reduceExp(clampAbove(abs(x), byType<V>(89.5, 710.6)), Format<V::bits>::bias - 2);
  return expReduced(reduced.rest) * powerOfTwo(reduced.biased);
}

template <FloatValue V> V sinh(V x) {
  V z = x * x, quarter = quarterExp(x);
  V small = fma(x * z, sinhTail(z), x), large = (quarter - 0.0625 / quarter) * 2;
  return select(abs(x) < 1, small, copySign(large, x));
}

template <FloatValue V> V cosh(V x) {
  V quarter = quarterExp(x);
  return (quarter + 0.0625 / quarter) * 2;
}

/// log1p(a + a^2 / (1 + sqrt(1 + a^2))), or log1p(a) + ln 2 where a^2 might overflow.
template <FloatValue V> V asinh(V x) {
  V a = abs(x);
  typename V::Mask huge = a > byType<V>(0x1p30, 0x1p60);
  V square = a * a;
  auto sum = fastTwoSum(a, square / (sqrt(square + 1) + 1));
  V result = log1pWithLow(select(huge, a, sum.high), select(huge, V(0), sum.low), select(huge, V(1), V(0)));
  return copySign(select(a < kInfinity, result, a), x);
}

/// log1p(t + sqrt(t (t + 2))), t = x - 1.
template <FloatValue V> V acosh(V x) {
  typename V::Mask huge = x > byType<V>(0x1p30, 0x1p60);
  V t = x - 1;
  auto sum = fastTwoSum(sqrt(fma(t, t, t * 2)), t);
  V result = log1pWithLow(select(huge, x, sum.high), select(huge, V(0), sum.low), select(huge, V(1), V(0)));
  result = select(x < kInfinity, result, x);
  return select(x < 1, V(kNan), result);
}

/// log1p(2 a / (1 - a)) / 2.
template <FloatValue V> V atanh(V x) {
  V a = abs(x), twice = a * 2, part = twice * (a / (1 - a));
  auto sum = fastTwoSum(twice, part); // beyond 1/2, where part is the larger one, the error means less
  V result = log1pWithLow(sum.high, sum.low, V(0)) * 0.5;
  return copySign(select(a < 1, result, select(a == 1, V(kInfinity), V(kNan))), x);
}

} // namespace tenon::math
