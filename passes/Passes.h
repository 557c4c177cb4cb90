// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The graph passes; Passes.td documents them.
#pragma once

#include "mlir/Pass/Pass.h"

namespace tenon {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "passes/Passes.h.inc"
} // namespace tenon
