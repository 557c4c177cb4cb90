// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// MLIR's diagnostics as an error of the runtime.
#pragma once

#include "mlir/IR/Diagnostics.h"
#include "runtime/Result.h"

namespace tenon {

/// Collects the diagnostics of a context, instead of printing them, while it lives.
class DiagnosticText {
public:
  explicit DiagnosticText(mlir::MLIRContext *context);

  /// One sentence for each diagnostic, with its place where it is known.
  Error error() const;

private:
  std::string text;
  mlir::ScopedDiagnosticHandler handler;
};

/// `file:line:column`; empty where `location` names no file.
std::string placeOf(mlir::Location location);

} // namespace tenon
