// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A thread block: its warps, its shared memory and its barriers.
#pragma once

#include "runtime/sim/Launch.h"
#include "runtime/sim/SharedMemory.h"
#include "runtime/sim/Warp.h"

namespace tenon::sim {

/// What a barrier instruction is, as Op::modifiers.
struct BarrierKind {
  enum class Reduction : uint8_t { None, Popc, And, Or };
  bool aligned = true;
  bool counted = false; ///< Its second source is a number of threads.
  Reduction reduction = Reduction::None;

  uint32_t pack() const { return aligned | counted << 1 | static_cast<uint32_t>(reduction) << 2; }
  static BarrierKind unpack(uint32_t bits) { return {(bits & 1) != 0, (bits & 2) != 0, Reduction(bits >> 2)}; }
};

class Block {
public:
  enum class Progress : uint8_t { Finished, Yielded, Faulted };

  explicit Block(Launch &launch);
  /// Makes it the block of that linear index in the grid.
  void start(uint64_t index);
  /// Executes until all threads exit, a fault, or about `quantum` instructions of a warp.
  Progress run(uint64_t quantum);

  uint32_t threads() const { return static_cast<uint32_t>(launch.block.count()); }
  /// "thread (1,0,0)" of a linear index.
  std::string threadName(uint32_t thread) const;
  std::string name() const;

  /// Lanes of `warp` arrive; `required` is a number of threads, or 0 for all that have not exited. Returns false if
  /// they would wait for a number other than those before them.
  bool arrive(unsigned barrier, uint32_t required, Warp &warp, uint32_t mask, BarrierKind kind, uint32_t predicate);
  /// Releases each barrier that is complete; true if one was. Called when a warp waits or exits.
  bool releaseBarriers();

  /// Stops the block. A fault for later is reported at the next barrier, at the end, or in place of another fault but
  /// a race.
  void report(Fault fault, bool later);

  Launch &launch;
  SharedMemory shared;
  bool faulted = false;
  uint64_t index = 0;
  Dimensions position;

private:
  struct Barrier {
    uint32_t arrived = 0; ///< Threads; with a required number, warps count as 32.
    uint32_t required = 0;
    bool inUse = false;
    BarrierKind kind;
    uint32_t trueCount = 0, falseCount = 0; ///< Predicates of the threads that arrived.
    uint32_t clocks[WarpClocks::maximumWarps] = {};
  };

  uint32_t liveThreads() const;
  void release(unsigned barrier);
  void reportDeadlock();
  void reportDeferred();
  std::optional<Fault> deferred;

  static constexpr unsigned barrierCount = 16;
  Barrier barriers[barrierCount];
  std::vector<std::unique_ptr<Warp>> warps;
};

} // namespace tenon::sim
