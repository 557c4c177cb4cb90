// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums and products with their rounding errors (Dekker, Numerische Mathematik 18, 1971; Knuth, TAOCP 2, 4.2.2; Muller
// et al., Handbook of Floating-Point Arithmetic, chapters 4 and 14).
#pragma once
#include "codegen/math/FloatValue.h"

namespace tenon::math {

/// high + low, |low| at most about one unit in the last place of high.
template <FloatValue V> struct DoubleDouble { V high, low; };

/// a + b exactly.
template <FloatValue V> DoubleDouble<V> twoSum(V a, V b) {
  V sum = a + b, part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}

/// a + b exactly, if |a| >= |b| or a = 0.
template <FloatValue V> DoubleDouble<V> fastTwoSum(V a, V b) {
  V sum = a + b;
  return {sum, b - (sum - a)};
}

/// a b exactly, unless the error underflows.
template <FloatValue V> DoubleDouble<V> twoProduct(V a, V b) {
  V product = a * b;
  return {product, fma(a, b, -product)};
}

/// Relative error below 2^-(2p - 3) for a format of precision p (algorithm DWTimesDW of Joldes, Muller & Popescu, ACM
/// TOMS 44, 2017).
template <FloatValue V> DoubleDouble<V> operator*(DoubleDouble<V> a, DoubleDouble<V> b) {
  auto [high, low] = twoProduct(a.high, b.high);
  return fastTwoSum(high, low + fma(a.high, b.low, a.low * b.high));
}

} // namespace tenon::math
