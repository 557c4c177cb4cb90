// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A plan at given sizes: everything a run needs except the addresses of memory.
#pragma once

#include "runtime/KernelAbi.h"
#include "runtime/LoadedProgram.h"
#include "runtime/Session.h"

#include <array>
#include <limits>
#include <optional>

namespace tenon {

/// A pointer argument that a run fills in: `arguments[argument]` becomes the address of `buffer`.
struct PointerArgument {
  uint32_t argument;
  uint32_t buffer;
};

/// A launch (`kernel` is set), a copy (`copyBytes` is not 0), or nothing: a check that held, an empty grid.
struct BoundStep {
  std::string_view name;
  /// Index into the plan's kernels.
  std::optional<uint32_t> kernel;
  std::string_view kernelName;
  std::array<int64_t, 3> grid = {};
  int64_t blocks = 0;
  std::vector<tenon_argument> arguments;
  std::vector<PointerArgument> pointers;
  int64_t bytesRead = 0, bytesWritten = 0, flops = 0;

  uint64_t copyBytes = 0;
  uint32_t source = 0, destination = 0;

  bool isActive() const { return kernel || copyBytes; }
  StepProfile profile(size_t index, double seconds) const {
    return {index, name, kernelName, seconds, bytesRead, bytesWritten, flops};
  }
};

struct BoundPlan {
  uint32_t entry;
  std::vector<int64_t> symbols;
  /// Per buffer of the plan; offsets are into the arena, and 0 for buffers that are elsewhere.
  std::vector<uint64_t> bufferBytes, arenaOffsets;
  uint64_t arenaBytes = 0;
  std::vector<Shape> outputShapes;
  uint64_t outputBytes = 0;
  /// What one thread needs, a multiple of 64.
  uint64_t workspaceBytes = 0;
  std::vector<BoundStep> steps;
  /// The first step that writes a state: up to there a run can stop as if it had not been.
  size_t firstStateWrite = std::numeric_limits<size_t>::max();
};

/// Evaluates all expressions of an entry's plan and packs its arena. InvalidArgument for a check that fails, Data for
/// an expression that has no sensible value at these sizes.
Result<BoundPlan> bindPlan(const LoadedProgram &program, uint32_t entry, std::vector<int64_t> symbols);

} // namespace tenon
