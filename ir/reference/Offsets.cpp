// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/reference/Offsets.h"

namespace tenon::ref {

std::vector<int64_t> listOffsets(const Array &array, llvm::ArrayRef<int64_t> dimensions) {
  llvm::SmallVector<int64_t> strides(array.shape.size(), 1);
  for (size_t i = strides.size(); i-- > 1;)
    strides[i - 1] = strides[i] * array.shape[i];
  std::vector<int64_t> offsets{0};
  for (int64_t d : dimensions) {
    std::vector<int64_t> next;
    next.reserve(offsets.size() * array.shape[d]);
    for (int64_t offset : offsets)
      for (int64_t i = 0; i < array.shape[d]; ++i)
        next.push_back(offset + i * strides[d]);
    offsets = std::move(next);
  }
  return offsets;
}

} // namespace tenon::ref
