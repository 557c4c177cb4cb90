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

/// What is declared of the symbols of an entry or kernel.
DimFacts getFacts(mlir::ArrayAttr symbols);
/// What is known of the sizes at `op`: the declarations of the entry or kernel around it, and what it assumes.
DimFacts getFactsAround(mlir::Operation *op);

} // namespace tenon
