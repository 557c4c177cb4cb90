// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Machine code of a module's kernels, each generated on its own, several at a time.
#pragma once

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"
#include <functional>
#include <string>
#include <vector>

namespace tenon {

/// How code is generated; the result does not depend on it.
struct CodeOptions {
  /// Threads to use; 0: what this process may use.
  unsigned threads = 0;
  /// Called for each kernel, in the module's order, with its name and the seconds that its code took.
  std::function<void(llvm::StringRef, double)> onKernel;
};

/// Calls `generate` with each kernel of `module`, functions in LLVM's dialect, as a module of LLVM IR of its own: the exported
/// function with the internal ones that it calls. `generate` runs on several threads; it returns the code, or sets the error.
/// The codes are in the module's order. Fails after an error at the module.
mlir::FailureOr<std::vector<std::string>>
generateKernels(mlir::ModuleOp module, const CodeOptions &options,
                llvm::function_ref<std::string(llvm::Module &, std::string &error)> generate);

} // namespace tenon
