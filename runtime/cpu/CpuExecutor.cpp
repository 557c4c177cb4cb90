// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Memory is the host's: inputs and outputs are the caller's tensors, where their alignment allows.
#include "runtime/cpu/CpuExecutor.h"

#include "runtime/AvailableMemory.h"
#include "runtime/cpu/MemoryBandwidth.h"
#include "runtime/cpu/ThreadCount.h"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace tenon {

using schema::BufferKind;

/// Copies are shared between threads in pieces of this size, an L2 cache's worth.
static constexpr uint64_t copyPiece = 256 << 10;
static constexpr int poison = 0xff;

Result<std::unique_ptr<Executor>> CpuExecutor::create(const LoadedProgram &program, const CpuCode &code,
                                                      const SessionOptions &options) {
  unsigned threads = TENON_TRY(tenon::threadCount(options.threads));
  return std::unique_ptr<Executor>(new CpuExecutor(program, code, options, threads));
}

Status CpuExecutor::Memory::reserve(uint64_t needed) {
  if (needed <= size && bytes)
    return {};
  bytes.reset(); // First, so that old and new are not held at once.
  size = 0;
  bytes = TENON_TRY(allocateStorage(needed));
  size = needed;
  return {};
}

Status CpuExecutor::createStates() {
  for (const StateLayout &layout : program.states) {
    if (layout.initial < 0)
      states.push_back(TENON_TRY(Tensor::zeros(layout.type, layout.shape)));
    else
      states.push_back(TENON_TRY(program.constants[static_cast<size_t>(layout.initial)].clone()));
  }
  return {};
}

Status CpuExecutor::writeState(size_t index, const Tensor &value) {
  if (value.byteCount())
    std::memcpy(states[index].bytes(), value.bytes(), value.byteCount());
  return {};
}

PeakMemory CpuExecutor::peakOf(const BoundPlan &plan) const {
  return {.arena = plan.arenaBytes,
          .workspace = plan.workspaceBytes * pool.threadCount(),
          .inputs = 0,
          .outputs = plan.outputBytes};
}

uint64_t CpuExecutor::heldBytes() const {
  uint64_t held = arena.size + workspace.size;
  for (const Tensor &output : lastOutputs)
    held += output.byteCount();
  return held;
}

Result<uint64_t> CpuExecutor::availableBytes() const { return availableMemory(); }

Result<double> CpuExecutor::copyBandwidth(uint64_t workingSet) {
  return measureCopyBandwidth(workingSet, pool.threadCount());
}

/// Kernels want pointers at multiples of 64: borrowed memory elsewhere is copied.
Status CpuExecutor::alignInputs(std::span<const Tensor> inputs) {
  alignedInputs.clear();
  for (const Tensor &input : inputs) {
    bool aligned = reinterpret_cast<uintptr_t>(input.bytes()) % tensorAlignment == 0;
    alignedInputs.push_back(aligned ? input : TENON_TRY(input.clone()));
  }
  return {};
}

void CpuExecutor::locateBuffers(const BoundPlan &plan, std::vector<Tensor> &outputs) {
  addresses.clear();
  const auto &buffers = *schemaPlan(plan).buffers();
  for (uint32_t i = 0; i < buffers.size(); ++i) {
    uint32_t index = buffers.Get(i)->index();
    switch (buffers.Get(i)->kind()) {
    case BufferKind::Input:
      addresses.push_back(alignedInputs[index].bytes());
      break;
    case BufferKind::Output:
      addresses.push_back(outputs[index].bytes());
      break;
    case BufferKind::State:
      addresses.push_back(states[index].bytes());
      break;
    case BufferKind::Constant:
      addresses.push_back(const_cast<std::byte *>(program.constants[index].bytes()));
      break;
    default:
      addresses.push_back(arena.bytes.get() + plan.arenaOffsets[i]);
    }
  }
}

void CpuExecutor::copy(std::byte *destination, const std::byte *source, uint64_t bytes) {
  auto pieces = static_cast<int64_t>((bytes + copyPiece - 1) / copyPiece);
  pool.run(pieces, [&](int64_t first, int64_t last, unsigned) {
    uint64_t start = static_cast<uint64_t>(first) * copyPiece;
    uint64_t end = std::min(static_cast<uint64_t>(last) * copyPiece, bytes);
    std::memcpy(destination + start, source + start, end - start);
  });
}

void CpuExecutor::launch(BoundStep &step, tenon_cpu_kernel kernel) {
  for (const PointerArgument &pointer : step.pointers)
    step.arguments[pointer.argument].pointer = addresses[pointer.buffer];
  uint64_t share = workspace.size / pool.threadCount() / tensorAlignment * tensorAlignment;
  pool.run(step.blocks, [&](int64_t first, int64_t last, unsigned thread) {
    kernel(step.arguments.data(), step.grid.data(), first, last, workspace.bytes.get() + thread * share);
  });
}

/// Fills what is not used after a step, so that a later read of it shows.
void CpuExecutor::poisonDead(const BoundPlan &plan, uint32_t step) {
  const auto &buffers = *schemaPlan(plan).buffers();
  for (uint32_t i = 0; i < buffers.size(); ++i)
    if (buffers.Get(i)->kind() == BufferKind::Arena && buffers.Get(i)->last() == step)
      std::memset(addresses[i], poison, plan.bufferBytes[i]);
}

Status CpuExecutor::executeStep(BoundPlan &plan, size_t index, const RunOptions &run) {
  using Clock = std::chrono::steady_clock;
  BoundStep &step = plan.steps[index];
  if (step.isActive()) {
    Clock::time_point start = run.profile ? Clock::now() : Clock::time_point();
    if (step.kernel)
      launch(step, code.kernel(plan.entry, *step.kernel));
    else
      copy(addresses[step.destination], addresses[step.source], step.copyBytes);
    if (run.profile)
      run.profile(step.profile(index, std::chrono::duration<double>(Clock::now() - start).count()));
  }
  if (options.poisonFreed)
    poisonDead(plan, static_cast<uint32_t>(index));
  return {};
}

Result<std::vector<Tensor>> CpuExecutor::run(BoundPlan &plan, std::span<const Tensor> inputs, const RunOptions &run) {
  TENON_TRY(arena.reserve(plan.arenaBytes));
  TENON_TRY(workspace.reserve(plan.workspaceBytes * pool.threadCount()));
  std::vector<Tensor> outputs = TENON_TRY(makeOutputs(plan));
  TENON_TRY(alignInputs(inputs));
  locateBuffers(plan, outputs);
  if (options.poisonFreed) {
    std::memset(arena.bytes.get(), poison, arena.size);
    std::memset(workspace.bytes.get(), poison, workspace.size);
    for (Tensor &output : outputs)
      std::memset(output.bytes(), poison, output.byteCount());
  }
  Status status = runSteps(plan, run);
  alignedInputs.clear();
  if (!status.ok())
    return status.error();
  return outputs;
}

} // namespace tenon
