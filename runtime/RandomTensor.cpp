// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A counter-based generator: element i is a hash of (seed, index, i).
#include "runtime/RandomTensor.h"

#include "runtime/FloatFormat.h"

namespace tenon {

/// The output function of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
static uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

namespace {
struct Generator {
  uint64_t key;

  uint64_t bits(int64_t i) const { return mix(key + static_cast<uint64_t>(i) * 0x9e3779b97f4a7c15); }
  /// Uniform in [-1, 1), a multiple of 2^-52.
  double real(int64_t i) const { return static_cast<double>(bits(i) >> 11) * 0x1p-52 - 1.0; }
  int small(int64_t i) const { return static_cast<int>(bits(i) >> 60); }
};
} // namespace

template <class T, class Make> static void fill(Tensor &tensor, Make make) {
  std::span<T> data = tensor.data<T>();
  for (size_t i = 0; i < data.size(); ++i)
    data[i] = static_cast<T>(make(static_cast<int64_t>(i)));
}

Result<Tensor> randomTensor(uint64_t seed, uint64_t index, ElementType type, Shape shape) {
  auto tensor = TENON_TRY(Tensor::create(type, std::move(shape)));
  Generator random{mix(mix(seed) + index)};
  auto real = [&](int64_t i) { return random.real(i); };
  auto integer = [&](int64_t i) { return random.small(i) - 8; };
  auto encoded = [&](int64_t i) { return encodeFloat(random.real(i), type); };
  switch (type) {
  case ElementType::F64:
    fill<double>(tensor, real);
    break;
  case ElementType::F32:
    fill<float>(tensor, real);
    break;
  case ElementType::F16:
  case ElementType::BF16:
    fill<uint16_t>(tensor, encoded);
    break;
  case ElementType::F8E4M3FN:
  case ElementType::F8E5M2:
    fill<uint8_t>(tensor, encoded);
    break;
  case ElementType::I64:
    fill<int64_t>(tensor, integer);
    break;
  case ElementType::I32:
    fill<int32_t>(tensor, integer);
    break;
  case ElementType::I16:
    fill<int16_t>(tensor, integer);
    break;
  case ElementType::I8:
    fill<int8_t>(tensor, integer);
    break;
  case ElementType::I4:
    for (size_t i = 0; i < tensor.byteCount(); ++i)
      tensor.bytes()[i] = static_cast<std::byte>(random.bits(static_cast<int64_t>(i)) >> 56);
    break;
  case ElementType::I1:
    fill<uint8_t>(tensor, [&](int64_t i) { return random.bits(i) >> 63; });
    break;
  case ElementType::U8:
    fill<uint8_t>(tensor, [&](int64_t i) { return random.small(i); });
    break;
  }
  return tensor;
}

} // namespace tenon
