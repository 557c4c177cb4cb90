// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// `tenon compile`, and the context that all of the compiler's subcommands share.
#pragma once

#include "codegen/Compile.h"
#include "mlir/IR/OwningOpRef.h"
#include "runtime/Program.h"
#include "runtime/command/CommandLine.h"

namespace tenon {

/// A module read from a file, with the context it lives in.
struct Input {
  std::unique_ptr<mlir::MLIRContext> context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};
Result<Input> readInput(const std::string &path);
/// The same of text that was read from `path`.
Result<Input> parseInput(std::string_view text, const std::string &path);

/// Compiles a module that is changed on the way. The error is one sentence for each diagnostic.
Result<std::vector<std::byte>> compileInput(Input &input, const CompileOptions &options);

class CachedCompiler;

/// `tenon compile`.
void addCompileCommand(CommandLine &commandLine, const CachedCompiler &cached);

} // namespace tenon
