// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cache sizes as the C library reports them.
#include "bench/calibration/CacheSizes.h"

#include <algorithm>
#include <unistd.h>

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

static uint64_t reported(int name, uint64_t otherwise) {
  long bytes = sysconf(name);
  return bytes > 0 ? static_cast<uint64_t>(bytes) : otherwise;
}

CacheSizes cacheSizes() {
  return {.l2 = reported(_SC_LEVEL2_CACHE_SIZE, uint64_t(1) << 20),
          .l3 = reported(_SC_LEVEL3_CACHE_SIZE, uint64_t(32) << 20)};
}

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
