// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs plans on this process's threads.
#pragma once

#include "runtime/Executor.h"
#include "runtime/cpu/CpuCode.h"
#include "runtime/cpu/ThreadPool.h"

namespace tenon {

class CpuExecutor final : public Executor {
public:
  static Result<std::unique_ptr<Executor>> create(const LoadedProgram &program, const CpuCode &code,
                                                  const SessionOptions &options);

  Status createStates() override;
  Result<Tensor> readState(size_t index) const override { return states[index].clone(); }
  Status writeState(size_t index, const Tensor &value) override;
  PeakMemory peakOf(const BoundPlan &plan) const override;
  uint64_t heldBytes() const override;
  Result<uint64_t> availableBytes() const override;
  Result<std::vector<Tensor>> run(BoundPlan &plan, std::span<const Tensor> inputs, const RunOptions &run) override;
  unsigned threadCount() const override { return pool.threadCount(); }
  Result<double> copyBandwidth(uint64_t workingSet) override;

private:
  struct Memory {
    std::shared_ptr<std::byte> bytes;
    uint64_t size = 0;
    Status reserve(uint64_t needed);
  };

  CpuExecutor(const LoadedProgram &program, const CpuCode &code, const SessionOptions &options, unsigned threads)
      : Executor(program, options), code(code), pool(threads) {}
  Status executeStep(BoundPlan &plan, size_t index, const RunOptions &run) override;
  Status alignInputs(std::span<const Tensor> inputs);
  void locateBuffers(const BoundPlan &plan, std::vector<Tensor> &outputs);
  void launch(BoundStep &step, tenon_cpu_kernel kernel);
  void copy(std::byte *destination, const std::byte *source, uint64_t bytes);
  void poisonDead(const BoundPlan &plan, uint32_t step);

  const CpuCode &code;
  ThreadPool pool;
  Memory arena, workspace;
  std::vector<Tensor> states;
  /// Of the current run: the inputs, copied where they were not aligned, and where each buffer is.
  std::vector<Tensor> alignedInputs;
  std::vector<std::byte *> addresses;
};

} // namespace tenon
