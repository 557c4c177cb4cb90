// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A schedule turns a group into a tile program. One file for each kind of anchor.
#pragma once

#include "ir/tenon/TenonOps.h"
#include "ir/tile/TileDialect.h"

namespace tenon::schedule {

/// Elements of a block along each dimension of a kernel's iteration space.
using BlockShape = llvm::SmallVector<int64_t, 4>;

/// The block of a map kernel over `sizes`; `transposed` says that some operand is contiguous along another dimension than
/// the last. A pure function of its arguments.
BlockShape chooseMapBlock(llvm::ArrayRef<DimExpr> sizes, bool transposed);

/// Builds the tile program of a `map` kernel before `kernel`, under the same name. Fails after an error at the kernel.
mlir::FailureOr<tile::KernelOp> buildMap(KernelOp kernel, mlir::OpBuilder &builder);

} // namespace tenon::schedule
