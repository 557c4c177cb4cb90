// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is the same wherever a program runs: sizes are bound and remembered, inputs, states and memory are checked.
#include "runtime/Session.h"

#include "runtime/BoundPlan.h"
#include "runtime/Executor.h"
#include "runtime/SymbolBinding.h"

#include <list>

namespace tenon {

/// Sets of sizes that stay bound: more than a program meets in turn, few enough to be searched through.
static constexpr size_t maximumBoundPlans = 64;

class Session::Core {
public:
  Core(Program program, const SessionOptions &options) : program(std::move(program)), options(options) {}

  Status create();
  Result<std::vector<Tensor>> run(std::string_view entry, std::span<const Tensor> inputs, const RunOptions &options);
  Result<PeakMemory> peakMemory(std::string_view entry, const Sizes &sizes);
  Result<size_t> stateIndex(std::string_view name) const;
  Status writeState(std::string_view name, const Tensor &value);
  Executor &executor() const { return *deviceExecutor; }

private:
  const LoadedProgram &loaded() const { return program.loaded(); }
  const schema::Entry &schemaEntry(uint32_t index) const { return *loaded().file.metadata().entries()->Get(index); }
  Result<uint32_t> entryIndex(std::string_view name) const;
  Result<BoundPlan *> bind(uint32_t entry, std::vector<int64_t> symbols);
  Status checkMemory(const BoundPlan &plan) const;

  Program program;
  SessionOptions options;
  std::unique_ptr<Executor> deviceExecutor;
  /// The most recently used first.
  std::list<BoundPlan> boundPlans;
};

Status Session::Core::create() {
  deviceExecutor = TENON_TRY(loaded().code->makeExecutor(loaded(), options));
  uint64_t needed = 0, limit = options.memoryLimit;
  if (!limit)
    limit = TENON_TRY(executor().availableBytes());
  for (const StateLayout &layout : loaded().states)
    if (needed += layout.bytes; needed < layout.bytes || needed > limit)
      return environmentError("the states of the model need at least " + std::to_string(needed) + " bytes, " +
                              std::to_string(limit) + " are available");
  return executor().createStates();
}

Result<size_t> Session::Core::stateIndex(std::string_view name) const {
  std::string names;
  for (size_t i = 0; i < loaded().states.size(); ++i) {
    if (loaded().states[i].name == name)
      return i;
    names += (names.empty() ? "" : ", ") + loaded().states[i].name;
  }
  return invalidArgument("the model has no state '" + std::string(name) +
                         "', its states are: " + (names.empty() ? "none" : names));
}

Status Session::Core::writeState(std::string_view name, const Tensor &value) {
  size_t index = TENON_TRY(stateIndex(name));
  const StateLayout &state = loaded().states[index];
  if (value.type() != state.type || value.shape() != state.shape)
    return invalidArgument("state '" + state.name + "' is " + std::string(elementTypeName(state.type)) + " " +
                           shapeText(state.shape) + ", the new value is " + std::string(elementTypeName(value.type())) +
                           " " + shapeText(value.shape()));
  return executor().writeState(index, value);
}

Result<uint32_t> Session::Core::entryIndex(std::string_view name) const {
  const EntryDescription *entry = TENON_TRY(program.entry(name));
  return static_cast<uint32_t>(entry - program.entries().data());
}

/// The plan of an entry at these sizes, made or remembered.
Result<BoundPlan *> Session::Core::bind(uint32_t entry, std::vector<int64_t> symbols) {
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

Result<PeakMemory> Session::Core::peakMemory(std::string_view entry, const Sizes &sizes) {
  uint32_t index = TENON_TRY(entryIndex(entry));
  BoundPlan *plan = TENON_TRY(bind(index, TENON_TRY(bindSizes(schemaEntry(index), sizes))));
  return executor().peakOf(*plan);
}

/// Before anything is allocated: whether what this run adds to what the session holds is there.
Status Session::Core::checkMemory(const BoundPlan &plan) const {
  PeakMemory peak = executor().peakOf(plan);
  uint64_t limit = options.memoryLimit, needed = peak.total();
  if (!limit) {
    // Asking the system takes longer than a small run; only a run that grows asks.
    uint64_t held = executor().heldBytes();
    if (needed <= held)
      return {};
    limit = TENON_TRY(executor().availableBytes());
    limit = limit > UINT64_MAX - held ? UINT64_MAX : limit + held;
  }
  if (needed <= limit && needed < UINT64_MAX)
    return {};
  return environmentError("a run of entry '" + std::string(schemaEntry(plan.entry).name()->string_view()) +
                          "' at these sizes needs " + std::to_string(needed) + " bytes (arena " +
                          std::to_string(peak.arena) + ", workspace " + std::to_string(peak.workspace) + ", inputs " +
                          std::to_string(peak.inputs) + ", outputs " + std::to_string(peak.outputs) + "), " +
                          std::to_string(limit) + " are available");
}

Result<std::vector<Tensor>> Session::Core::run(std::string_view entry, std::span<const Tensor> inputs,
                                               const RunOptions &run) {
  uint32_t index = TENON_TRY(entryIndex(entry));
  BoundPlan *plan = TENON_TRY(bind(index, TENON_TRY(bindSymbols(schemaEntry(index), inputs))));
  TENON_TRY(checkMemory(*plan));
  return executor().run(*plan, inputs, run);
}

Session::Session(std::unique_ptr<Core> core) : core(std::move(core)) {}
Session::Session(Session &&) = default;
Session &Session::operator=(Session &&) = default;
Session::~Session() = default;

Result<Session> Session::create(Program program, const SessionOptions &options) {
  auto core = std::make_unique<Core>(std::move(program), options);
  TENON_TRY(core->create());
  return Session(std::move(core));
}

Result<std::vector<Tensor>> Session::run(std::string_view entry, std::span<const Tensor> inputs,
                                         const RunOptions &options) {
  return core->run(entry, inputs, options);
}

Result<PeakMemory> Session::peakMemory(std::string_view entry, const Sizes &sizes) {
  return core->peakMemory(entry, sizes);
}

Result<Tensor> Session::readState(std::string_view name) const {
  return core->executor().readState(TENON_TRY(core->stateIndex(name)));
}

Status Session::writeState(std::string_view name, const Tensor &value) { return core->writeState(name, value); }

unsigned Session::threadCount() const { return core->executor().threadCount(); }

Result<double> Session::copyBandwidth(uint64_t workingSet) { return core->executor().copyBandwidth(workingSet); }

} // namespace tenon
