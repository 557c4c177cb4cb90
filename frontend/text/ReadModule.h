// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text of the dialects as a module.
#pragma once

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "runtime/Result.h"

namespace tenon {

/// The file's text, of bounded size.
Result<std::string> readText(const std::string &path);

/// Parses and verifies text that was read from `path`; its size and nesting are bounded before MLIR's parser sees it. The
/// error is one sentence for each diagnostic, with its place in the file.
Result<mlir::OwningOpRef<mlir::ModuleOp>> parseModule(std::string_view text, const std::string &path,
                                                      mlir::MLIRContext *context);

} // namespace tenon
