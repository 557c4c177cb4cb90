// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How many threads to use.
#pragma once

#include "runtime/Result.h"

namespace tenon {

inline constexpr unsigned maximumThreads = 1024;

/// `asked` where it is not 0; else TENON_NUM_THREADS; else the number of cores that the affinity mask and the cgroup's
/// CPU quota leave to this process, at least 1. InvalidArgument for more than 1024 or a variable that is no number.
Result<unsigned> threadCount(unsigned asked);

} // namespace tenon
