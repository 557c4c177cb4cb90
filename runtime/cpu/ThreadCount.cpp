// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Affinity and quota as Linux reports them; what cannot be read limits nothing.
#include "runtime/cpu/ThreadCount.h"

#include "runtime/Cgroup.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <sched.h>
#include <string>
#include <thread>

namespace tenon {

static unsigned affinityCount() {
  // Large enough for any machine; a fixed cpu_set_t ends at 1024 cores.
  constexpr int cores = 8192;
  cpu_set_t *set = CPU_ALLOC(cores);
  if (!set)
    return 1;
  int count = ::sched_getaffinity(0, CPU_ALLOC_SIZE(cores), set) == 0 ? CPU_COUNT_S(CPU_ALLOC_SIZE(cores), set) : 0;
  CPU_FREE(set);
  return count > 0 ? static_cast<unsigned>(count) : std::max(1u, std::thread::hardware_concurrency());
}

/// Cores that one cgroup folder allows, rounded up, or the maximum.
static unsigned quotaOf(const std::string &folder) {
  double quota = 0, period = 0;
  std::ifstream unified(folder + "/cpu.max"); // "max 100000" or "150000 100000", in microseconds.
  if (!(unified >> quota >> period)) {
    std::ifstream old(folder + "/cpu.cfs_quota_us"), oldPeriod(folder + "/cpu.cfs_period_us");
    if (!(old >> quota) || !(oldPeriod >> period))
      return maximumThreads;
  }
  if (quota <= 0 || period <= 0)
    return maximumThreads;
  return static_cast<unsigned>(std::clamp(std::ceil(quota / period), 1.0, double(maximumThreads)));
}

/// The smallest quota of this process's cgroup and those around it.
static unsigned quotaCount() {
  unsigned count = maximumThreads;
  for (const std::string &folder : cgroupFolders("cpu"))
    count = std::min(count, quotaOf(folder));
  return count;
}

Result<unsigned> threadCount(unsigned asked) {
  if (asked > maximumThreads)
    return invalidArgument("the number of threads is " + std::to_string(asked) + ", at most " +
                           std::to_string(maximumThreads) + " are allowed");
  if (asked)
    return asked;
  if (const char *variable = std::getenv("TENON_NUM_THREADS")) {
    std::string_view text(variable);
    unsigned value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 1 || value > maximumThreads)
      return invalidArgument("TENON_NUM_THREADS is '" + std::string(text) + "', expected a number from 1 to " +
                             std::to_string(maximumThreads));
    return value;
  }
  return std::min({affinityCount(), quotaCount(), maximumThreads});
}

} // namespace tenon
