// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Results exact in double, rounded to narrower types in any of PTX's ways.
#pragma once

#include "runtime/sim/ops/LaneMap.h"
#include <cmath>
#include <limits>

namespace tenon::sim {

enum class Rounding : uint8_t { Nearest, Zero, Down, Up, NearestAway };

/// The neighbour of a finite number in the direction of `up`.
inline double neighbour(double value, bool up) {
  if (value == 0)
    return up ? std::numeric_limits<double>::denorm_min() : -std::numeric_limits<double>::denorm_min();
  bool away = up == (value > 0);
  return std::bit_cast<double>(std::bit_cast<uint64_t>(value) + (away ? 1 : ~uint64_t(0)));
}
inline float neighbour(float value, bool up) {
  if (value == 0)
    return up ? std::numeric_limits<float>::denorm_min() : -std::numeric_limits<float>::denorm_min();
  bool away = up == (value > 0);
  return std::bit_cast<float>(std::bit_cast<uint32_t>(value) + (away ? 1u : ~0u));
}

/// `nearest` is the exact value rounded to nearest; `error` has the sign of what it lacks. The result is rounded to
/// odd: rounding that to a type with two bits less is rounding the exact value (Boldo and Melquiond 2008).
inline double roundedToOdd(double nearest, double error) {
  if (error == 0 || !(std::fabs(nearest) <= std::numeric_limits<double>::max()) || error != error)
    return nearest;
  return std::bit_cast<uint64_t>(nearest) & 1 ? nearest : neighbour(nearest, error > 0);
}

/// What a + b lacks after rounding to nearest (Knuth's TwoSum).
inline double sumError(double a, double b, double sum) {
  double bPart = sum - a;
  return (a - (sum - bPart)) + (b - bPart);
}

inline double addToOdd(double a, double b) {
  double sum = a + b;
  return roundedToOdd(sum, sumError(a, b, sum));
}

/// A double, exact or rounded to odd, to float.
inline float toFloat(double value, Rounding rounding) {
  auto result = static_cast<float>(value);
  if (rounding == Rounding::Nearest || static_cast<double>(result) == value || value != value)
    return result;
  bool above = static_cast<double>(result) > value;
  bool wantsBelow = rounding == Rounding::Down || (rounding == Rounding::Zero && value > 0);
  bool wantsAbove = rounding == Rounding::Up || (rounding == Rounding::Zero && value < 0);
  if (above && wantsBelow)
    return neighbour(result, false);
  if (!above && wantsAbove)
    return neighbour(result, true);
  return result;
}

/// A finite result rounded to nearest, and the sign of what it lacks, rounded in another way.
inline double adjust(double nearest, double error, Rounding rounding) {
  if (rounding == Rounding::Nearest || error == 0 || error != error || nearest != nearest)
    return nearest;
  bool zero = rounding == Rounding::Zero;
  if (error < 0 && (rounding == Rounding::Down || (zero && nearest > 0)))
    return neighbour(nearest, false);
  if (error > 0 && (rounding == Rounding::Up || (zero && nearest < 0)))
    return neighbour(nearest, true);
  return nearest;
}

/// A binary format of at most 32 bits with infinities.
struct NarrowFormat {
  int mantissaBits;
  int exponentBits;
  uint32_t nan;
};
inline constexpr NarrowFormat halfFormat{10, 5, 0x7fff};
inline constexpr NarrowFormat bfloatFormat{7, 8, 0x7fff};
/// tf32, without the 13 low bits that are zero in its register.
inline constexpr NarrowFormat tf32Format{10, 8, 0x3ffff};

/// A double, exact or rounded to odd, to the bits of a narrow format.
inline uint32_t toNarrow(double value, NarrowFormat format, Rounding rounding) {
  if (value != value)
    return format.nan;
  uint64_t bits = std::bit_cast<uint64_t>(value);
  bool negative = bits >> 63;
  uint32_t sign = negative ? 1u << (format.mantissaBits + format.exponentBits) : 0;
  uint32_t infinity = ((1u << format.exponentBits) - 1) << format.mantissaBits;
  int exponent = static_cast<int>(bits >> 52 & 2047) - 1023;
  if (exponent == 1024)
    return sign | infinity;
  uint64_t mantissa = bits & ((uint64_t(1) << 52) - 1);
  mantissa = exponent == -1023 ? mantissa << 1 : mantissa | uint64_t(1) << 52;
  int least = 2 - (1 << (format.exponentBits - 1));
  // Units of the last place of the result, whose exponent field then carries by itself.
  int shift = 52 - format.mantissaBits + std::max(0, least - exponent);
  uint64_t units = shift > 63 ? 0 : mantissa >> shift;
  uint64_t rest = shift > 63 ? (mantissa != 0) : mantissa & ((uint64_t(1) << shift) - 1);
  uint64_t half = shift > 63 ? 2 : uint64_t(1) << (shift - 1);
  bool increments = false;
  switch (rounding) {
  case Rounding::Nearest:
    increments = rest > half || (rest == half && (units & 1));
    break;
  case Rounding::NearestAway:
    increments = rest >= half;
    break;
  case Rounding::Zero:
    break;
  case Rounding::Down:
    increments = rest != 0 && negative;
    break;
  case Rounding::Up:
    increments = rest != 0 && !negative;
    break;
  }
  units += increments;
  int field = std::max(exponent, least) - least;
  uint64_t result = units + (uint64_t(field) << format.mantissaBits);
  if (result < infinity)
    return sign | static_cast<uint32_t>(result);
  bool toLargest =
      rounding == Rounding::Zero || (rounding == Rounding::Down && !negative) || (rounding == Rounding::Up && negative);
  return sign | (toLargest ? infinity - 1 : infinity);
}

inline float toFloat(BFloat value) { return std::bit_cast<float>(uint32_t(value.bits) << 16); }
inline float toFloat(Half value) {
  uint32_t magnitude = value.bits & 0x7fffu, sign = uint32_t(value.bits & 0x8000u) << 16;
  if (magnitude >= 0x7c00)
    return std::bit_cast<float>(sign | 0x7f800000u | (magnitude & 0x3ffu) << 13);
  if (magnitude >= 0x400)
    return std::bit_cast<float>(sign | ((magnitude << 13) + (112u << 23)));
  float small = static_cast<float>(magnitude) * 0x1p-24f;
  return std::bit_cast<float>(std::bit_cast<uint32_t>(small) | sign);
}

template <class T> T toHalf(double value, Rounding rounding = Rounding::Nearest) {
  return {static_cast<uint16_t>(toNarrow(value, std::is_same_v<T, Half> ? halfFormat : bfloatFormat, rounding))};
}

/// Subnormal numbers become zeros of the same sign.
inline float flush(float value) {
  uint32_t bits = std::bit_cast<uint32_t>(value);
  return bits & 0x7f800000u ? value : std::bit_cast<float>(bits & 0x80000000u);
}
/// What the hardware makes of every f32 NaN.
inline float canonical(float value) { return value == value ? value : std::bit_cast<float>(0x7fffffffu); }
inline double canonical(double value) { return value; }

template <class T> inline T saturate(T value) { return value > 0 ? std::min(value, T(1)) : T(0); }

/// The rounding of a floating-point instruction (`.rn`), which it removes; to nearest if there is none.
inline Rounding takeRounding(OpBuilder &b) {
  constexpr Rounding all[] = {Rounding::Nearest, Rounding::Zero, Rounding::Down, Rounding::Up, Rounding::NearestAway};
  int index = b.takeOneOf({"rn", "rz", "rm", "rp", "rna"});
  return index < 0 ? Rounding::Nearest : all[index];
}

} // namespace tenon::sim
