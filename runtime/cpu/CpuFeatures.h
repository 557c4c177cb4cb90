// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What this machine's CPU can do.
#pragma once

#include <set>
#include <string>

namespace tenon {

struct CpuDescription {
  /// As the vendor calls it; "unknown" where Linux does not say.
  std::string model;
  /// Instruction sets that CPU and system support, by the names of /proc/cpuinfo: "avx2", "avx512f".
  std::set<std::string, std::less<>> features;
};

/// Of the first core. Read once.
const CpuDescription &hostCpu();

} // namespace tenon
