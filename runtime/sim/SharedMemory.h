// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The shared memory of a block, and what orders the accesses of its threads.
#pragma once

#include <cstdint>
#include <vector>

namespace tenon::sim {

/// Every warp counts the intervals between its barriers. `known[a][b]`: accesses of warp b in its intervals before this
/// one happened before what warp a does now. `known[a][a]` is a's own interval.
class WarpClocks {
public:
  static constexpr unsigned maximumWarps = 32;
  static constexpr uint32_t last = (1u << 21) - 2;

  /// No access of an earlier block is in the way of a later one, so that the shadow of shared memory need not be
  /// cleared. Returns false if the intervals are used up and the shadow must be cleared before.
  bool startBlock(unsigned warps);
  void reset();
  uint32_t now(unsigned warp) const { return known[warp][warp]; }
  /// All accesses before this interval happened before all that any warp does now.
  uint32_t fence() const { return fenceInterval; }
  bool isOrdered(unsigned warp, unsigned earlier, uint32_t interval) const { return interval < known[warp][earlier]; }

  /// The lanes of a warp synchronize among themselves.
  void syncLanes(unsigned warp) { advance(warp); }
  /// Adds what `warp` has seen to a barrier.
  void arrive(unsigned warp, uint32_t (&barrier)[maximumWarps]);
  /// `warp` sees what all that arrived have seen.
  void leave(unsigned warp, const uint32_t (&barrier)[maximumWarps]);
  /// All warps of the block wait at one barrier.
  void syncAll();

private:
  void advance(unsigned warp);
  uint32_t known[maximumWarps][maximumWarps] = {};
  uint32_t fenceInterval = 1;
  uint32_t latest = 1;
  unsigned warps = 0;
};

/// The two accesses of a race.
struct Conflict {
  uint32_t thread = 0; ///< Linear index in its block, of the earlier one.
  uint32_t op = 0;     ///< Its index in Program::ops.
  bool wrote = false;
  uint32_t offset = 0; ///< The first byte in conflict.
};

/// Bytes with a state each, and with race checking the last accesses of each.
class SharedMemory {
public:
  /// States of a byte.
  static constexpr uint8_t undefined = 0, defined = 1, pendingCopy = 2;

  struct Access {
    uint32_t thread; ///< Linear index in the block.
    uint32_t op;
    uint32_t offset;
    uint32_t bytes;
    bool strong; ///< Atomic, volatile or ordered: no race with another such.
  };

  void resize(uint32_t bytes, bool checkRaces);
  void startBlock(unsigned warps);
  uint32_t size() const { return static_cast<uint32_t>(data.size()); }

  /// True if another thread's access is not ordered before this one.
  bool recordRead(const Access &access, Conflict &conflict);
  bool recordWrite(const Access &access, Conflict &conflict);
  /// A race of a write that is yet to come.
  bool checkWrite(const Access &access, Conflict &conflict) const;

  std::vector<uint8_t> data;
  std::vector<uint8_t> state;
  WarpClocks clocks;

private:
  /// interval << 43 | strong << 42 | thread << 32 | op. Zero is older than any fence.
  using Mark = uint64_t;
  bool conflicts(Mark mark, const Access &access, unsigned warp) const;
  static void describe(Mark mark, bool wrote, uint32_t offset, Conflict &conflict);

  std::vector<Mark> writer, reader, otherReader;
  bool checked = false;
};

} // namespace tenon::sim
