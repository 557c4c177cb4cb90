// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ops of the dialect `tenon`.
#pragma once

#include "ir/tenon/Interfaces.h"
#include "ir/tenon/TenonDialect.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#define GET_OP_CLASSES
#include "ir/tenon/TenonOps.h.inc"

namespace tenon {

/// Names of attributes of entry arguments and results.
inline constexpr llvm::StringLiteral nameAttr = "tenon.name";
inline constexpr llvm::StringLiteral stateAttr = "tenon.state";
/// The anchor of the group that a kernel was.
inline constexpr llvm::StringLiteral anchorAttr = "tenon.anchor";

/// What is declared of the symbols of an entry or kernel.
DimFacts getFacts(mlir::ArrayAttr symbols);
/// What is known of the sizes at `op`: the declarations of the entry or kernel around it, and what it assumes.
DimFacts getFactsAround(mlir::Operation *op);

/// The shape that dot_general gives.
SymbolicShape getDotShape(mlir::Type x, mlir::Type y, llvm::ArrayRef<int64_t> xBatch, llvm::ArrayRef<int64_t> yBatch,
                          llvm::ArrayRef<int64_t> xContract, llvm::ArrayRef<int64_t> yContract);

/// The shape that reduce gives.
SymbolicShape getReducedShape(llvm::ArrayRef<DimExpr> shape, llvm::ArrayRef<int64_t> dims);

/// `value` with elements of that type, itself where it has them.
mlir::Value castElements(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value, mlir::Type element);
/// Floats divided by a size: where it is a number, times its reciprocal.
mlir::Value divideBySize(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value, const DimExpr &size);

/// Whether files and messages can hold `name`: 1 to 4096 printable characters.
bool isPrintableName(llvm::StringRef name);

/// The shape of `x`'s panels.
SymbolicShape getPanelShape(llvm::ArrayRef<DimExpr> x, llvm::ArrayRef<int64_t> batch, llvm::ArrayRef<int64_t> rows,
                            llvm::ArrayRef<int64_t> columns, int64_t height, int64_t depth);

} // namespace tenon
