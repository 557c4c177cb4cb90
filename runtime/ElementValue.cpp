// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/ElementValue.h"

#include "runtime/FloatFormat.h"

namespace tenon {

double elementValue(const Tensor &tensor, int64_t position) {
  auto i = static_cast<size_t>(position);
  switch (tensor.type()) {
  case ElementType::F64:
    return tensor.data<double>()[i];
  case ElementType::F32:
    return tensor.data<float>()[i];
  case ElementType::F16:
  case ElementType::BF16:
    return decodeFloat(tensor.data<uint16_t>()[i], tensor.type());
  case ElementType::F8E4M3FN:
  case ElementType::F8E5M2:
    return decodeFloat(tensor.data<uint8_t>()[i], tensor.type());
  case ElementType::I64:
    return static_cast<double>(tensor.data<int64_t>()[i]);
  case ElementType::I32:
    return tensor.data<int32_t>()[i];
  case ElementType::I16:
    return tensor.data<int16_t>()[i];
  case ElementType::I8:
    return tensor.data<int8_t>()[i];
  case ElementType::I4: {
    int half = std::to_integer<int>(tensor.bytes()[i / 2]) >> (i % 2 * 4) & 15;
    return half < 8 ? half : half - 16;
  }
  case ElementType::I1:
  case ElementType::U8:
    return tensor.data<uint8_t>()[i];
  }
  return 0; // There is no other type.
}

std::vector<int64_t> elementIndex(int64_t i, std::span<const int64_t> shape) {
  std::vector<int64_t> index(shape.size());
  for (size_t d = shape.size(); d-- > 0; i /= shape[d])
    index[d] = i % shape[d];
  return index;
}

} // namespace tenon
