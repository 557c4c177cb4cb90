// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Layouts as encodings of the types of tiles.
#pragma once

#include "codegen/ptx/LinearLayout.h"
#include "ir/tgpu/TgpuDialect.h"

namespace tenon::ptx {

/// The layout that a tile's type carries; fails after an error at `op` where it has none or one that no block can hold.
mlir::FailureOr<LinearLayout> getLayout(mlir::Operation *op, mlir::Type tile);
mlir::RankedTensorType withLayout(mlir::RankedTensorType tile, const LinearLayout &layout);

/// The layout of a tile that has size 1 along dimensions where that of `layout` is larger: each thread holds the elements that
/// it needs beside its own.
LinearLayout narrow(const LinearLayout &layout, mlir::RankedTensorType tile);

/// The dimension of a view along which a tile of `shape` has neighbours in memory: the last such of more than one element;
/// nothing where there is none.
std::optional<unsigned> getContiguousDimension(tile::ViewOp view, llvm::ArrayRef<int64_t> shape);

/// Whether the index is a multiple of `number` by how it is computed.
bool isMultipleOf(mlir::Value index, int64_t number);

/// Steps of dimension `d` in the row-major index of a tile, as a power of two.
unsigned getShift(llvm::ArrayRef<int64_t> shape, unsigned d);

} // namespace tenon::ptx
