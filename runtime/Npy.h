// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NumPy's file format for one array: how tensors travel.
#pragma once

#include "runtime/Tensor.h"

#include <string_view>

namespace tenon {

/// Reads a .npy file (format versions 1 to 3, little endian, either memory order). Types: f8 f4 f2 i8 i4 i2 i1 u1 b1,
/// and V2 as bf16, which is how ml_dtypes writes it. The elements are copied. Errors name the file and what is wrong in
/// it.
Result<Tensor> readNpy(const std::string &path);
/// The same from memory; `name` stands for the file in errors.
Result<Tensor> parseNpy(std::span<const std::byte> bytes, std::string_view name);

/// Writes version 1. InvalidArgument for a type that NumPy has no name for (i4, f8E4M3FN, f8E5M2).
Status writeNpy(const std::string &path, const Tensor &tensor);

} // namespace tenon
