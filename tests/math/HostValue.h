// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Float values of the host, for running the templates of codegen/math. Compile with -ffp-contract=off.
#pragma once
#include "codegen/math/FloatValue.h"
#include <bit>
#include <cmath>
#include <type_traits>

namespace tenon::math {

struct HostMask {
  bool value;
  friend HostMask operator&(HostMask a, HostMask b) { return {bool(a.value & b.value)}; }
  friend HostMask operator|(HostMask a, HostMask b) { return {bool(a.value | b.value)}; }
  friend HostMask operator!(HostMask a) { return {!a.value}; }
};

template <int Bits> struct HostFloat;

template <int Bits> struct HostInt {
  using Raw = std::conditional_t<Bits == 32, std::uint32_t, std::uint64_t>;
  Raw value;
  HostInt(std::int64_t constant) : value(Raw(constant)) {}

  friend HostInt operator+(HostInt a, HostInt b) { return raw(a.value + b.value); }
  friend HostInt operator-(HostInt a, HostInt b) { return raw(a.value - b.value); }
  friend HostInt operator&(HostInt a, HostInt b) { return raw(a.value & b.value); }
  friend HostInt operator|(HostInt a, HostInt b) { return raw(a.value | b.value); }
  friend HostInt operator^(HostInt a, HostInt b) { return raw(a.value ^ b.value); }
  friend HostInt operator<<(HostInt a, int count) { return raw(a.value << count); }
  friend HostInt operator>>(HostInt a, int count) { return raw(a.value >> count); }
  friend HostMask operator==(HostInt a, HostInt b) { return {a.value == b.value}; }
  friend HostFloat<Bits> fromBits(HostInt a) {
    return HostFloat<Bits>(std::bit_cast<typename HostFloat<Bits>::Raw>(a.value));
  }
  friend HostFloat<Bits> toFloat(HostInt a) requires(Bits == 32) {
    return HostFloat<Bits>(float(std::int32_t(a.value)));
  }
  friend HostInt<32> lowHalf(HostInt a) requires(Bits == 64) { return HostInt<32>::raw(std::uint32_t(a.value)); }

  static HostInt raw(Raw value) { return HostInt(std::int64_t(value)); }
};

template <int Bits> struct HostFloat {
  static constexpr int bits = Bits;
  using Raw = std::conditional_t<Bits == 32, float, double>;
  using Int = HostInt<Bits>;
  using Mask = HostMask;
  using Wide = HostFloat<64>;
  Raw value;
  HostFloat(double constant) : value(Raw(constant)) {}

  friend HostFloat operator+(HostFloat a, HostFloat b) { return a.value + b.value; }
  friend HostFloat operator-(HostFloat a, HostFloat b) { return a.value - b.value; }
  friend HostFloat operator*(HostFloat a, HostFloat b) { return a.value * b.value; }
  friend HostFloat operator/(HostFloat a, HostFloat b) { return a.value / b.value; }
  friend HostFloat operator-(HostFloat a) { return -a.value; }
  friend HostMask operator<(HostFloat a, HostFloat b) { return {a.value < b.value}; }
  friend HostMask operator>(HostFloat a, HostFloat b) { return {a.value > b.value}; }
  friend HostMask operator==(HostFloat a, HostFloat b) { return {a.value == b.value}; }
  friend HostFloat fma(HostFloat a, HostFloat b, HostFloat c) { return std::fma(a.value, b.value, c.value); }
  friend HostFloat sqrt(HostFloat a) { return std::sqrt(a.value); }
  friend HostFloat roundEven(HostFloat a) { return __builtin_elementwise_roundeven(a.value); }
  friend HostFloat abs(HostFloat a) { return std::fabs(a.value); }
  friend HostFloat copySign(HostFloat a, HostFloat sign) { return std::copysign(a.value, sign.value); }
  friend HostFloat select(HostMask m, HostFloat a, HostFloat b) { return m.value ? a : b; }
  friend HostInt<Bits> toBits(HostFloat a) {
    return HostInt<Bits>::raw(std::bit_cast<typename HostInt<Bits>::Raw>(a.value));
  }
  friend HostFloat<64> widen(HostFloat a) requires(Bits == 32) { return double(a.value); }
  friend HostFloat<32> narrow(HostFloat a) requires(Bits == 64) { return a.value; }
};

static_assert(Float32Value<HostFloat<32>> && FloatValue<HostFloat<64>>);

} // namespace tenon::math
