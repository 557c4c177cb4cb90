// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Memory, transfers, launches and times of a run.
#include "runtime/cuda/CudaExecutor.h"

#include <algorithm>

namespace tenon {

using schema::BufferKind;

/// What KernelAbi.h promises of pointers.
static constexpr uint64_t alignment = TENON_PTX_POINTER_ALIGNMENT;
static constexpr unsigned char poison = 0xff;

static uint64_t aligned(uint64_t bytes) { return (bytes + alignment - 1) / alignment * alignment; }

Result<std::unique_ptr<Executor>> CudaExecutor::create(const LoadedProgram &program, const CudaCode &code,
                                                       const SessionOptions &options) {
  std::unique_ptr<CudaExecutor> executor(new CudaExecutor(program, code, options));
  TENON_TRY(executor->device.activate());
  // The default stream would wait for what others in this process do.
  TENON_TRY(executor->device.check(executor->driver.cuStreamCreate(&executor->stream, CU_STREAM_NON_BLOCKING),
                                   "a stream cannot be made"));
  return std::unique_ptr<Executor>(std::move(executor));
}

CudaExecutor::~CudaExecutor() {
  if (!stream || !device.activate().ok())
    return;
  for (CUevent event : events)
    driver.cuEventDestroy_v2(event);
  driver.cuStreamDestroy_v2(stream);
}

Status CudaExecutor::checkLaunch(CUresult code, const std::string &what) const {
  Status status = device.check(code, what);
  // A GPU tells of a fault late, perhaps at a later launch, and not where it was.
  if (!status.ok() && !device.isSimulator())
    return environmentError(status.error().message + "; --device sim names kernel and line of a fault");
  return status;
}

Status CudaExecutor::synchronize() const {
  return device.check(driver.cuStreamSynchronize(stream), device.name() + " failed");
}

Status CudaExecutor::upload(CUdeviceptr to, const Tensor &tensor, std::string_view what) const {
  if (tensor.byteCount() == 0)
    return {};
  return device.check(driver.cuMemcpyHtoDAsync_v2(to, tensor.bytes(), tensor.byteCount(), stream),
                      std::string(what) + " cannot be uploaded");
}

Status CudaExecutor::download(Tensor &tensor, CUdeviceptr from, std::string_view what) const {
  if (tensor.byteCount() == 0)
    return {};
  return device.check(driver.cuMemcpyDtoHAsync_v2(tensor.bytes(), from, tensor.byteCount(), stream),
                      std::string(what) + " cannot be downloaded");
}

Status CudaExecutor::createStates() {
  for (const StateLayout &layout : program.states) {
    CudaMemory &state = states.emplace_back(TENON_TRY(CudaMemory::allocate(code.device(), layout.bytes)));
    if (layout.bytes == 0)
      continue;
    CUresult result =
        layout.initial < 0
            ? driver.cuMemsetD8Async(state.address(), 0, layout.bytes, stream)
            : driver.cuMemcpyDtoDAsync_v2(state.address(), code.constant(static_cast<uint32_t>(layout.initial)),
                                          layout.bytes, stream);
    TENON_TRY(device.check(result, "state '" + layout.name + "' cannot be made"));
  }
  return synchronize();
}

Result<Tensor> CudaExecutor::readState(size_t index) const {
  const StateLayout &layout = program.states[index];
  Tensor value = TENON_TRY(Tensor::create(layout.type, layout.shape));
  TENON_TRY(device.activate());
  TENON_TRY(download(value, states[index].address(), "state '" + layout.name + "'"));
  TENON_TRY(synchronize());
  return value;
}

Status CudaExecutor::writeState(size_t index, const Tensor &value) {
  TENON_TRY(device.activate());
  TENON_TRY(upload(states[index].address(), value, "state '" + program.states[index].name + "'"));
  return synchronize();
}

PeakMemory CudaExecutor::peakOf(const BoundPlan &plan) const {
  PeakMemory peak{.arena = plan.arenaBytes, .workspace = 0, .inputs = 0, .outputs = 0};
  const auto &buffers = *schemaPlan(plan).buffers();
  for (uint32_t i = 0; i < buffers.size(); ++i) {
    uint64_t *part = buffers.Get(i)->kind() == BufferKind::Input    ? &peak.inputs
                     : buffers.Get(i)->kind() == BufferKind::Output ? &peak.outputs
                                                                    : nullptr;
    // No tensor has more than 2^63 - 1 bytes, so that only the sum can be too large.
    if (part && __builtin_add_overflow(*part, aligned(plan.bufferBytes[i]), part))
      *part = UINT64_MAX;
  }
  return peak;
}

/// Inputs and outputs one after the other, then the arena.
Status CudaExecutor::placeInOne(const BoundPlan &plan) {
  uint64_t needed = peakOf(plan).total(), offset = 0;
  if (needed > memory.bytes()) {
    memory = CudaMemory(); // First, so that old and new are not held at once.
    memory = TENON_TRY(CudaMemory::allocate(code.device(), needed));
  }
  uint64_t arena = memory.address() + needed - plan.arenaBytes;
  const auto &buffers = *schemaPlan(plan).buffers();
  for (uint32_t i = 0; i < buffers.size(); ++i) {
    BufferKind kind = buffers.Get(i)->kind();
    if (kind == BufferKind::Arena)
      addresses[i] = arena + plan.arenaOffsets[i];
    if (kind != BufferKind::Input && kind != BufferKind::Output)
      continue;
    addresses[i] = memory.address() + offset;
    offset += aligned(plan.bufferBytes[i]);
  }
  if (!options.poisonFreed || needed == 0)
    return {};
  return device.check(driver.cuMemsetD8Async(memory.address(), poison, needed, stream), "memory cannot be poisoned");
}

Status CudaExecutor::placeApart(const BoundPlan &plan) {
  const auto &buffers = *schemaPlan(plan).buffers();
  apart.resize(buffers.size());
  for (uint32_t i = 0; i < buffers.size(); ++i) {
    BufferKind kind = buffers.Get(i)->kind();
    if (kind == BufferKind::State || kind == BufferKind::Constant)
      continue;
    apart[i] = TENON_TRY(CudaMemory::allocate(code.device(), plan.bufferBytes[i]));
    addresses[i] = apart[i].address();
  }
  return {};
}

Status CudaExecutor::placeBuffers(const BoundPlan &plan) {
  const auto &buffers = *schemaPlan(plan).buffers();
  addresses.assign(buffers.size(), 0);
  TENON_TRY(device.isSimulator() ? placeApart(plan) : placeInOne(plan));
  for (uint32_t i = 0; i < buffers.size(); ++i) {
    if (buffers.Get(i)->kind() == BufferKind::State)
      addresses[i] = states[buffers.Get(i)->index()].address();
    else if (buffers.Get(i)->kind() == BufferKind::Constant)
      addresses[i] = code.constant(buffers.Get(i)->index());
  }
  return {};
}

/// Moves each tensor of a kind that the plan names.
Status CudaExecutor::transfer(const BoundPlan &plan, BufferKind kind,
                              const std::function<Status(uint32_t, CUdeviceptr)> &move) const {
  const auto &buffers = *schemaPlan(plan).buffers();
  for (uint32_t i = 0; i < buffers.size(); ++i)
    if (buffers.Get(i)->kind() == kind)
      TENON_TRY(move(buffers.Get(i)->index(), addresses[i]));
  return {};
}

Status CudaExecutor::queueRun(BoundPlan &plan, std::span<const Tensor> inputs, std::vector<Tensor> &outputs,
                              const RunOptions &run) {
  const EntryDescription &entry = program.entries[plan.entry];
  TENON_TRY(transfer(plan, BufferKind::Input, [&](uint32_t index, CUdeviceptr address) {
    return upload(address, inputs[index], "input '" + entry.inputs[index].name + "'");
  }));
  timedSteps.clear();
  if (run.profile)
    TENON_TRY(recordTime());
  TENON_TRY(runSteps(plan, run));
  return transfer(plan, BufferKind::Output, [&](uint32_t index, CUdeviceptr address) {
    return download(outputs[index], address, "output '" + entry.outputs[index].name + "'");
  });
}

Result<std::vector<Tensor>> CudaExecutor::run(BoundPlan &plan, std::span<const Tensor> inputs, const RunOptions &run) {
  TENON_TRY(device.activate());
  std::vector<Tensor> outputs = TENON_TRY(makeOutputs(plan));
  Status status = placeBuffers(plan);
  if (status.ok())
    status = queueRun(plan, inputs, outputs, run);
  // After a failure too: nothing may be left that reads the caller's memory.
  Status finished = checkLaunch(driver.cuStreamSynchronize(stream),
                                "entry '" + program.entries[plan.entry].name + "' failed on " + device.name());
  apart.clear();
  if (status.ok())
    status = finished;
  if (status.ok() && run.profile)
    status = reportTimes(plan, run);
  if (!status.ok())
    return status.error();
  return outputs;
}

Status CudaExecutor::executeStep(BoundPlan &plan, size_t index, const RunOptions &run) {
  BoundStep &step = plan.steps[index];
  if (step.isActive()) {
    if (step.kernel)
      TENON_TRY(launch(plan, step));
    else
      TENON_TRY(device.check(
          driver.cuMemcpyDtoDAsync_v2(addresses[step.destination], addresses[step.source], step.copyBytes, stream),
          "the copy failed"));
    if (run.profile) {
      timedSteps.push_back(index);
      TENON_TRY(recordTime());
    }
  }
  return endBuffers(plan, static_cast<uint32_t>(index));
}

Status CudaExecutor::launch(const BoundPlan &plan, BoundStep &step) {
  for (const PointerArgument &pointer : step.pointers)
    step.arguments[pointer.argument].bits = addresses[pointer.buffer];
  const schema::Kernel &kernel = *schemaPlan(plan).kernels()->Get(*step.kernel);
  auto grid = [&](size_t i) { return static_cast<unsigned>(step.grid[i]); };
  CUlaunchConfig config{
      grid(0), grid(1), grid(2), kernel.block()->x(), kernel.block()->y(), kernel.block()->z(), kernel.shared_bytes(),
      stream,  nullptr, 0};
  CUlaunchAttribute cluster{};
  if (kernel.cluster()) {
    cluster.id = CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION;
    cluster.clusterDim = {kernel.cluster()->x(), kernel.cluster()->y(), kernel.cluster()->z(), {}};
    config.attrs = &cluster;
    config.numAttrs = 1;
  }
  size_t bytes = step.arguments.size() * sizeof(tenon_argument);
  void *buffer[] = {CU_LAUNCH_PARAM_BUFFER_POINTER, step.arguments.data(), CU_LAUNCH_PARAM_BUFFER_SIZE, &bytes,
                    CU_LAUNCH_PARAM_END};
  CUresult result =
      driver.cuLaunchKernelEx(&config, code.function(plan.entry, *step.kernel), nullptr, bytes ? buffer : nullptr);
  return checkLaunch(result, "kernel '" + kernel.name()->str() + "' failed");
}

/// Of buffers that live no longer than this step: on the simulator they are freed, else poisoned where that is asked.
Status CudaExecutor::endBuffers(const BoundPlan &plan, uint32_t step) {
  if (!device.isSimulator() && !options.poisonFreed)
    return {};
  const auto &buffers = *schemaPlan(plan).buffers();
  for (uint32_t i = 0; i < buffers.size(); ++i) {
    if (buffers.Get(i)->kind() != BufferKind::Arena || buffers.Get(i)->last() != step)
      continue;
    if (device.isSimulator())
      apart[i] = CudaMemory();
    else if (plan.bufferBytes[i])
      TENON_TRY(device.check(driver.cuMemsetD8Async(addresses[i], poison, plan.bufferBytes[i], stream),
                             "memory cannot be poisoned"));
  }
  return {};
}

Result<CUevent> CudaExecutor::event(size_t index) {
  while (events.size() <= index) {
    CUevent event = nullptr;
    TENON_TRY(device.check(driver.cuEventCreate(&event, CU_EVENT_DEFAULT), "an event cannot be made"));
    events.push_back(event);
  }
  return events[index];
}

/// Notes when the GPU has done what was queued up to here. The simulator's times would be those of the host.
Status CudaExecutor::recordTime() {
  if (device.isSimulator())
    return {};
  CUevent next = TENON_TRY(event(timedSteps.size()));
  return device.check(driver.cuEventRecord(next, stream), "an event cannot be recorded");
}

Result<double> CudaExecutor::secondsBetween(size_t first, size_t last) const {
  float milliseconds = 0;
  TENON_TRY(device.check(driver.cuEventElapsedTime(&milliseconds, events[first], events[last]),
                         "the time between two events is not known"));
  return static_cast<double>(milliseconds) / 1e3;
}

Status CudaExecutor::reportTimes(const BoundPlan &plan, const RunOptions &run) {
  for (size_t i = 0; i < timedSteps.size(); ++i) {
    double seconds = device.isSimulator() ? 0 : TENON_TRY(secondsBetween(i, i + 1));
    run.profile(plan.steps[timedSteps[i]].profile(timedSteps[i], seconds));
  }
  return {};
}

Result<double> CudaExecutor::copyBandwidth(uint64_t workingSet) {
  constexpr double enough = 0.05; // Seconds.
  constexpr int copies = 8;       // For each reading of the clock, whose resolution is half a microsecond.
  if (device.isSimulator())
    return invalidArgument("the simulator's memory has no bandwidth");
  uint64_t bytes = std::max<uint64_t>(workingSet / 2, 4096);
  CudaMemory from = TENON_TRY(CudaMemory::allocate(code.device(), bytes));
  CudaMemory to = TENON_TRY(CudaMemory::allocate(code.device(), bytes));
  CUevent start = TENON_TRY(event(0)), end = TENON_TRY(event(1));
  TENON_TRY(device.check(driver.cuMemsetD8Async(from.address(), 1, bytes, stream), "memory cannot be filled"));
  double best = 1e300, sum = 0;
  for (int repeat = 0; repeat < 3 || (sum < enough && repeat < 1000); ++repeat) {
    TENON_TRY(device.check(driver.cuEventRecord(start, stream), "an event cannot be recorded"));
    for (int i = 0; i < copies; ++i)
      TENON_TRY(device.check(driver.cuMemcpyDtoDAsync_v2(to.address(), from.address(), bytes, stream),
                             "a copy on the device failed"));
    TENON_TRY(device.check(driver.cuEventRecord(end, stream), "an event cannot be recorded"));
    TENON_TRY(synchronize());
    double seconds = TENON_TRY(secondsBetween(0, 1));
    best = std::min(best, seconds / copies);
    sum += seconds;
  }
  return 2.0 * static_cast<double>(bytes) / best;
}

} // namespace tenon
