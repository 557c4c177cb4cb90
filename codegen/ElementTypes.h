// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Element types of the runtime and of MLIR.
#pragma once

#include "mlir/IR/BuiltinTypes.h"
#include "runtime/ElementType.h"

namespace tenon {

/// Null where the graph dialect has no such elements.
mlir::Type toMlir(mlir::MLIRContext *context, ElementType type);
/// The runtime's name of an element type that the graph dialect has.
ElementType fromMlir(mlir::Type element);

} // namespace tenon
