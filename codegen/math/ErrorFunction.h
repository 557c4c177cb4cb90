// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// erf, erfc, and the normal distribution by erfc.
#pragma once
#include "codegen/math/DoubleDouble.h"
#include "codegen/math/ExpLog.h"

namespace tenon::math {

/// erf(x) / x - 1 for |x| <= 0.9, z = x^2.
template <FloatValue V> V erfSmall(V z) {
  if constexpr (isFloat32<V>)
    return polynomial(z, kErfSmall32);
  else
    return polynomial(z, kErfSmall64);
}

/// erfc(a) for a >= 0.75 as exp(-a^2) v H(v - center), v = 1 / (a + k); in the variable of Shepherd & Laframboise
/// (Mathematics of Computation 36, 1981) up to a linear map. The rounding errors of a^2, of its reduction and of v are
/// added to the argument of the exponential function, so that none of them costs accuracy.
template <FloatValue V> V erfcTail(V a) {
  constexpr double k = byType<V>(1.5, 2), center = byType<V>(55, 42) / 256;
  a = clampAbove(a, byType<V>(10.1, 27.3));
  V square = a * a, squareError = fma(a, a, -square);
  auto reduced = reduceExp(-square, 2 * Format<V::bits>::bias);
  V sum = a + k, reciprocal = 1 / sum;
  V reciprocalError = fma(-reciprocal, sum, 1) - reciprocal * (a - (sum - k));
  V u = fma(reciprocal, reciprocalError, reciprocal - center);
  DoubleDouble<V> h = [&] {
    if constexpr (isFloat32<V>)
      return fastTwoSum(V(kErfcScaled32[0]), u * polynomial<1>(u, kErfcScaled32));
    else
      return fastTwoSum(V(kErfcScaled64[0]), u * polynomial<1>(u, kErfcScaled64));
  }();
  // exp(r + error) - 1 = r + (r^2 tail + exp(r) error)
  V r = reduced.rest, error = reduced.error() - squareError + reciprocalError;
  V curve = r * r * expTail(r);
  V grow = r + (curve + fma(r + curve, error, error));
  auto product = twoProduct(h.high, reciprocal);
  V low = fma(product.high, grow, fma(h.low, reciprocal, product.low));
  return scaleByPowerOfTwo(product.high + low, reduced.biased);
}

/// f32 beyond 0.9 is 1 - 2^m with a polynomial m (the way of N. Juffa's erff): no division, as the small 2^m needs less
/// accuracy.
template <FloatValue V> V erf(V x) {
  V a = abs(x);
  V small = fma(x, erfSmall(x * x), x);
  if constexpr (isFloat32<V>) {
    V clamped = clampAbove(a, 4);
    constexpr double shift = kRoundingShift<V> + Format<32>::bias;
    V m = clamped * polynomial(clamped, kErfLog32), biased = m + shift;
    V power = exp2Reduced(m - (biased - shift));
    return select(a < 0.9, small, copySign(fma(-power, powerOfTwo(biased), 1), x));
  } else {
    return select(a < 0.75, small, copySign(1 - erfcTail(a), x));
  }
}

template <FloatValue V> V erfc(V x) {
  V a = abs(x), tail = erfcTail(a);
  V small = 1 - fma(x, erfSmall(x * x), x);
  return select(a < 0.75, small, select(x < 0, 2 - tail, tail));
}

/// erfc(-x / sqrt 2), twice the normal distribution's probability of being below x: what GELU multiplies x / 2 with.
/// Halving x^2 is exact, so that, with half of erfc's operations, the error is at most 5 + x^2 / 2 ULP: no more than
/// rounding x / sqrt 2 to erfc's argument already costs. exp(-x^2 / 2) v H(v - center), v = 1 / (|x| + 5/2); H is scaled
/// by 2^-24, so that the power of two that undoes it is a normal number down to the smallest result. At the clamp that
/// power is 0, which spares the CPU the underflow.
template <FloatValue V> V twiceNormalCdf(V x) {
  static_assert(isFloat32<V>);
  constexpr double ln2 = 0x1.62e43p-1, shift = kRoundingShift<V> + Format<32>::bias + 24;
  V square = clampAbove(x * (x * 0.5), 104.7);
  V biased = fma(square, -kLog2E, shift), rest = fma(biased - shift, -ln2, -square);
  V v = 1 / (abs(x) + 2.5);
  V tail = v * polynomial(v - 269. / 1024, kNormalTail32) * expReduced(rest) * powerOfTwo(biased);
  return select(x > 0, 2 - tail, tail);
}

} // namespace tenon::math
