// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What this machine's memory can do, as a limit to measure kernels against.
#pragma once

#include "runtime/Result.h"

namespace tenon {

/// Bytes per second, read and written, of the fastest copy of `workingSet` / 2 bytes within a working set of that size
/// (at least 4 KiB), on `threads` threads: the better of a loop of plain vector loads and stores and the C library's
/// memcpy, which bypasses the caches for large sizes. Takes about a tenth of a second.
Result<double> measureCopyBandwidth(uint64_t workingSet, unsigned threads);

} // namespace tenon
