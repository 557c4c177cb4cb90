// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What may exist after each phase. A leftover is an error at the op that should be gone.
#pragma once

#include "mlir/IR/BuiltinOps.h"

namespace tenon {

/// Entries and states, ops of the graph alone and no composites.
mlir::LogicalResult checkExpanded(mlir::ModuleOp module);
mlir::LogicalResult checkGraph(mlir::ModuleOp module);
/// Entries of groups, constants and assumptions.
mlir::LogicalResult checkFused(mlir::ModuleOp module);
/// Entries of launches, constants and assumptions; kernels.
mlir::LogicalResult checkOutlined(mlir::ModuleOp module);
/// As before, the kernels being tile programs.
mlir::LogicalResult checkScheduled(mlir::ModuleOp module);
/// Functions of loops, vectors and arithmetic.
mlir::LogicalResult checkLoops(mlir::ModuleOp module);
/// Functions in LLVM's dialect.
mlir::LogicalResult checkLlvm(mlir::ModuleOp module);

} // namespace tenon
