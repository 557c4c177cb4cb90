// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A schedule turns a group into a tile program. One file for each kind of anchor.
#pragma once

#include "ir/tenon/TenonOps.h"
#include "ir/tile/TileDialect.h"

namespace tenon::schedule {

/// Elements of a block along each dimension of a kernel's iteration space.
using BlockShape = llvm::SmallVector<int64_t, 4>;

/// The block of a map kernel over `sizes`; `transposed` is a dimension other than the last along which some operand is
/// contiguous. A pure function of its arguments.
BlockShape chooseMapBlock(llvm::ArrayRef<DimExpr> sizes, std::optional<size_t> transposed);

/// The register block of a contraction on a CPU: rows of the packed left operand, rows of the right one.
struct ContractBlock {
  int64_t height, width;
};
ContractBlock chooseContractBlock(unsigned registerBits, mlir::Type accumulator);
/// What sums of products of `element` are accumulated in.
mlir::Type getAccumulator(mlir::Type element);

/// How rows are walked: in steps of so many bytes of the widest elements of a kernel. A row whose length is a number of
/// at most `whole` elements is one tile. Powers of two, `whole` may be 0.
struct RowStep {
  int64_t bytes, whole;
};
/// Elements of a step along a dimension: a power of two of at most `limit`, and no more than cover the dimension.
int64_t chooseRowWidth(const DimExpr &size, int64_t limit);

/// Coordinates of the block in a grid of `counts` blocks, the last varying fastest.
llvm::SmallVector<mlir::Value> splitBlock(mlir::OpBuilder &builder, mlir::Location loc, llvm::ArrayRef<DimExpr> counts);

/// Build the tile program of a kernel, by the kind of its anchor, before it, under the same name. Fail after an error.
mlir::FailureOr<tile::KernelOp> buildContract(KernelOp kernel, mlir::OpBuilder &builder);
mlir::FailureOr<tile::KernelOp> buildPack(KernelOp kernel, mlir::OpBuilder &builder);
mlir::FailureOr<tile::KernelOp> buildMap(KernelOp kernel, mlir::OpBuilder &builder);
mlir::FailureOr<tile::KernelOp> buildRow(KernelOp kernel, mlir::OpBuilder &builder, const RowStep &step);

} // namespace tenon::schedule
