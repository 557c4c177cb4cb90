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

/// Builds the tile program of a `map` kernel before `kernel`, under the same name. Fails after an error at the kernel.
mlir::FailureOr<tile::KernelOp> buildMap(KernelOp kernel, mlir::OpBuilder &builder);

} // namespace tenon::schedule
