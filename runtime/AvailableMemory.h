// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How much memory a run may take.
#pragma once

#include <cstdint>

namespace tenon {

/// Bytes this process can still allocate, by the system's estimate and the memory limits of its control groups; the
/// largest number where neither can be read.
uint64_t availableMemory();

} // namespace tenon
