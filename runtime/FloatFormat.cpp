// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Small floating-point formats, all by the same rule: a sign, an exponent and a mantissa field.
#include "runtime/FloatFormat.h"

#include <cassert>
#include <cmath>
#include <limits>

namespace tenon {
namespace {

struct Format {
  int exponentBits;
  int mantissaBits;
  /// No infinities, and NaN only where all bits are ones (the "FN" of f8E4M3FN).
  bool finite;

  int minimumExponent() const { return 2 - (1 << (exponentBits - 1)); }
  uint32_t signBit() const { return 1u << (exponentBits + mantissaBits); }
  uint32_t infinity() const { return ((1u << exponentBits) - 1) << mantissaBits; }
  uint32_t nan() const { return finite ? signBit() - 1 : infinity() | 1u << (mantissaBits - 1); }
};

Format formatOf(ElementType type) {
  switch (type) {
  case ElementType::F16:
    return {5, 10, false};
  case ElementType::BF16:
    return {8, 7, false};
  case ElementType::F8E4M3FN:
    return {4, 3, true};
  default:
    assert(type == ElementType::F8E5M2);
    return {5, 2, false};
  }
}

} // namespace

uint16_t encodeFloat(double value, ElementType type) {
  Format format = formatOf(type);
  uint32_t sign = std::signbit(value) ? format.signBit() : 0;
  if (std::isnan(value))
    return static_cast<uint16_t>(sign | format.nan());
  double magnitude = std::fabs(value);
  uint32_t overflow = format.finite ? format.nan() : format.infinity();
  if (std::isinf(magnitude))
    return static_cast<uint16_t>(sign | overflow);
  int exponent = format.minimumExponent();
  if (magnitude > 0)
    exponent = std::max(exponent, std::ilogb(magnitude));
  if (exponent >= 1 << format.exponentBits)
    return static_cast<uint16_t>(sign | overflow);
  // In units of the last place: at most 2^(mantissa + 1), so that a carry runs into the exponent field as it should.
  auto units = static_cast<uint32_t>(std::nearbyint(std::ldexp(magnitude, format.mantissaBits - exponent)));
  uint32_t bits = (static_cast<uint32_t>(exponent - format.minimumExponent()) << format.mantissaBits) + units;
  return static_cast<uint16_t>(sign | (bits >= overflow ? overflow : bits));
}

double decodeFloat(uint16_t bits, ElementType type) {
  Format format = formatOf(type);
  double sign = bits & format.signBit() ? -1.0 : 1.0;
  uint32_t magnitude = bits & (format.signBit() - 1);
  if (format.finite ? magnitude == format.nan() : magnitude > format.infinity())
    return std::copysign(std::numeric_limits<double>::quiet_NaN(), sign);
  if (!format.finite && magnitude == format.infinity())
    return sign * std::numeric_limits<double>::infinity();
  int field = static_cast<int>(magnitude >> format.mantissaBits);
  uint32_t mantissa = magnitude & ((1u << format.mantissaBits) - 1);
  if (field > 0)
    mantissa |= 1u << format.mantissaBits;
  return sign * std::ldexp(mantissa, format.minimumExponent() + std::max(field, 1) - 1 - format.mantissaBits);
}

} // namespace tenon
