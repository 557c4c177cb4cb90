// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Walks of some dimensions of an array.
#pragma once

#include "ir/reference/Array.h"

namespace tenon::ref {

/// The position of each index of `dimensions`, the others 0, in a row-major array; the last of `dimensions` is fastest.
std::vector<int64_t> listOffsets(const Array &array, llvm::ArrayRef<int64_t> dimensions);

} // namespace tenon::ref
