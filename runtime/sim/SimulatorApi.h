// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The entry points of the simulator: those of the CUDA driver in runtime/cuda/CudaApi.h, and three of its own.
//
// Differences from a driver: a launch has run when it returns, and its own error comes back from it; an error does not
// make the context unusable. The device has compute capability 8.0, 8 multiprocessors and 16 GiB of memory, which fresh
// reads as ones, so that floating-point values that nobody wrote are NaN.
#pragma once

#include "runtime/cuda/CudaApi.h"

extern "C" {
#pragma GCC visibility push(default)

/// What the last launch or load that failed did wrong: kernel, line and text of the instruction, block, thread,
/// address, what was found and expected. Empty if the last one succeeded. Valid until the thread's next call of this
/// function.
const char *tenonSimLastReport(void);
/// Options such as "threads=2,cp-async=eager,race-check=off,bank-conflicts=on,instruction-limit=1000000"; those of the
/// environment variable TENON_SIM are taken at cuInit. An unknown one changes nothing and is INVALID_VALUE.
CUresult tenonSimConfigure(const char *options);
/// A counter of the last launch: "instructions" (once a warp) or "bank-conflicts" (extra passes; only with the option);
/// 0 for any other name.
unsigned long long tenonSimCounter(const char *name);

#pragma GCC visibility pop
} // extern "C"
