// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Vectors of f32 on the host, for running the templates of codegen/math as kernels run them. Compile with
// -ffp-contract=off. Vectors travel inside of structs or by reference: as bare arguments they would need a target.
#pragma once
#include "codegen/math/FloatValue.h"

namespace tenon::bench {

/// All bits of a lane are set where it is true.
template <int Lanes> struct VectorMask {
  using Raw = int32_t __attribute__((ext_vector_type(Lanes)));
  Raw value;
  static VectorMask raw(const Raw &value) { return {value}; }
  friend VectorMask operator&(VectorMask a, VectorMask b) { return raw(a.value & b.value); }
  friend VectorMask operator|(VectorMask a, VectorMask b) { return raw(a.value | b.value); }
  friend VectorMask operator!(VectorMask a) { return raw(~a.value); }
};

template <int Lanes> struct VectorFloat;

template <int Lanes> struct VectorInt {
  using Raw = uint32_t __attribute__((ext_vector_type(Lanes)));
  using Mask = VectorMask<Lanes>;
  Raw value;
  VectorInt(int64_t constant) : value(static_cast<uint32_t>(constant)) {}

  static VectorInt raw(const Raw &value) {
    VectorInt result(0);
    result.value = value;
    return result;
  }
  friend VectorInt operator+(VectorInt a, VectorInt b) { return raw(a.value + b.value); }
  friend VectorInt operator-(VectorInt a, VectorInt b) { return raw(a.value - b.value); }
  friend VectorInt operator&(VectorInt a, VectorInt b) { return raw(a.value & b.value); }
  friend VectorInt operator|(VectorInt a, VectorInt b) { return raw(a.value | b.value); }
  friend VectorInt operator^(VectorInt a, VectorInt b) { return raw(a.value ^ b.value); }
  friend VectorInt operator<<(VectorInt a, int count) { return raw(a.value << static_cast<uint32_t>(count)); }
  friend VectorInt operator>>(VectorInt a, int count) { return raw(a.value >> static_cast<uint32_t>(count)); }
  friend Mask operator==(VectorInt a, VectorInt b) { return Mask::raw(a.value == b.value); }
  friend VectorFloat<Lanes> fromBits(VectorInt a) {
    return VectorFloat<Lanes>::raw(__builtin_bit_cast(typename VectorFloat<Lanes>::Raw, a.value));
  }
};

template <int Lanes> struct VectorFloat {
  static constexpr int bits = 32;
  using Raw = float __attribute__((ext_vector_type(Lanes)));
  using Int = VectorInt<Lanes>;
  using Mask = VectorMask<Lanes>;
  Raw value;
  VectorFloat(double constant) : value(static_cast<float>(constant)) {}

  static VectorFloat raw(const Raw &value) {
    VectorFloat result(0);
    result.value = value;
    return result;
  }
  friend VectorFloat operator+(VectorFloat a, VectorFloat b) { return raw(a.value + b.value); }
  friend VectorFloat operator-(VectorFloat a, VectorFloat b) { return raw(a.value - b.value); }
  friend VectorFloat operator*(VectorFloat a, VectorFloat b) { return raw(a.value * b.value); }
  friend VectorFloat operator/(VectorFloat a, VectorFloat b) { return raw(a.value / b.value); }
  friend VectorFloat operator-(VectorFloat a) { return raw(-a.value); }
  friend Mask operator<(VectorFloat a, VectorFloat b) { return Mask::raw(a.value < b.value); }
  friend Mask operator>(VectorFloat a, VectorFloat b) { return Mask::raw(a.value > b.value); }
  friend Mask operator==(VectorFloat a, VectorFloat b) { return Mask::raw(a.value == b.value); }
  friend VectorFloat fma(VectorFloat a, VectorFloat b, VectorFloat c) {
    return raw(__builtin_elementwise_fma(a.value, b.value, c.value));
  }
  friend VectorFloat sqrt(VectorFloat a) { return raw(__builtin_elementwise_sqrt(a.value)); }
  friend VectorFloat roundEven(VectorFloat a) { return raw(__builtin_elementwise_roundeven(a.value)); }
  friend VectorFloat abs(VectorFloat a) { return raw(__builtin_elementwise_abs(a.value)); }
  friend VectorFloat copySign(VectorFloat a, VectorFloat sign) {
    return raw(__builtin_elementwise_copysign(a.value, sign.value));
  }
  friend VectorFloat select(Mask m, VectorFloat a, VectorFloat b) { return raw(m.value ? a.value : b.value); }
  friend Int toBits(VectorFloat a) { return Int::raw(__builtin_bit_cast(typename Int::Raw, a.value)); }
};

static_assert(math::FloatValue<VectorFloat<8>> && math::FloatValue<VectorFloat<16>>);

} // namespace tenon::bench
