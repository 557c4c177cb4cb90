// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The passes of code generation; Passes.td documents them.
#pragma once

#include "mlir/Pass/Pass.h"

namespace tenon {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "codegen/Passes.h.inc"
} // namespace tenon
