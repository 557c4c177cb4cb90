// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What Linux says about the machine.
#include "bench/Machine.h"

#include "runtime/cpu/CpuFeatures.h"
#include "runtime/cpu/ThreadCount.h"

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <unistd.h>

namespace tenon::bench {

/// The value of the first line "NAME\t: VALUE" of /proc/cpuinfo.
static std::string cpuInfo(const std::string &name) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    size_t colon = line.find(':');
    if (colon == std::string::npos || line.substr(0, line.find_last_not_of(" \t", colon - 1) + 1) != name)
      continue;
    size_t begin = line.find_first_not_of(' ', colon + 1);
    return begin == std::string::npos ? "" : line.substr(begin);
  }
  return "";
}

std::string Machine::slug() const {
  std::string text;
  for (char letter : model + "-" + family + "-" + modelNumber) {
    if (std::isalnum(static_cast<unsigned char>(letter)))
      text += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    else if (!text.empty() && text.back() != '-')
      text += '-';
  }
  while (!text.empty() && text.back() == '-')
    text.pop_back();
  return text;
}

Machine thisMachine() {
  Machine machine{hostCpu().model, cpuInfo("cpu family"), cpuInfo("model")};
  if (auto cores = threadCount(0); cores.ok())
    machine.cores = *cores;
  machine.memoryBytes =
      static_cast<unsigned long long>(sysconf(_SC_PHYS_PAGES)) * static_cast<unsigned long long>(sysconf(_SC_PAGESIZE));
  return machine;
}

double loadAverage() {
  double average = -1;
  return getloadavg(&average, 1) == 1 ? average : -1;
}

} // namespace tenon::bench
