// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The shared memory of a block, and what orders the accesses of its threads.
#include "runtime/sim/SharedMemory.h"
#include <algorithm>

namespace tenon::sim {

void WarpClocks::reset() {
  latest = 1;
  fenceInterval = 1;
}

bool WarpClocks::startBlock(unsigned count) {
  warps = count;
  // Half of the intervals are kept for the block itself.
  bool fits = latest < last / 2;
  if (!fits)
    reset();
  syncAll();
  return fits;
}

void WarpClocks::syncAll() {
  latest = std::min(latest + 1, last);
  fenceInterval = latest;
  for (unsigned a = 0; a < warps; ++a)
    std::fill_n(known[a], warps, latest);
}

void WarpClocks::advance(unsigned warp) {
  known[warp][warp] = std::min(known[warp][warp] + 1, last);
  latest = std::max(latest, known[warp][warp]);
}

void WarpClocks::arrive(unsigned warp, uint32_t (&barrier)[maximumWarps]) {
  advance(warp);
  for (unsigned other = 0; other < warps; ++other)
    barrier[other] = std::max(barrier[other], known[warp][other]);
}

void WarpClocks::leave(unsigned warp, const uint32_t (&barrier)[maximumWarps]) {
  for (unsigned other = 0; other < warps; ++other)
    if (other != warp)
      known[warp][other] = std::max(known[warp][other], barrier[other]);
}

void SharedMemory::resize(uint32_t bytes, bool checkRaces) {
  data.assign(bytes, 0xff);
  state.assign(bytes, undefined);
  checked = checkRaces;
  for (auto *marks : {&writer, &reader, &otherReader})
    marks->assign(checkRaces ? bytes : 0, 0);
}

void SharedMemory::startBlock(unsigned warps) {
  std::fill(data.begin(), data.end(), 0xff);
  std::fill(state.begin(), state.end(), undefined);
  if (clocks.startBlock(warps))
    return;
  for (auto *marks : {&writer, &reader, &otherReader})
    std::fill(marks->begin(), marks->end(), 0);
}

bool SharedMemory::conflicts(Mark mark, const Access &access, unsigned warp) const {
  auto interval = static_cast<uint32_t>(mark >> 43);
  if (interval < clocks.fence())
    return false;
  uint32_t thread = mark >> 32 & 1023;
  bool strong = mark >> 42 & 1;
  return thread != access.thread && !(strong && access.strong) && !clocks.isOrdered(warp, thread / 32, interval);
}

void SharedMemory::describe(Mark mark, bool wrote, uint32_t offset, Conflict &conflict) {
  conflict.thread = mark >> 32 & 1023;
  conflict.op = static_cast<uint32_t>(mark);
  conflict.wrote = wrote;
  conflict.offset = offset;
}

bool SharedMemory::recordRead(const Access &access, Conflict &conflict) {
  if (!checked)
    return false;
  unsigned warp = access.thread / 32;
  Mark mark = Mark(clocks.now(warp)) << 43 | Mark(access.strong) << 42 | Mark(access.thread) << 32 | access.op;
  for (uint32_t at = access.offset; at < access.offset + access.bytes; ++at) {
    if (conflicts(writer[at], access, warp)) {
      describe(writer[at], true, at, conflict);
      return true;
    }
    // Two readers that are different threads are enough: any thread that writes differs from one of them.
    Mark first = reader[at];
    bool fresh = first >> 43 >= clocks.fence();
    if (!fresh || (first >> 32 & 1023) == access.thread)
      reader[at] = mark;
    else
      otherReader[at] = mark;
  }
  return false;
}

bool SharedMemory::checkWrite(const Access &access, Conflict &conflict) const {
  if (!checked)
    return false;
  unsigned warp = access.thread / 32;
  for (uint32_t at = access.offset; at < access.offset + access.bytes; ++at) {
    for (const auto *marks : {&writer, &reader, &otherReader}) {
      if (conflicts((*marks)[at], access, warp)) {
        describe((*marks)[at], marks == &writer, at, conflict);
        return true;
      }
    }
  }
  return false;
}

bool SharedMemory::recordWrite(const Access &access, Conflict &conflict) {
  if (!checked)
    return false;
  if (checkWrite(access, conflict))
    return true;
  unsigned warp = access.thread / 32;
  Mark mark = Mark(clocks.now(warp)) << 43 | Mark(access.strong) << 42 | Mark(access.thread) << 32 | access.op;
  std::fill_n(writer.begin() + access.offset, access.bytes, mark);
  return false;
}

} // namespace tenon::sim
