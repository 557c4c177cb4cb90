// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs plans on a GPU, on one stream.
#pragma once

#include "runtime/Executor.h"
#include "runtime/cuda/CudaCode.h"

namespace tenon {

/// A run uploads its inputs, queues all steps, downloads the outputs and waits for the end; errors of the GPU are those
/// of the run. Inputs, outputs and arena lie in one allocation that is kept from run to run. On the simulator each has
/// an allocation of its own, made for the run and freed after its last step, so that the simulator sees where each
/// begins and ends and which bytes this run wrote; poison is then not needed, since fresh memory reads as ones.
class CudaExecutor final : public Executor {
public:
  static Result<std::unique_ptr<Executor>> create(const LoadedProgram &program, const CudaCode &code,
                                                  const SessionOptions &options);
  ~CudaExecutor() override;

  Status createStates() override;
  Result<Tensor> readState(size_t index) const override;
  Status writeState(size_t index, const Tensor &value) override;
  PeakMemory peakOf(const BoundPlan &plan) const override;
  uint64_t heldBytes() const override { return memory.bytes(); }
  Result<uint64_t> availableBytes() const override { return device.freeBytes(); }
  Result<std::vector<Tensor>> run(BoundPlan &plan, std::span<const Tensor> inputs, const RunOptions &run) override;
  unsigned threadCount() const override { return 1; }
  Result<double> copyBandwidth(uint64_t workingSet) override;

private:
  CudaExecutor(const LoadedProgram &program, const CudaCode &code, const SessionOptions &options)
      : Executor(program, options), code(code), device(*code.device()), driver(device.driver()) {}
  /// As CudaDevice::check, of launches.
  Status checkLaunch(CUresult code, const std::string &what) const;
  Status synchronize() const;
  Status upload(CUdeviceptr to, const Tensor &tensor, std::string_view what) const;
  Status download(Tensor &tensor, CUdeviceptr from, std::string_view what) const;

  Status placeBuffers(const BoundPlan &plan);
  Status placeInOne(const BoundPlan &plan);
  Status placeApart(const BoundPlan &plan);
  Status queueRun(BoundPlan &plan, std::span<const Tensor> inputs, std::vector<Tensor> &outputs, const RunOptions &run);
  Status transfer(const BoundPlan &plan, schema::BufferKind kind,
                  const std::function<Status(uint32_t index, CUdeviceptr address)> &move) const;
  Status executeStep(BoundPlan &plan, size_t index, const RunOptions &run) override;
  Status launch(const BoundPlan &plan, BoundStep &step);
  Status endBuffers(const BoundPlan &plan, uint32_t step);

  Result<CUevent> event(size_t index);
  Status recordTime();
  Status reportTimes(const BoundPlan &plan, const RunOptions &run);
  Result<double> secondsBetween(size_t first, size_t last) const;

  const CudaCode &code;
  const CudaDevice &device;
  const CudaDriver &driver;
  CUstream stream = nullptr;
  std::vector<CudaMemory> states;
  CudaMemory memory;
  /// Of the current run: where each buffer is and, on the simulator, its memory.
  std::vector<CUdeviceptr> addresses;
  std::vector<CudaMemory> apart;
  /// Made when first needed; of the current run, one before the first step and one after each of `timedSteps`.
  std::vector<CUevent> events;
  std::vector<size_t> timedSteps;
};

} // namespace tenon
