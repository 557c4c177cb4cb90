// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A schedule turns a group into a tile program. One file for each kind of anchor.
#pragma once

#include "codegen/schedule/Blocking.h"
#include "ir/tenon/TenonOps.h"
#include "ir/tile/TileDialect.h"

namespace tenon::schedule {

/// Elements of a block along each dimension of a kernel's iteration space.
using BlockShape = llvm::SmallVector<int64_t, 4>;

/// The block of a map kernel over `sizes`; `transposed` is a dimension other than the last along which some operand is
/// contiguous. A pure function of its arguments.
BlockShape chooseMapBlock(const Blocking &blocking, llvm::ArrayRef<DimExpr> sizes, std::optional<size_t> transposed);

/// The block of a contraction of operands of `element`, and where operands are read as they lie in memory the one for a result
/// of this size.
const ProductBlock &getProductBlock(const Blocking &blocking, mlir::Type element);
ProductBlock chooseProductBlock(const Blocking &blocking, mlir::Type element, const DimExpr &rows, const DimExpr &columns);
/// What sums of products of `element` are accumulated in.
mlir::Type getAccumulator(mlir::Type element);

/// Dimensions of a row-major tensor that are walked as one; nothing where their strides do not allow it.
struct MergedDimension {
  DimExpr size, stride;
};
std::optional<MergedDimension> mergeDimensions(llvm::ArrayRef<DimExpr> shape, llvm::ArrayRef<int64_t> dimensions);
/// Elements of a step along a dimension: a power of two of at most `limit`, and no more than cover the dimension.
int64_t chooseRowWidth(const DimExpr &size, int64_t limit);

/// Coordinates of the block in a grid of `counts` blocks, the last varying fastest.
llvm::SmallVector<mlir::Value> splitBlock(mlir::OpBuilder &builder, mlir::Location loc, llvm::ArrayRef<DimExpr> counts);

/// Build the tile program of a kernel, by the kind of its anchor, before it, under the same name. Fail after an error.
mlir::FailureOr<tile::KernelOp> buildContract(KernelOp kernel, const Blocking &blocking, mlir::OpBuilder &builder);
mlir::FailureOr<tile::KernelOp> buildPack(KernelOp kernel, const Blocking &blocking, mlir::OpBuilder &builder);
mlir::FailureOr<tile::KernelOp> buildMap(KernelOp kernel, const Blocking &blocking, mlir::OpBuilder &builder);
mlir::FailureOr<tile::KernelOp> buildRow(KernelOp kernel, const Blocking &blocking, mlir::OpBuilder &builder);

} // namespace tenon::schedule
