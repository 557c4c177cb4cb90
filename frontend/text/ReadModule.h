// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text of the dialects as a module.
#pragma once

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "runtime/Result.h"

namespace tenon {

/// Parses and verifies the file's text; size and nesting are bounded before MLIR's parser sees it. The error is one
/// sentence for each diagnostic, with its place in the file.
Result<mlir::OwningOpRef<mlir::ModuleOp>> readModule(const std::string &path, mlir::MLIRContext *context);

} // namespace tenon
