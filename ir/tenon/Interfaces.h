// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The interfaces of ops; Interfaces.td documents them.
#pragma once

#include "ir/reference/Array.h"
#include "ir/tenon/Shape.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpDefinition.h"

namespace tenon::detail {
llvm::LogicalResult verifyElementwise(mlir::Operation *op);
llvm::SmallVector<mlir::Value> operandsAndResults(mlir::Operation *op);
} // namespace tenon::detail

#include "ir/tenon/Interfaces.h.inc"
