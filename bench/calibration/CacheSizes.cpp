// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cache sizes as Linux reports them for the first core.
#include "bench/calibration/CacheSizes.h"

#include <algorithm>
#include <fstream>
#include <string>

namespace tenon::bench {

const char *levelName(Level level) {
  switch (level) {
  case Level::L2:
    return "L2";
  case Level::L3:
    return "L3";
  case Level::Dram:
    return "DRAM";
  }
  __builtin_unreachable();
}

/// Not by sysconf(), which adds up the third-level caches of all of an EPYC's dies.
static uint64_t reported(int level, uint64_t otherwise) {
  for (int i = 0; i < 8; ++i) {
    std::string folder = "/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(i) + "/";
    int found = 0;
    uint64_t kilobytes = 0;
    char unit = 0;
    if (std::ifstream(folder + "level") >> found && found == level &&
        std::ifstream(folder + "size") >> kilobytes >> unit && unit == 'K' && kilobytes > 0)
      return kilobytes << 10;
  }
  return otherwise;
}

CacheSizes cacheSizes() { return {.l2 = reported(2, uint64_t(1) << 20), .l3 = reported(3, uint64_t(32) << 20)}; }

uint64_t workingSet(Level level, unsigned threads) {
  CacheSizes caches = cacheSizes();
  switch (level) {
  case Level::L2:
    return caches.l2 / 2 * threads;
  case Level::L3:
    return std::max(caches.l3 / 4, caches.l2 * 2 * threads);
  case Level::Dram:
    return 4 * (caches.l3 + caches.l2 * threads);
  }
  __builtin_unreachable();
}

} // namespace tenon::bench
