// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// /proc/cpuinfo lists what CPUID reports and the system has enabled.
#include "runtime/cpu/CpuFeatures.h"

#include <fstream>
#include <sstream>

namespace tenon {

static CpuDescription readCpuInfo() {
  CpuDescription cpu{"unknown", {}};
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line) && !line.empty();) { // A blank line ends the first core.
    size_t colon = line.find(':');
    if (colon == std::string::npos || colon + 2 > line.size())
      continue;
    if (line.starts_with("model name"))
      cpu.model = line.substr(colon + 2);
    if (line.starts_with("flags")) {
      std::istringstream words(line.substr(colon + 1));
      for (std::string word; words >> word;)
        cpu.features.insert(word);
    }
  }
  return cpu;
}

const CpuDescription &hostCpu() {
  static const CpuDescription cpu = readCpuInfo();
  return cpu;
}

} // namespace tenon
