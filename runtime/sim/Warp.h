// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// 32 lanes: their registers, their local memory and where they are.
#pragma once

#include "runtime/sim/DeviceMemory.h"
#include "runtime/sim/Fault.h"
#include "runtime/sim/Program.h"
#include <bit>
#include <string>

namespace tenon::sim {

class Block;

/// The lanes of a mask, lowest first: `for (unsigned lane : Lanes(mask))`.
class Lanes {
public:
  explicit Lanes(uint32_t mask) : mask(mask) {}
  class Iterator {
  public:
    explicit Iterator(uint32_t mask) : mask(mask) {}
    unsigned operator*() const { return static_cast<unsigned>(std::countr_zero(mask)); }
    Iterator &operator++() {
      mask &= mask - 1;
      return *this;
    }
    bool operator!=(const Iterator &other) const { return mask != other.mask; }

  private:
    uint32_t mask;
  };
  Iterator begin() const { return Iterator(mask); }
  Iterator end() const { return Iterator(0); }

private:
  uint32_t mask;
};

/// Lanes at one place in the program.
struct Fragment {
  enum class State : uint8_t {
    Ready,
    Held,   ///< Before an instruction that other lanes of the warp must execute with these.
    Waiting ///< At a barrier.
  };
  uint32_t pc = 0;
  uint32_t mask = 0;
  State state = State::Ready;
  uint8_t barrier = 0;
};

class Warp {
public:
  Warp(Block &block, unsigned index);
  /// All populated lanes at the entry, with no register defined but the special ones.
  void start();
  /// Executes until no lane can go on or about `budget` instructions; returns how many it executed.
  uint64_t run(uint64_t budget);
  bool finished() const { return live == 0; }
  /// The lanes that wait at a barrier.
  uint32_t waitingAt(unsigned barrier) const;
  /// Lets them go on; `value` is the barrier's reduction, if it has one.
  void leaveBarrier(unsigned barrier, uint32_t value);
  /// The lanes that wait and where, for a report of a deadlock; empty if none do.
  std::string describeWaiting() const;
  /// Reports lanes that were held for others that never came; false if there are none.
  bool reportHeld();

  uint32_t *row(uint32_t id) { return rows.data() + size_t(id) * warpLanes; }
  uint32_t threadOf(unsigned lane) const { return index * warpLanes + lane; }
  /// Stops the launch. The message says what `lane` did and what was expected.
  void fault(const Op &op, unsigned lane, FaultKind kind, const std::string &message);
  /// The same for an access to memory.
  void faultAt(const Op &op, unsigned lane, FaultKind kind, uint64_t address, const std::string &message);
  /// A read of uninitialized shared memory, which may yet turn out to be a race with the write that comes too late.
  void faultLater(const Op &op, unsigned lane, uint64_t address, const std::string &message);
  /// "line 12: 'st.shared.u32 [%r1], %r2'" of an op.
  std::string placeOf(uint32_t op) const;
  uint32_t indexOf(const Op &op) const { return static_cast<uint32_t>(&op - program.ops.data()); }

  /// A copy by cp.async that was not waited for.
  struct AsyncCopy {
    uint64_t source;
    uint32_t op;
    uint32_t group;
    uint32_t destination; ///< Offset in shared memory.
    uint8_t bytes, sourceBytes, lane;
  };

  Block &block;
  const Program &program;
  const unsigned index;
  uint32_t populated = 0;        ///< Lanes that the block has threads for.
  uint32_t live = 0;             ///< Those that have not exited.
  std::vector<uint32_t> defined; ///< By row: the lanes in which the register has a value.
  std::vector<Fragment> fragments;
  std::vector<uint8_t> local, localState; ///< By lane: Program::localBytes each.
  std::vector<AsyncCopy> copies;          ///< In the order of issue.
  uint32_t committedGroups[warpLanes] = {};
  const Allocation *recentAllocations[4] = {};
  unsigned nextRecent = 0;
  uint32_t strongAccesses = 0; ///< Of lanes, since lanes that wait for others last gave way.

private:
  void setSpecials();
  Fragment *choose();
  void mergeFragments();
  void runFragment(Fragment &fragment);
  uint32_t nearestOther(const Fragment &fragment) const;
  bool transfer(const Op &op, Fragment &fragment, uint32_t mask);
  bool checkSources(const Op &op, uint32_t mask);
  void execute(const Op &op, uint32_t mask);
  Fragment &split(Fragment &fragment, uint32_t mask);
  void together(const Op &op, Fragment &fragment);
  uint32_t requiredLanes(const Op &op, uint32_t mask);
  bool releaseWarpSync();
  bool jump(const Op &op, Fragment &fragment, uint32_t mask);
  void scatter(const Op &op, Fragment &fragment, uint32_t mask);
  void exitLanes(Fragment &fragment, uint32_t mask);
  void waitAtBarrier(const Op &op, Fragment &fragment);

  std::vector<uint32_t> rows;
  uint64_t executed = 0; ///< Since start.
  uint64_t remaining = 0;
  uint32_t turnsLeft = 0; ///< Of the lanes that are farthest.
};

} // namespace tenon::sim
