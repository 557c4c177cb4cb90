// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Addresses to memory of the host, with all checks.
#pragma once

#include "runtime/sim/KernelLayout.h"
#include "runtime/sim/Warp.h"

namespace tenon::sim {

enum class Intent : uint8_t { Read, Write, Update };

struct Location {
  uint8_t *data = nullptr;
  uint8_t *state = nullptr; ///< A byte for each: SharedMemory::defined where it has a value. Null for parameters.
  bool shared = false;
  uint32_t offset = 0; ///< In shared memory.
};

/// What one instruction does with memory.
struct AccessKind {
  Space space = Space::Generic;
  Intent intent = Intent::Read;
  unsigned bytes = 4; ///< Of one lane; also the alignment.
  bool strong = false;
  const void *stored = nullptr; ///< What a store will write, if known.

  uint32_t pack() const {
    return static_cast<uint32_t>(space) | static_cast<uint32_t>(intent) << 3 | bytes << 5 | strong << 12;
  }
  static AccessKind unpack(uint32_t m) {
    return {Space(m & 7), Intent(m >> 3 & 3), m >> 5 & 127, (m >> 12 & 1) != 0, nullptr};
  }
};

/// The address of a lane: source `index` of the op, plus its displacement.
uint64_t laneAddress(Warp &warp, const Op &op, unsigned lane, unsigned index = 0);

/// Finds where a lane's access goes. Checks alignment, bounds, uninitialized bytes of what is read, and races in shared
/// memory; returns false after it has reported a fault.
/// Uninitialized shared memory reads as ones, and is reported a little later. Marking written bytes is up to the
/// caller.
bool locate(Warp &warp, const Op &op, unsigned lane, uint64_t address, const AccessKind &kind, Location &location);

/// Shared memory alone: the race of an access that is in bounds, reported.
bool recordShared(Warp &warp, const Op &op, unsigned lane, uint32_t offset, const AccessKind &kind);

/// Adds the extra passes that lanes in `mask` need for 4-byte words of different rows in the same bank.
void countBankConflicts(Warp &warp, const uint32_t (&offsets)[warpLanes], uint32_t mask, unsigned bytes);

} // namespace tenon::sim
