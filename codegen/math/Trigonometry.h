// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// sin, cos, tan, asin, acos, atan, atan2.
#pragma once
#include "codegen/math/Coefficients.h"
#include "codegen/math/DoubleDouble.h"
#include "codegen/math/FloatValue.h"
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

namespace tenon::math {

/// a = quarter pi/2 + rest.high + rest.low, |rest| <= pi/4 and a rounding error; quarter counts modulo 4.
template <FloatValue V> struct Turn {
  DoubleDouble<V> rest;
  typename V::Int quarter;
};

/// f64, a >= 2^-30. After Payne & Hanek (ACM SIGNUM Newsletter 18, 1983): of the digits of 2/pi, those whose product
/// with a is a multiple of 4 are left out. Without tables in memory, a window of five digits is selected in five steps,
/// each of which skips 16, 8, 4, 2 or 1 digits and divides `a` by their weight, exactly. With 50-bit digits, five reach
/// 121 bits behind the binary point; no double is closer than 2^-62 to a multiple of pi/2 (Muller, Elementary
/// Functions, 3rd ed., section 11.3).
template <FloatValue V> Turn<V> reduceTrigonometric64(V a) {
  constexpr int digits = std::size(kTwoOverPi64), window = 5;
  std::array<V, digits> d = [&]<std::size_t... i>(std::index_sequence<i...>) {
    return std::array<V, digits>{V(kTwoOverPi64[i])...};
  }
  (std::make_index_sequence<digits>());
  for (int step = 16; step >= 1; step /= 2) {
    // a < 2^105 needs no skip: below that, the product with the first digit still fits into twice 53 bits.
    typename V::Mask skip = !(a < std::ldexp(1.0, 105 + 50 * (step - 1)));
    a = select(skip, a * std::ldexp(1.0, -50 * step), a);
    // What the later steps can still reach.
    int reach = window + step - 1;
    for (int i = 0; i < reach && i + step < digits; ++i)
      d[i] = select(skip, d[i + step], d[i]);
  }
  auto product = [&](int i) { return twoProduct(a * std::ldexp(1.0, -50 * i), d[i]); };
  auto modulo4 = [](V x) { return fma(roundEven(x * 0.25), -4, x); };
  auto p0 = product(0), p1 = product(1), p2 = product(2), p3 = product(3);
  auto s0 = twoSum(modulo4(p0.high), modulo4(p0.low));
  auto s1 = twoSum(s0.high, modulo4(p1.high));
  auto s2 = twoSum(s1.high, p1.low);
  auto s3 = twoSum(s2.high, p2.high);
  V biased = s3.high + kRoundingShift<V>;
  V sum = s3.high - (biased - kRoundingShift<V>), errors = 0;
  V last = fma(a * 0x1p-200, d[4], p3.low);
  // The sum may cancel down to 2^-62, therefore its errors are kept.
  for (V part : {s3.low, s2.low, s1.low, s0.low, p2.low, p3.high, last}) {
    auto s = twoSum(sum, part);
    sum = s.high;
    errors = errors + s.low;
  }
  DoubleDouble<V> piHalf{0x1.921fb54442d18p0, 0x1.1a62633145c07p-54};
  return {fastTwoSum(sum, errors) * piHalf, toBits(biased)};
}

/// f32, a >= 0, computed in f64, where three numbers of 28, 28 and 53 bits hold the digits of 2/pi that matter for 26
/// binades of `a`: the products with the first two are exact. Returns the rest in f64.
template <Float32Value V> std::pair<typename V::Wide, typename V::Int> reduceTrigonometric32(V a) {
  using W = typename V::Wide;
  W wide = widen(a);
  std::array<W, 3> d{kTwoOverPi32[0], kTwoOverPi32[1], kTwoOverPi32[2]};
  for (int group = 1; group < 4; ++group) {
    typename V::Mask beyond = !(a < std::ldexp(1.0, 23 + 26 * group));
    for (int i = 0; i < 3; ++i)
      d[i] = select(beyond, W(kTwoOverPi32[3 * group + i]), d[i]);
  }
  constexpr double shift = kRoundingShift<W>;
  W first = wide * d[0], firstBiased = first + shift;
  W second = fma(wide, d[1], first - (firstBiased - shift)), secondBiased = second + shift;
  W rest = fma(wide, d[2], second - (secondBiased - shift));
  return {rest * 0x1.921fb54442d18p0, lowHalf(toBits(firstBiased) + toBits(secondBiased))};
}

/// sin(r) and cos(r) for |r| <= pi/4; the f64 forms are fdlibm's, where r.low is a correction of first order.
template <FloatValue V> V sinReduced(DoubleDouble<V> r) {
  V z = r.high * r.high;
  if constexpr (isFloat32<V>)
    return fma(r.high * z, polynomial(z, kSinTail32), r.high);
  else
    return r.high + fma(r.high * z, polynomial(z, kSinTail64), r.low * fma(z, -0.5, 1));
}

template <FloatValue V> V cosReduced(DoubleDouble<V> r) {
  V z = r.high * r.high;
  if constexpr (isFloat32<V>) {
    return fma(z, fma(z, polynomial(z, kCosTail32), -0.5), 1);
  } else {
    V half = z * 0.5, w = 1 - half;
    return w + (((1 - w) - half) + fma(z * z, polynomial(z, kCosTail64), -(r.high * r.low)));
  }
}

template <FloatValue V> Turn<V> reduceTrigonometric(V a) {
  if constexpr (isFloat32<V>) {
    auto [rest, quarter] = reduceTrigonometric32(a);
    return {{narrow(rest), V(0)}, quarter};
  } else {
    return reduceTrigonometric64(a);
  }
}

/// sin(rest + quarter pi/2).
template <FloatValue V> V sinOfTurn(DoubleDouble<V> rest, typename V::Int quarter) {
  V value = select((quarter & 1) == 0, sinReduced(rest), cosReduced(rest));
  return fromBits(toBits(value) ^ ((quarter & 2) << (V::bits - 2)));
}

template <FloatValue V> V sin(V x) {
  V a = abs(x);
  auto [rest, quarter] = reduceTrigonometric(a);
  V result = fromBits(toBits(sinOfTurn(rest, quarter)) ^ (toBits(x) & Format<V::bits>::signMask));
  if constexpr (isFloat32<V>)
    return result;
  else
    return select(a < 0x1p-30, x, result);
}

template <FloatValue V> V cos(V x) {
  auto [rest, quarter] = reduceTrigonometric(abs(x));
  return sinOfTurn(rest, quarter + 1);
}

/// sin / cos of the reduced angle, or -cos / sin. f64: the quotient of double-doubles, as the rounding errors of sine,
/// cosine and division together would exceed 2 units in the last place.
template <FloatValue V> V tan(V x) {
  V a = abs(x), result = 0;
  if constexpr (isFloat32<V>) {
    auto [rest, quarter] = reduceTrigonometric32(a);
    auto z = rest * rest;
    auto sine = fma(rest * z, polynomial(z, kSinTail32), rest);
    auto cosine = fma(z, fma(z, polynomial(z, kCosTail32), -0.5), 1);
    typename V::Mask even = (quarter & 1) == 0;
    result = narrow(select(even, sine, -cosine) / select(even, cosine, sine));
  } else {
    auto [rest, quarter] = reduceTrigonometric64(a);
    V r = rest.high, z = r * r;
    auto sine = fastTwoSum(r, fma(r * z, polynomial(z, kSinTail64), rest.low * fma(z, -0.5, 1)));
    auto half = fastTwoSum(V(1), z * -0.5);
    auto cosine =
        fastTwoSum(half.high, half.low + fma(z * z, polynomial(z, kCosTail64), -(r * rest.low)) + fma(r, r, -z) * -0.5);
    typename V::Mask even = (quarter & 1) == 0;
    DoubleDouble<V> over{select(even, sine.high, -cosine.high), select(even, sine.low, -cosine.low)};
    DoubleDouble<V> under{select(even, cosine.high, sine.high), select(even, cosine.low, sine.low)};
    V quotient = over.high / under.high;
    V remainder = fma(-quotient, under.high, over.high) + fma(-quotient, under.low, over.low);
    result = select(a < 0x1p-30, a, quotient + remainder / under.high);
  }
  return fromBits(toBits(result) ^ (toBits(x) & Format<V::bits>::signMask));
}

/// (asin(t) / t - 1) / z, z = t^2 <= 1/4.
template <FloatValue V> V asinTail(V z) {
  if constexpr (isFloat32<V>)
    return polynomial(z, kAsinTail32);
  else
    return polynomial(z, kAsinTail64);
}

/// pi = 2 * (kPiHalfHigh + kPiHalfLow).
template <class V> inline constexpr double kPiHalfHigh = byType<V>(0x1.921fb6p0, 0x1.921fb54442d18p0);
template <class V> inline constexpr double kPiHalfLow = byType<V>(-0x1.777a5cf72cecep-25, 0x1.1a62633145c07p-54);

/// asin(t) for |x| <= 1/2 with t = |x|, beyond it pi/2 - 2 asin(t) with t = sqrt((1 - |x|) / 2), as in fdlibm. NaN for
/// |x| > 1 comes from the root.
template <FloatValue V> V asin(V x) {
  V a = abs(x);
  typename V::Mask small = a < 0.5;
  V half = fma(a, -0.5, 0.5);
  V z = select(small, a * a, half), t = select(small, a, sqrt(half));
  V tail = t * (z * asinTail(z));
  auto difference = fastTwoSum(V(kPiHalfHigh<V>), t * -2);
  V large = difference.high - fma(tail, 2, -kPiHalfLow<V> - difference.low);
  return copySign(select(small, t + tail, large), x);
}

/// pi/2 - asin(x), or 2 asin(t), or pi - 2 asin(t).
template <FloatValue V> V acos(V x) {
  V a = abs(x);
  typename V::Mask small = a < 0.5;
  V half = fma(a, -0.5, 0.5);
  V z = select(small, a * a, half), t = select(small, x, sqrt(half));
  V tail = t * (z * asinTail(z));
  V center = kPiHalfHigh<V> - (t + (tail - kPiHalfLow<V>));
  V twice = (t + tail) * 2;
  V outer = select(x < 0, 2 * kPiHalfHigh<V> - (twice - 2 * kPiHalfLow<V>), twice);
  return select(small, center, outer);
}

/// atan(a / b) = offset pi/2 + atan(t), |t| <= 1/2.
template <FloatValue V> struct AtanReduction { V offset, t; };

/// For a, b >= 0, not both 0 or both infinite: t is a / b, (a - b) / (a + b) or -b / a. `halfB` is b / 2, `minusB` -b.
template <FloatValue V> AtanReduction<V> reduceAtan(V a, V b, V halfB, V minusB) {
  typename V::Mask low = a<halfB, high = a * 0.5> b;
  V over = select(low, a, select(high, minusB, a - b)), under = select(low, b, select(high, a, a + b));
  return {select(low, V(0), select(high, V(1), V(0.5))), over / under};
}

template <FloatValue V> V atanFromReduced(V offset, V t) {
  V z = t * t;
  V tail = [&] {
    if constexpr (isFloat32<V>)
      return polynomial(z, kAtanTail32);
    else
      return polynomial(z, kAtanTail64);
  }();
  return fma(offset, kPiHalfHigh<V>, t + fma(offset, kPiHalfLow<V>, t * (z * tail)));
}

template <FloatValue V> V atan(V x) {
  auto [offset, t] = reduceAtan(abs(x), V(1), V(0.5), V(-1));
  return copySign(atanFromReduced(offset, t), x);
}

/// The angle of (x, y). Both coordinates are scaled where a sum might overflow or a subnormal coordinate would lose
/// bits in halving, and replaced by 1 where both are infinite.
template <FloatValue V> V atan2(V y, V x) {
  V a = abs(y), b = abs(x);
  typename V::Mask infinite = (a == kInfinity) & (b == kInfinity);
  a = select(infinite, V(1), a);
  b = select(infinite, V(1), b);
  constexpr double bound = byType<V>(0x1p60, 0x1p500);
  typename V::Mask large = (a > bound) | (b > bound);
  V scale = select(large, V(0x1p-2), V(byType<V>(0x1p30, 0x1p60)));
  typename V::Mask zero = a == 0;
  // A denominator of 1 for 0 / 0.
  V denominator = select(zero & (b == 0), V(1), b);
  V scaled = denominator * scale;
  auto [offset, t] = reduceAtan(a * scale, scaled, scaled * 0.5, -scaled);
  // The sign of x, not x < 0: it matters for -0.
  typename V::Mask reflect = copySign(V(1), x) < 0;
  V result = atanFromReduced(select(reflect, 2 - offset, offset), select(reflect, -t, t));
  return copySign(select(x == x, result, x), y);
}

} // namespace tenon::math
