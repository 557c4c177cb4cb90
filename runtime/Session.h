// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Running a program: the owner of state and of working memory.
#pragma once

#include "runtime/Program.h"

#include <atomic>
#include <functional>
#include <memory>
#include <span>

namespace tenon {

struct SessionOptions {
  /// 0: TENON_NUM_THREADS, else what affinity and CPU quota allow. The number never changes results.
  unsigned threads = 0;
  /// Bytes that the states may take, and a run for arena, workspace and outputs; 0: what the machine has available.
  uint64_t memoryLimit = 0;
  /// For finding mistakes: memory that no step has written is filled with bytes 0xFF, which are NaN in every float
  /// type. The simulator always does that, and reports its use by a kernel.
  bool poisonFreed = false;
};

/// One executed step. The texts live as long as the program.
struct StepProfile {
  size_t step = 0;
  std::string_view name;
  /// Empty for a copy.
  std::string_view kernel;
  /// On a GPU, between the ends of the step before and this one. 0 on the simulator, whose times say nothing.
  double seconds = 0;
  /// As the compiler counted them; 0 where it did not.
  int64_t bytesRead = 0, bytesWritten = 0, flops = 0;
};

struct RunOptions {
  /// Before each step: how many are done, of how many, and the name of the next. On a GPU, before a step is queued:
  /// many can be ahead of it that are not done.
  std::function<void(size_t done, size_t total, std::string_view next)> progress;
  /// Set to true by another thread or a signal handler, stops the run with Cancelled before its next step; ignored from
  /// the first step that writes a state on, so that states are never half updated.
  const std::atomic<bool> *cancel = nullptr;
  /// After each step that did something; on a GPU for all of them at the end of the run.
  std::function<void(const StepProfile &)> profile;
};

/// What a run takes on its device beside the caller's inputs, constants and states, in bytes.
struct PeakMemory {
  uint64_t arena = 0;
  uint64_t workspace = 0;
  /// Of copies on another device than the host.
  uint64_t inputs = 0;
  uint64_t outputs = 0;

  /// Saturates.
  uint64_t total() const {
    uint64_t sum = 0;
    for (uint64_t part : {arena, workspace, inputs, outputs})
      if (__builtin_add_overflow(sum, part, &sum))
        return UINT64_MAX;
    return sum;
  }
};

/// Owns the states of a program, an arena and threads. One thread at a time may use it; sessions of one program are
/// independent. The same inputs and states give the same bits whatever the number of threads.
class Session {
public:
  /// States begin as the artifact says. Environment where there is no memory for them.
  static Result<Session> create(Program program, const SessionOptions &options = {});
  Session(Session &&);
  Session &operator=(Session &&);
  ~Session();

  /// Runs an entry (an empty name stands for the only one) and returns its outputs. InvalidArgument names the input and
  /// both shapes where they do not fit; Environment where the run needs more memory than there is, or a kernel fails on
  /// a GPU: states then hold anything, and after a failure other than the simulator's no program of this process can
  /// use the GPU again. An output's storage is used again by the next run once the caller has dropped it.
  Result<std::vector<Tensor>> run(std::string_view entry, std::span<const Tensor> inputs,
                                  const RunOptions &options = {});

  /// Known without a run.
  Result<PeakMemory> peakMemory(std::string_view entry, const Sizes &sizes);

  /// A copy of a state, and its replacement by a tensor of the same type and shape.
  Result<Tensor> readState(std::string_view name) const;
  Status writeState(std::string_view name, const Tensor &value);

  /// Threads of the host that kernels run on.
  unsigned threadCount() const;

  /// Bytes per second, read and written, of copies within a working set of so many bytes where this session runs: the
  /// limit of kernels that compute little. Takes about a tenth of a second and `workingSet` bytes of memory.
  /// InvalidArgument on the simulator.
  Result<double> copyBandwidth(uint64_t workingSet);

private:
  class Core;
  explicit Session(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core;
};

} // namespace tenon
