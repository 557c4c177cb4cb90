// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a session asks of a device: memory, states, and the steps of a plan.
#pragma once

#include "runtime/BoundPlan.h"
#include "runtime/Session.h"

namespace tenon {

/// The part of one session that depends on the device. One thread at a time may use it.
class Executor {
public:
  virtual ~Executor() = default;

  /// Makes the states as the artifact says they begin. Called once, when their size is known to be available.
  virtual Status createStates() = 0;
  /// By index into the program's states; the value has the state's type and shape.
  virtual Result<Tensor> readState(size_t index) const = 0;
  virtual Status writeState(size_t index, const Tensor &value) = 0;

  virtual PeakMemory peakOf(const BoundPlan &plan) const = 0;
  /// Bytes that are kept for runs, and bytes that states or runs can take beyond them.
  virtual uint64_t heldBytes() const = 0;
  virtual Result<uint64_t> availableBytes() const = 0;

  /// Inputs and outputs are on the host; that the inputs fit the plan and the memory suffices has been checked.
  virtual Result<std::vector<Tensor>> run(BoundPlan &plan, std::span<const Tensor> inputs, const RunOptions &run) = 0;

  virtual unsigned threadCount() const = 0;
  virtual Result<double> copyBandwidth(uint64_t workingSet) = 0;

protected:
  Executor(const LoadedProgram &program, const SessionOptions &options) : program(program), options(options) {}

  const schema::Plan &schemaPlan(const BoundPlan &plan) const { return *program.plans[plan.entry]; }
  /// Host tensors for the outputs; those of the last run where nobody else holds them.
  Result<std::vector<Tensor>> makeOutputs(const BoundPlan &plan);
  /// All steps in order, with progress and cancelling. Errors of a step name it.
  Status runSteps(BoundPlan &plan, const RunOptions &run);
  virtual Status executeStep(BoundPlan &plan, size_t index, const RunOptions &run) = 0;

  const LoadedProgram &program;
  const SessionOptions options;
  std::vector<Tensor> lastOutputs;
};

} // namespace tenon
