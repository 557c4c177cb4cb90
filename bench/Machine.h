// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The machine that figures were measured on.
#pragma once

#include <string>

namespace tenon::bench {

struct Machine {
  /// As /proc/cpuinfo has it: vendors give different CPUs the same name, family and model tell them apart.
  std::string model, family, modelNumber;
  /// Cores that this process may use.
  unsigned cores = 1;
  unsigned long long memoryBytes = 0;

  /// "amd-epyc-26-2": for names of files.
  std::string slug() const;
};

Machine thisMachine();

/// Programs that wanted a core in the last minute, on average; -1 where the system does not say.
double loadAverage();

} // namespace tenon::bench
