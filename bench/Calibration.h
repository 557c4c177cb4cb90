// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// All limits of this machine, as the head of a report.
#pragma once

#include "runtime/Result.h"

#include <functional>
#include <string>
#include <vector>

namespace tenon::bench {

struct MachineRate {
  /// "FMA f32, AVX-512", "copy DRAM, non-temporal stores".
  std::string name;
  unsigned threads = 1;
  /// Units a second, and what a unit is: "FLOP", "value" or "byte".
  double rate = 0;
  std::string unit;
};

/// Every loop that this CPU can run, on 1 thread and on `threads`; takes a few seconds.
Result<std::vector<MachineRate>> calibrate(unsigned threads);

} // namespace tenon::bench
