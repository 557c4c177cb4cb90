// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reproducible test input.
#pragma once

#include "runtime/Tensor.h"

namespace tenon {

/// A tensor whose elements depend on seed, `index` (the position among the inputs) and their place only: floats uniform
/// in [-1, 1) and rounded to the type, signed integers in [-8, 7], unsigned ones in [0, 15], booleans.
Result<Tensor> randomTensor(uint64_t seed, uint64_t index, ElementType type, Shape shape);

} // namespace tenon
