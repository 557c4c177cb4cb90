// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a reduction does to two elements, as `arith` ops on scalars, tiles or vectors.
#pragma once

#include "ir/tenon/TenonDialect.h"
#include "mlir/IR/Builders.h"

namespace tenon::tile {

mlir::Value combine(mlir::OpBuilder &builder, mlir::Location loc, Reduction kind, mlir::Value x, mlir::Value y);

/// The number of that element type that changes no other.
mlir::TypedAttr getNeutral(Reduction kind, mlir::Type element);

} // namespace tenon::tile
