// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The executor: binds, checks memory, then launches step after step.
#include "runtime/Session.h"

#include "runtime/AvailableMemory.h"
#include "runtime/BoundPlan.h"
#include "runtime/SymbolBinding.h"
#include "runtime/cpu/ThreadCount.h"
#include "runtime/cpu/ThreadPool.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <list>

namespace tenon {

using schema::BufferKind;

/// Sets of sizes that stay bound: more than a program meets in turn, few enough to be searched through.
static constexpr size_t maximumBoundPlans = 64;
/// Copies are shared between threads in pieces of this size, an L2 cache's worth.
static constexpr uint64_t copyPiece = 256 << 10;
static constexpr int poison = 0xff;

class Session::Executor {
public:
  Executor(Program program, const SessionOptions &options, unsigned threads)
      : program(std::move(program)), options(options), pool(threads) {}

  Status createStates();
  Result<std::vector<Tensor>> run(std::string_view entry, std::span<const Tensor> inputs, const RunOptions &options);
  Result<PeakMemory> peakMemory(std::string_view entry, const Sizes &sizes);
  Result<size_t> stateIndex(std::string_view name) const;

  std::vector<Tensor> states;
  const LoadedProgram &loaded() const { return program.loaded(); }
  unsigned threadCount() const { return pool.threadCount(); }

private:
  struct Memory {
    std::shared_ptr<std::byte> bytes;
    uint64_t size = 0;
    Status reserve(uint64_t needed);
  };

  Result<uint32_t> entryIndex(std::string_view name) const;
  const schema::Entry &schemaEntry(uint32_t index) const { return *loaded().file.metadata().entries()->Get(index); }
  Result<BoundPlan *> bind(uint32_t entry, std::vector<int64_t> symbols);
  PeakMemory peakOf(const BoundPlan &plan) const;
  Status checkMemory(const BoundPlan &plan) const;
  Result<std::vector<Tensor>> makeOutputs(const BoundPlan &plan);
  Status alignInputs(std::span<const Tensor> inputs);
  void locateBuffers(const BoundPlan &plan, std::span<const Tensor> inputs, std::vector<Tensor> &outputs);
  Status execute(BoundPlan &plan, const RunOptions &options);
  void executeStep(BoundStep &step);
  void copy(std::byte *destination, const std::byte *source, uint64_t bytes);
  void poisonDead(const BoundPlan &plan, uint32_t step);

  Program program;
  SessionOptions options;
  ThreadPool pool;
  Memory arena, workspace;
  /// The most recently used first.
  std::list<BoundPlan> boundPlans;
  /// Outputs of the last run, to be used again where nobody else holds them.
  std::vector<Tensor> lastOutputs;
  /// Of the current run: inputs that had to be copied to be aligned, and where each buffer is.
  std::vector<Tensor> alignedInputs;
  std::vector<std::byte *> addresses;
};

Status Session::Executor::Memory::reserve(uint64_t needed) {
  if (needed <= size && bytes)
    return {};
  bytes.reset(); // First, so that old and new are not held at once.
  size = 0;
  bytes = TENON_TRY(allocateStorage(needed));
  size = needed;
  return {};
}

Status Session::Executor::createStates() {
  uint64_t needed = 0, limit = options.memoryLimit ? options.memoryLimit : availableMemory();
  for (const StateLayout &layout : loaded().states)
    if (needed += layout.bytes; needed < layout.bytes || needed > limit)
      return environmentError("the states of the model need at least " + std::to_string(needed) + " bytes, " +
                              std::to_string(limit) + " are available");
  for (const StateLayout &layout : loaded().states) {
    if (layout.initial < 0)
      states.push_back(TENON_TRY(Tensor::zeros(layout.type, layout.shape)));
    else
      states.push_back(TENON_TRY(loaded().constants[static_cast<size_t>(layout.initial)].clone()));
  }
  return {};
}

Result<size_t> Session::Executor::stateIndex(std::string_view name) const {
  std::string names;
  for (size_t i = 0; i < loaded().states.size(); ++i) {
    if (loaded().states[i].name == name)
      return i;
    names += (names.empty() ? "" : ", ") + loaded().states[i].name;
  }
  return invalidArgument("the model has no state '" + std::string(name) +
                         "', its states are: " + (names.empty() ? "none" : names));
}

Result<uint32_t> Session::Executor::entryIndex(std::string_view name) const {
  const EntryDescription *entry = TENON_TRY(program.entry(name));
  return static_cast<uint32_t>(entry - program.entries().data());
}

/// The plan of an entry at these sizes, made or remembered.
Result<BoundPlan *> Session::Executor::bind(uint32_t entry, std::vector<int64_t> symbols) {
  for (auto plan = boundPlans.begin(); plan != boundPlans.end(); ++plan)
    if (plan->entry == entry && plan->symbols == symbols) {
      boundPlans.splice(boundPlans.begin(), boundPlans, plan);
      return &boundPlans.front();
    }
  boundPlans.push_front(TENON_TRY(bindPlan(loaded(), entry, std::move(symbols))));
  if (boundPlans.size() > maximumBoundPlans)
    boundPlans.pop_back();
  return &boundPlans.front();
}

PeakMemory Session::Executor::peakOf(const BoundPlan &plan) const {
  return {plan.arenaBytes, plan.workspaceBytes * pool.threadCount(), plan.outputBytes};
}

Result<PeakMemory> Session::Executor::peakMemory(std::string_view entry, const Sizes &sizes) {
  uint32_t index = TENON_TRY(entryIndex(entry));
  BoundPlan *plan = TENON_TRY(bind(index, TENON_TRY(bindSizes(schemaEntry(index), sizes))));
  return peakOf(*plan);
}

/// Before anything is allocated: whether what this run adds to what the session holds is there.
Status Session::Executor::checkMemory(const BoundPlan &plan) const {
  PeakMemory peak = peakOf(plan);
  uint64_t limit = options.memoryLimit ? options.memoryLimit : UINT64_MAX, needed = 0;
  if (__builtin_add_overflow(peak.arena + peak.workspace, peak.outputs, &needed))
    needed = UINT64_MAX;
  if (!options.memoryLimit) {
    // Asking the system takes longer than a small run; only a run that grows asks.
    uint64_t held = arena.size + workspace.size;
    for (const Tensor &output : lastOutputs)
      held += output.byteCount();
    if (needed <= held)
      return {};
    limit = availableMemory();
    limit = limit > UINT64_MAX - held ? UINT64_MAX : limit + held;
  }
  if (needed <= limit)
    return {};
  return environmentError("a run of entry '" + std::string(schemaEntry(plan.entry).name()->string_view()) +
                          "' at these sizes needs " + std::to_string(needed) + " bytes (arena " +
                          std::to_string(peak.arena) + ", workspace " + std::to_string(peak.workspace) + ", outputs " +
                          std::to_string(peak.outputs) + "), " + std::to_string(limit) + " are available");
}

Result<std::vector<Tensor>> Session::Executor::makeOutputs(const BoundPlan &plan) {
  const auto &ports = *schemaEntry(plan.entry).outputs();
  std::vector<Tensor> outputs;
  for (uint32_t i = 0; i < ports.size(); ++i) {
    auto type = static_cast<ElementType>(ports.Get(i)->type()->element());
    if (i < lastOutputs.size() && lastOutputs[i].type() == type && lastOutputs[i].shape() == plan.outputShapes[i] &&
        lastOutputs[i].isUnique())
      outputs.push_back(lastOutputs[i]);
    else
      outputs.push_back(TENON_TRY(Tensor::create(type, plan.outputShapes[i])));
  }
  lastOutputs = outputs;
  if (options.poisonFreed)
    for (Tensor &output : outputs)
      std::memset(output.bytes(), poison, output.byteCount());
  return outputs;
}

/// Kernels want pointers at multiples of 64: borrowed memory elsewhere is copied.
Status Session::Executor::alignInputs(std::span<const Tensor> inputs) {
  alignedInputs.clear();
  for (const Tensor &input : inputs) {
    bool aligned = reinterpret_cast<uintptr_t>(input.bytes()) % tensorAlignment == 0;
    alignedInputs.push_back(aligned ? input : TENON_TRY(input.clone()));
  }
  return {};
}

void Session::Executor::locateBuffers(const BoundPlan &plan, std::span<const Tensor> inputs,
                                      std::vector<Tensor> &outputs) {
  addresses.clear();
  const auto &buffers = *loaded().plans[plan.entry].plan->buffers();
  for (uint32_t i = 0; i < buffers.size(); ++i) {
    uint32_t index = buffers.Get(i)->index();
    switch (buffers.Get(i)->kind()) {
    case BufferKind::Input:
      addresses.push_back(const_cast<std::byte *>(inputs[index].bytes()));
      break;
    case BufferKind::Output:
      addresses.push_back(outputs[index].bytes());
      break;
    case BufferKind::State:
      addresses.push_back(states[index].bytes());
      break;
    case BufferKind::Constant:
      addresses.push_back(const_cast<std::byte *>(loaded().constants[index].bytes()));
      break;
    default:
      addresses.push_back(arena.bytes.get() + plan.arenaOffsets[i]);
    }
  }
}

void Session::Executor::copy(std::byte *destination, const std::byte *source, uint64_t bytes) {
  auto pieces = static_cast<int64_t>((bytes + copyPiece - 1) / copyPiece);
  pool.run(pieces, [&](int64_t first, int64_t last, unsigned) {
    uint64_t start = static_cast<uint64_t>(first) * copyPiece;
    uint64_t end = std::min(static_cast<uint64_t>(last) * copyPiece, bytes);
    std::memcpy(destination + start, source + start, end - start);
  });
}

void Session::Executor::executeStep(BoundStep &step) {
  if (!step.kernel) {
    copy(addresses[step.destination], addresses[step.source], step.copyBytes);
    return;
  }
  for (const PointerArgument &pointer : step.pointers)
    step.arguments[pointer.argument].pointer = addresses[pointer.buffer];
  uint64_t share = workspace.size / pool.threadCount() / tensorAlignment * tensorAlignment;
  pool.run(step.blocks, [&](int64_t first, int64_t last, unsigned thread) {
    step.kernel(step.arguments.data(), step.grid.data(), first, last, workspace.bytes.get() + thread * share);
  });
}

/// Fills what is not used after a step, so that a later read of it shows.
void Session::Executor::poisonDead(const BoundPlan &plan, uint32_t step) {
  const auto &buffers = *loaded().plans[plan.entry].plan->buffers();
  for (uint32_t i = 0; i < buffers.size(); ++i)
    if (buffers.Get(i)->kind() == BufferKind::Arena && buffers.Get(i)->last() == step)
      std::memset(addresses[i], poison, plan.bufferBytes[i]);
}

Status Session::Executor::execute(BoundPlan &plan, const RunOptions &run) {
  using Clock = std::chrono::steady_clock;
  if (options.poisonFreed) {
    std::memset(arena.bytes.get(), poison, arena.size);
    std::memset(workspace.bytes.get(), poison, workspace.size);
  }
  for (size_t i = 0; i < plan.steps.size(); ++i) {
    BoundStep &step = plan.steps[i];
    if (run.cancel && run.cancel->load(std::memory_order_relaxed) && i <= plan.firstStateWrite)
      return Error{ErrorKind::Cancelled, "the run was cancelled before step " + std::to_string(i) + " of " +
                                             std::to_string(plan.steps.size())};
    if (run.progress)
      run.progress(i, plan.steps.size(), step.name);
    if (step.kernel || step.copyBytes) {
      Clock::time_point start = run.profile ? Clock::now() : Clock::time_point();
      executeStep(step);
      if (run.profile)
        run.profile({i, step.name, step.kernelName, std::chrono::duration<double>(Clock::now() - start).count(),
                     step.bytesRead, step.bytesWritten, step.flops});
    }
    if (options.poisonFreed)
      poisonDead(plan, static_cast<uint32_t>(i));
  }
  return {};
}

Result<std::vector<Tensor>> Session::Executor::run(std::string_view entry, std::span<const Tensor> inputs,
                                                   const RunOptions &run) {
  uint32_t index = TENON_TRY(entryIndex(entry));
  BoundPlan *plan = TENON_TRY(bind(index, TENON_TRY(bindSymbols(schemaEntry(index), inputs))));
  TENON_TRY(checkMemory(*plan));
  TENON_TRY(arena.reserve(plan->arenaBytes));
  TENON_TRY(workspace.reserve(plan->workspaceBytes * pool.threadCount()));
  std::vector<Tensor> outputs = TENON_TRY(makeOutputs(*plan));
  TENON_TRY(alignInputs(inputs));
  locateBuffers(*plan, alignedInputs, outputs);
  Status status = execute(*plan, run);
  alignedInputs.clear();
  if (!status.ok())
    return status.error();
  return outputs;
}

Session::Session(std::unique_ptr<Executor> executor) : executor(std::move(executor)) {}
Session::Session(Session &&) = default;
Session &Session::operator=(Session &&) = default;
Session::~Session() = default;

Result<Session> Session::create(Program program, const SessionOptions &options) {
  unsigned threads = TENON_TRY(tenon::threadCount(options.threads));
  auto executor = std::make_unique<Executor>(std::move(program), options, threads);
  TENON_TRY(executor->createStates());
  return Session(std::move(executor));
}

Result<std::vector<Tensor>> Session::run(std::string_view entry, std::span<const Tensor> inputs,
                                         const RunOptions &options) {
  return executor->run(entry, inputs, options);
}

Result<PeakMemory> Session::peakMemory(std::string_view entry, const Sizes &sizes) {
  return executor->peakMemory(entry, sizes);
}

Result<Tensor> Session::readState(std::string_view name) const {
  return executor->states[TENON_TRY(executor->stateIndex(name))].clone();
}

Status Session::writeState(std::string_view name, const Tensor &value) {
  Tensor &state = executor->states[TENON_TRY(executor->stateIndex(name))];
  if (value.type() != state.type() || value.shape() != state.shape())
    return invalidArgument("state '" + std::string(name) + "' is " + std::string(elementTypeName(state.type())) + " " +
                           shapeText(state.shape()) + ", the new value is " +
                           std::string(elementTypeName(value.type())) + " " + shapeText(value.shape()));
  if (state.byteCount())
    std::memcpy(state.bytes(), value.bytes(), state.byteCount());
  return {};
}

unsigned Session::threadCount() const { return executor->threadCount(); }

} // namespace tenon
