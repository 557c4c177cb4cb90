// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// exp, exp2, expm1, log, log2, log10, log1p.
#pragma once
#include "codegen/math/Coefficients.h"
#include "codegen/math/FloatValue.h"

namespace tenon::math {

/// ln 2 = high + low, and log2 e. The product of n and high is exact inside an fma, so that the reduction of Cody &
/// Waite (Software Manual for the Elementary Functions, 1980) needs no short constants.
template <class V> inline constexpr double kLn2High = byType<V>(0x1.62e43p-1, 0x1.62e42fefa39efp-1);
template <class V> inline constexpr double kLn2Low = byType<V>(-0x1.05c610ca86c39p-29, 0x1.abc9e3b39803fp-56);
inline constexpr double kLog2E = 0x1.71547652b82fep0;

/// x = n ln 2 + rest + error, |rest| <= ln 2 / 2. `biased` holds n + bias in its low bits, as kRoundingShift leaves
/// them.
template <FloatValue V> struct ExpReduction {
  V biased, n, high, rest;
  V error() const { return fma(n, -kLn2Low<V>, high - rest); }
};

template <FloatValue V> ExpReduction<V> reduceExp(V x, int bias) {
  double shift = kRoundingShift<V> + bias;
  V biased = fma(x, kLog2E, shift);
  V n = biased - shift, high = fma(n, -kLn2High<V>, x);
  return {biased, n, high, fma(n, -kLn2Low<V>, high)};
}

/// (exp(r) - 1 - r) / r^2 for |r| <= ln 2 / 2.
template <FloatValue V> V expTail(V r) {
  if constexpr (isFloat32<V>)
    return polynomial(r, kExpTail32);
  else
    return polynomial(r, kExpTail64);
}

/// exp(r) for |r| <= ln 2 / 2.
template <FloatValue V> V expReduced(V r) { return fma(fma(expTail(r), r, 1), r, 1); }

/// 2^r for |r| <= 1/2.
template <FloatValue V> V exp2Reduced(V r) {
  if constexpr (isFloat32<V>)
    return fma(r, polynomial(r, kExp2Tail32), 1);
  else
    return fma(r, polynomial(r, kExp2Tail64), 1);
}

/// 2^(k - Format::bias) for the integer k that `biased` holds in its low bits, 1 <= k <= 2 * Format::bias.
template <FloatValue V> V powerOfTwo(V biased) { return fromBits(toBits(biased) << Format<V::bits>::mantissa); }

/// y * 2^(k - 2 * Format::bias), k as above but 0 <= k < 4 * Format::bias: in two factors, of which only the last
/// product rounds, so that subnormal results are rounded once. The factors are floats and not added to the exponent of
/// y, so that a NaN stays one.
template <FloatValue V> V scaleByPowerOfTwo(V y, V biased) {
  using F = Format<V::bits>;
  typename V::Int bits = toBits(biased);
  typename V::Int half = (bits << (F::mantissa - 1)) & F::exponentMask;
  return y * fromBits(half) * fromBits((bits << F::mantissa) - half);
}

/// The upper clamp is beyond overflow. At the lower one both factors of the scale are 0, as it is far below half of the smallest
/// subnormal: results that underflow cost CPUs many times a multiplication, and masked scores are -inf.
template <FloatValue V> V exp(V x) {
  x = clampBelow(clampAbove(x, byType<V>(89, 710)), byType<V>(-176, -1418));
  auto reduced = reduceExp(x, 2 * Format<V::bits>::bias);
  return scaleByPowerOfTwo(expReduced(reduced.rest), reduced.biased);
}

/// Clamped as exp.
template <FloatValue V> V exp2(V x) {
  x = clampBelow(clampAbove(x, byType<V>(129, 1025)), byType<V>(-254, -2046));
  double shift = kRoundingShift<V> + 2 * Format<V::bits>::bias;
  V biased = x + shift;
  return scaleByPowerOfTwo(exp2Reduced(x - (biased - shift)), biased);
}

/// In quarters, whose scale does not overflow where the result is finite. The upper clamp is beyond overflow, the lower
/// one rounds to -1.
template <FloatValue V> V expm1(V x) {
  V clamped = clampBelow(clampAbove(x, byType<V>(89.5, 710.6)), byType<V>(-17.5, -38));
  auto reduced = reduceExp(clamped, Format<V::bits>::bias - 2);
  V scale = powerOfTwo(reduced.biased), r = reduced.rest;
  V result = fma(fma(r * r, expTail(r), reduced.error()), scale, fma(r, scale, scale - 0.25)) * 4;
  return select(abs(x) < 0x1p-60, x, result); // -0, and quarters of subnormals
}

/// x = 2^k (1 + f), sqrt(1/2) <= 1 + f < sqrt(2).
template <FloatValue V> struct LogReduction { V f, k; };

/// The bits of x, a normal positive number, less those of sqrt(1/2): their exponent field is k.
template <FloatValue V> typename V::Int logExponent(V x) {
  std::int64_t sqrtHalf = isFloat32<V> ? 0x3f3504f3 : 0x3fe6a09e667f3bcd;
  return (toBits(x) - sqrtHalf) & Format<V::bits>::exponentMask;
}

/// The exponent field of `exponent` as a float. x86 before AVX-512 cannot convert 64-bit integers: there, the field
/// goes into the mantissa of 2^52.
template <FloatValue V> V exponentToFloat(typename V::Int exponent) {
  if constexpr (isFloat32<V>)
    return toFloat(exponent) * 0x1p-23;
  else
    return fromBits(((exponent >> 52) ^ 0x800) | 0x4330000000000000) - (0x1p52 + 0x800);
}

/// x > 0, or the result means nothing.
template <FloatValue V> LogReduction<V> reduceLog(V x) {
  typename V::Mask tiny = x < Format<V::bits>::smallestNormal;
  x = select(tiny, x * 0x1p54, x);
  typename V::Int exponent = logExponent(x);
  V f = fromBits(toBits(x) - exponent) - 1;
  V k = exponentToFloat<V>(exponent);
  return {f, k - select(tiny, V(54), V(0))};
}

/// log(1 + f) - f for sqrt(1/2) <= 1 + f < sqrt(2). The f64 form is fdlibm's, after Tang (ACM TOMS 16, 1990): the
/// series of atanh in s = f / (2 + f).
template <FloatValue V> V log1pTail(V f) {
  V square = f * f;
  if constexpr (isFloat32<V>) {
    return square * polynomial(f, kLog1pTail32);
  } else {
    V s = f / (f + 2), z = s * s, half = square * 0.5;
    return fma(s, fma(z, polynomial(z, kAtanhTail64), half), -half);
  }
}

/// k ln 2 + f + tail.
template <FloatValue V> V logFromReduced(V f, V k, V tail) { return fma(k, kLn2High<V>, f + fma(k, kLn2Low<V>, tail)); }

/// `result` where `x` is positive and finite; what IEEE 754 asks of a logarithm of x elsewhere.
template <FloatValue V> V withLogSpecials(V x, V result) {
  result = select(x < kInfinity, result, x);
  return select(x > 0, result, select(x == 0, V(-kInfinity), V(kNan)));
}

template <FloatValue V> V log(V x) {
  auto [f, k] = reduceLog(x);
  return withLogSpecials(x, logFromReduced(f, k, log1pTail(f)));
}

template <FloatValue V> V log2(V x) {
  auto [f, k] = reduceLog(x);
  constexpr double high = byType<V>(0x1.715476p0, kLog2E),
                   low = byType<V>(0x1.4ae0bf85ddf44p-26, 0x1.777d0ffda0d24p-56);
  return withLogSpecials(x, fma(f, high, fma(f, low, log1pTail(f) * kLog2E)) + k);
}

template <FloatValue V> V log10(V x) {
  auto [f, k] = reduceLog(x);
  // log10 e and log10 2, each as high + low.
  constexpr double eHigh = byType<V>(0x1.bcb7b2p-2, 0x1.bcb7b1526e50ep-2);
  constexpr double eLow = byType<V>(-0x1.5b235e39ab2a9p-27, 0x1.95355baaafad3p-57);
  constexpr double twoHigh = byType<V>(0x1.344136p-2, 0x1.34413509f79ffp-2);
  constexpr double twoLow = byType<V>(-0x1.ec10c0219dc1ep-27, -0x1.9dc1da994fd21p-59);
  V low = fma(k, twoLow, fma(f, eLow, log1pTail(f) * eHigh));
  return withLogSpecials(x, fma(k, twoHigh, fma(f, eHigh, low)));
}

/// 1 + x = 2^k (1 + f), -1 < x < infinity. f = 2^-k x + (2^-k - 1) where k is the exponent of 1 + x, so that nothing of
/// a small x is lost (the way of N. Juffa's log1pf).
template <FloatValue V> struct Log1pReduction {
  V f, k;
  V scale; // 2^-k
};

template <FloatValue V> Log1pReduction<V> reduceLog1p(V x) {
  typename V::Int exponent = logExponent(x + 1);
  typename V::Int bitsOfFour = isFloat32<V> ? 0x40800000 : 0x4010000000000000;
  V scale = fromBits(bitsOfFour - exponent) * 0.25; // 4 * 2^-k is normal for all k
  V f = fromBits(toBits(x) - exponent) + (scale - 1);
  return {f, exponentToFloat<V>(exponent), scale};
}

/// log(1 + x + low) + extra ln 2, -1 < x < infinity; low corrects the rounding of x.
template <FloatValue V> V log1pWithLow(V x, V low, V extra) {
  auto [f, k, scale] = reduceLog1p(x);
  return logFromReduced(f, k + extra, fma(low, scale, log1pTail(f)));
}

template <FloatValue V> V log1p(V x) {
  auto [f, k, scale] = reduceLog1p(x);
  V result = copySign(logFromReduced(f, k, log1pTail(f)), x); // for -0
  result = select(x < kInfinity, result, x);
  return select(x > -1, result, select(x == -1, V(-kInfinity), V(kNan)));
}

} // namespace tenon::math
