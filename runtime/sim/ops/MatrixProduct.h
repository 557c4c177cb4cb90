// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The product that mma and wmma compute, whatever holds its matrices.
#pragma once

#include "runtime/sim/ops/Rounding.h"

namespace tenon::sim {

/// A is m x k, B k x n, C and D m x n, row-major, in double or 64-bit integers, where all values of narrower types are
/// exact. D = A B + C is summed in ascending k and rounded once at the end; the hardware sums with fewer bits in an
/// order that is not documented, so that its last bits differ.
template <class T> struct MatrixProduct {
  static constexpr unsigned most = 32;
  T a[most * most], b[most * most], c[most * most];

  void multiply(unsigned m, unsigned n, unsigned k) {
    for (unsigned row = 0; row < m; ++row)
      for (unsigned i = 0; i < k; ++i) {
        T factor = a[row * k + i];
        const T *from = b + i * n;
        T *to = c + row * n;
        for (unsigned column = 0; column < n; ++column)
          to[column] += factor * from[column];
      }
  }
};

/// Element `index` of those packed in registers of `words`, a word of 32 bits a register.
inline uint32_t packedElement(const uint32_t *words, unsigned index, unsigned bits) {
  unsigned perWord = 32 / bits;
  uint32_t word = words[index / perWord];
  return bits == 32 ? word : word >> (index % perWord * bits) & ((1u << bits) - 1);
}

/// The value of an element's bits; f64 elements are not packed in words.
inline double elementValue(uint32_t bits, PtxType type) {
  switch (type) {
  case PtxType::F16:
    return toFloat(Half{static_cast<uint16_t>(bits)});
  case PtxType::BF16:
    return toFloat(BFloat{static_cast<uint16_t>(bits)});
  case PtxType::TF32:
    // The low 13 bits of the register do not count.
    return std::bit_cast<float>(bits & ~0x1fffu);
  case PtxType::F32:
    return std::bit_cast<float>(bits);
  case PtxType::S8:
    return static_cast<int8_t>(bits);
  case PtxType::S32:
    return static_cast<int32_t>(bits);
  default:
    return bits;
  }
}

/// The bits of a result in its type. Integers wrap around, or stop at the ends of their range.
inline uint32_t elementBits(double value, PtxType type, bool saturates) {
  if (type == PtxType::F16)
    return toHalf<Half>(value).bits;
  if (type == PtxType::F32)
    return std::bit_cast<uint32_t>(canonical(static_cast<float>(value)));
  // Sums of products of bytes are far below 2^53.
  if (saturates)
    value = std::min(std::max(value, -0x1p31), 0x1p31 - 1);
  return static_cast<uint32_t>(static_cast<int64_t>(value));
}

} // namespace tenon::sim
