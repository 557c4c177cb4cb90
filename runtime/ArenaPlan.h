// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Packing of buffers with lifetimes into one piece of memory.
#pragma once

#include "runtime/Result.h"

#include <cstdint>
#include <span>
#include <vector>

namespace tenon {

/// A buffer that lives from step `first` through step `last`.
struct ArenaBuffer {
  uint64_t bytes;
  uint32_t first;
  uint32_t last;
};

struct ArenaPlan {
  /// Per buffer, a multiple of the alignment.
  std::vector<uint64_t> offsets;
  /// What the arena takes in all: its peak.
  uint64_t bytes = 0;
};

/// Places each buffer at a multiple of `alignment`, so that none overlaps another that lives at the same time: the
/// largest first, each in the smallest gap that holds it. Deterministic. InvalidArgument where the sum exceeds 2^62
/// bytes.
Result<ArenaPlan> planArena(std::span<const ArenaBuffer> buffers, uint64_t alignment);

} // namespace tenon
