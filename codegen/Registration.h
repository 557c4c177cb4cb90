// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// All dialects and passes that the compiler uses.
#pragma once

namespace mlir {
class DialectRegistry;
}

namespace tenon {

/// Tenon's dialects, those they lower to, and the translations to LLVM IR.
void registerDialects(mlir::DialectRegistry &registry);
/// Passes by name, for pass pipelines as text; once for a process.
void registerPasses();

} // namespace tenon
