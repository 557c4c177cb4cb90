// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A kernel of a parsed module to a program.
#pragma once

#include "runtime/sim/KernelLayout.h"

namespace tenon::sim {

/// Decodes `kernel` and all functions that it calls. The program points into `module`. Errors begin with "line N: " and
/// name the instruction that the simulator does not know.
Result<Program> decodeKernel(const PtxModule &module, const Function &kernel, const GlobalAddresses &globals);

} // namespace tenon::sim
