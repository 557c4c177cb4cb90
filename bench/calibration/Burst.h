// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How everything in bench is timed: short bursts of the same work, of which the median counts.
#pragma once

#include "runtime/Result.h"

#include <functional>
#include <vector>

namespace tenon::bench {

double median(std::vector<double> values);

/// Calls `burst` again and again for about `seconds`, at least three times; the median seconds of a call. A burst of
/// about 0.2 ms is short against a time slice, so that work of others on the core spoils few of them, and long against
/// reading the clock.
double medianBurst(double seconds, const std::function<void()> &burst);

/// The same on `threads` threads at once, numbered from 0; one median a thread. Environment where the system gives no
/// more threads.
Result<std::vector<double>> medianBursts(unsigned threads, double seconds,
                                         const std::function<void(unsigned thread)> &burst);

} // namespace tenon::bench
