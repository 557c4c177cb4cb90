// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// /proc/meminfo and control groups.
#include "runtime/AvailableMemory.h"

#include "runtime/Cgroup.h"

#include <algorithm>
#include <fstream>

namespace tenon {

/// The number after `key` in a file of "key number" lines, or 0.
static uint64_t numberAfter(const std::string &path, const std::string &key) {
  std::ifstream file(path);
  for (std::string word; file >> word;)
    if (uint64_t number = 0; word == key && file >> number)
      return number;
  return 0;
}

uint64_t availableMemory() {
  uint64_t available = UINT64_MAX;
  if (uint64_t kilobytes = numberAfter("/proc/meminfo", "MemAvailable:"))
    available = kilobytes * 1024;
  for (const std::string &folder : cgroupFolders("memory")) {
    uint64_t limit = 0;
    std::ifstream unified(folder + "/memory.max"); // A number, or "max".
    if (!(unified >> limit)) {
      std::ifstream old(folder + "/memory.limit_in_bytes");
      if (!(old >> limit))
        continue;
    }
    // Only what programs wrote counts as used: cached files give way. The names are those of version 2 and of
    // version 1.
    uint64_t used = std::max(numberAfter(folder + "/memory.stat", "anon"), numberAfter(folder + "/memory.stat", "rss"));
    available = std::min(available, limit > used ? limit - used : 0);
  }
  return available;
}

} // namespace tenon
