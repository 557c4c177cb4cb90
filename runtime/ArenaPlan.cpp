// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Greedy by size, as in Pisarchyk and Lee: Efficient Memory Management for Deep Neural Net Inference (2020).
#include "runtime/ArenaPlan.h"

#include <algorithm>
#include <numeric>

namespace tenon {

static constexpr uint64_t maximumArena = uint64_t(1) << 62;

namespace {
struct Placed {
  uint64_t start, end;
  uint32_t first, last;
};
} // namespace

/// The offset of the smallest gap between those of `placed` (in order of their start) that live at the same time as
/// `buffer`; beyond them all where no gap is large enough.
static uint64_t findGap(std::span<const Placed> placed, const ArenaBuffer &buffer, uint64_t size) {
  uint64_t end = 0, best = 0, bestSize = UINT64_MAX;
  for (const Placed &other : placed) {
    if (other.last < buffer.first || other.first > buffer.last)
      continue;
    if (other.start > end && other.start - end >= size && other.start - end < bestSize) {
      best = end;
      bestSize = other.start - end;
    }
    end = std::max(end, other.end);
  }
  return bestSize == UINT64_MAX ? end : best;
}

Result<ArenaPlan> planArena(std::span<const ArenaBuffer> buffers, uint64_t alignment) {
  std::vector<size_t> order(buffers.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return buffers[a].bytes != buffers[b].bytes ? buffers[a].bytes > buffers[b].bytes : a < b;
  });

  ArenaPlan plan;
  plan.offsets.resize(buffers.size());
  std::vector<Placed> placed;
  uint64_t sum = 0;
  for (size_t index : order) {
    const ArenaBuffer &buffer = buffers[index];
    if (buffer.bytes > maximumArena || (sum += buffer.bytes + alignment) > maximumArena)
      return invalidArgument("the buffers of a run at these sizes exceed 2^62 bytes");
    uint64_t size = (buffer.bytes + alignment - 1) / alignment * alignment;
    if (size == 0)
      continue;
    uint64_t start = findGap(placed, buffer, size);
    plan.offsets[index] = start;
    plan.bytes = std::max(plan.bytes, start + size);
    Placed entry{start, start + size, buffer.first, buffer.last};
    placed.insert(std::upper_bound(placed.begin(), placed.end(), entry,
                                   [](const Placed &a, const Placed &b) { return a.start < b.start; }),
                  entry);
  }
  return plan;
}

} // namespace tenon
