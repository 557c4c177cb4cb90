// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A tile whose elements are contiguous along another dimension than its last.
#pragma once

#include "mlir/IR/Builders.h"

namespace tenon::cpu {

/// Where such a tile is, in i64: element (i, j) at `address` + i + j * `stride`, `rows` of i and `columns` of j exist.
struct TransposedTile {
  mlir::Value address, stride, rows, columns;
  mlir::Type element;
};

/// Lanes of the square blocks that are transposed in registers.
int64_t getTransposeLanes(unsigned registerBits, mlir::Type element);

/// Copies the tile to `scratch` so that (i, j) is at i * `scratchStride` + j. Whole blocks are written: `scratch` has room
/// for multiples of the lanes in both dimensions.
void emitTranspose(mlir::OpBuilder &builder, mlir::Location loc, const TransposedTile &tile, int64_t lanes,
                   mlir::Value scratch, int64_t scratchStride);

} // namespace tenon::cpu
