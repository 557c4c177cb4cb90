// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Single elements of a tensor, whatever their type.
#pragma once

#include "runtime/Tensor.h"

namespace tenon {

/// Element `i` in row-major order, which must be there: exact but for i64 beyond 2^53; i1 as 0 or 1.
double elementValue(const Tensor &tensor, int64_t i);

/// The index of that element in each dimension. `i` must be within a tensor of that shape.
std::vector<int64_t> elementIndex(int64_t i, std::span<const int64_t> shape);

} // namespace tenon
