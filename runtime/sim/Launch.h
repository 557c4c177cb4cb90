// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The execution of one kernel over a grid.
#pragma once

#include "runtime/sim/DeviceMemory.h"
#include "runtime/sim/Fault.h"
#include "runtime/sim/Options.h"
#include "runtime/sim/Program.h"
#include <atomic>
#include <mutex>
#include <optional>

namespace tenon::sim {

struct Dimensions {
  uint32_t x = 1, y = 1, z = 1;
  uint64_t count() const { return uint64_t(x) * y * z; }
};

/// What is the same for all blocks, and what they find out.
struct Launch {
  Launch(const Program &program, const DeviceMemory &memory, const Options &options)
      : program(program), memory(memory), options(options) {}

  const Program &program;
  const DeviceMemory &memory;
  const Options &options;
  Dimensions grid, block;
  uint32_t dynamicSharedBytes = 0;
  std::vector<uint8_t> parameters; ///< Program::parameterBytes.

  std::atomic<uint64_t> instructions = 0;  ///< Executed, counted once a warp.
  std::atomic<uint64_t> bankConflicts = 0; ///< Extra passes over the banks of shared memory.

  uint32_t sharedBytes() const { return program.dynamicSharedOffset + dynamicSharedBytes; }
  /// Keeps the fault of the first block in the grid.
  void report(Fault fault);
  /// No fault of a block after `fault` matters, so such blocks may stop.
  bool stops(uint64_t block) const { return block > faultyBlock.load(std::memory_order_relaxed); }

  std::optional<Fault> fault; ///< Valid after runLaunch.

private:
  std::mutex mutex;
  std::atomic<uint64_t> faultyBlock = UINT64_MAX;
};

/// Executes all blocks on several host threads; stops early at a fault. The caller has checked the sizes. False if the
/// host's memory does not suffice.
bool runLaunch(Launch &launch);

} // namespace tenon::sim
