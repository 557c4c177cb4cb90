// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One access of a thread to global or shared memory, of up to 16 bytes.
#pragma once

#include "mlir/IR/Builders.h"

namespace tenon::ptx {

/// Global and shared memory in NVPTX's numbering of address spaces.
inline constexpr unsigned globalSpace = 1, sharedSpace = 3;

/// Loads `count` neighbours of type `element`, aligned to their size: a scalar where `count` is 1, else a vector. Without
/// `predicate` always, else where it holds; elsewhere the result is 0.
mlir::Value emitLoad(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value address, mlir::Type element,
                     unsigned count, mlir::Value predicate);
/// Stores a scalar or vector likewise.
void emitStore(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value, mlir::Value address,
               mlir::Value predicate);

} // namespace tenon::ptx
