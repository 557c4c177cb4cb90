// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How much the caches of this machine hold.
#pragma once

#include <cstdint>

namespace tenon::bench {

/// Where a working set lives.
enum class Level : uint8_t { L2, L3, Dram };

const char *levelName(Level level);

/// Bytes of the second-level cache of a core, and of the third-level cache; where the system does not say, 1 and
/// 32 MiB.
struct CacheSizes {
  uint64_t l2 = 0;
  uint64_t l3 = 0;
};
CacheSizes cacheSizes();

/// Bytes that live at a level: half of the second-level cache of each thread's core; a quarter of the third-level
/// cache, other programs having their share, but at least twice the second-level caches; four times all caches.
uint64_t workingSet(Level level, unsigned threads);

} // namespace tenon::bench
