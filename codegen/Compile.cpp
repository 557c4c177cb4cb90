// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/Compile.h"

#include "codegen/PhaseChecks.h"
#include "codegen/Plan.h"
#include "codegen/cpu/Emit.h"
#include "runtime/KernelAbi.h"
#include "runtime/artifact/ArtifactWriter.h"

using namespace mlir;

namespace tenon {

namespace {

class ArtifactBuilder {
public:
  explicit ArtifactBuilder(ModuleOp module) : module(module) { artifact.producer = "Tenon " TENON_VERSION; }

  LogicalResult addConstantsAndStates();
  void addEntries();
  LogicalResult addCpuTarget(const cpu::Level &level, const CompileOptions &options);
  FailureOr<std::vector<std::byte>> finish();

private:
  uint32_t addSection(std::vector<std::byte> bytes) {
    storage.push_back(std::make_unique<std::vector<std::byte>>(std::move(bytes)));
    return writer.addSection(*storage.back());
  }
  FailureOr<uint32_t> addConstant(Operation *op, ElementsAttr value, StringRef name);

  ModuleOp module;
  ArtifactWriter writer;
  schema::ArtifactT artifact;
  ArtifactIndices indices;
  std::vector<std::unique_ptr<std::vector<std::byte>>> storage;
};

/// Row-major bytes of a constant; i1 takes a byte.
std::vector<std::byte> toBytes(DenseElementsAttr value) {
  int64_t width = getElementBytes(value.getElementType());
  std::vector<std::byte> bytes(value.getNumElements() * width);
  std::byte *next = bytes.data();
  auto append = [&](const APInt &bits) {
    uint64_t raw = bits.getZExtValue();
    std::memcpy(next, &raw, width);
    next += width;
  };
  if (isa<FloatType>(value.getElementType()))
    for (const APFloat &number : value.getValues<APFloat>())
      append(number.bitcastToAPInt());
  else
    for (const APInt &number : value.getValues<APInt>())
      append(number);
  return bytes;
}

FailureOr<uint32_t> ArtifactBuilder::addConstant(Operation *op, ElementsAttr value, StringRef name) {
  auto dense = dyn_cast<DenseElementsAttr>(value);
  if (!dense)
    return op->emitError("expected a dense constant");
  auto constant = std::make_unique<schema::ConstantT>();
  constant->name = name.str();
  constant->type = toSchema(dense.getType(), {});
  constant->section = addSection(toBytes(dense));
  artifact.constants.push_back(std::move(constant));
  return uint32_t(artifact.constants.size() - 1);
}

LogicalResult ArtifactBuilder::addConstantsAndStates() {
  for (auto state : module.getOps<StateOp>()) {
    auto entry = std::make_unique<schema::StateT>();
    entry->name = state.getSymName().str();
    if (llvm::any_of(getShape(state.getType()), [](const DimExpr &dim) { return !dim.constant(); }))
      return state.emitError("has a symbolic size; a state needs sizes that are known when it is created");
    entry->type = toSchema(state.getType(), {});
    if (state.getInitial()) {
      FailureOr<uint32_t> constant = addConstant(state, *state.getInitial(), state.getSymName());
      if (failed(constant))
        return failure();
      entry->initial = *constant;
    }
    indices.states[state.getSymName()] = artifact.states.size();
    artifact.states.push_back(std::move(entry));
  }
  for (auto entry : module.getOps<EntryOp>()) {
    indices.firstConstants[entry.getSymName()] = artifact.constants.size();
    for (auto constant : entry.getBody().getOps<ConstantOp>())
      if (failed(addConstant(constant, constant.getValue(), "")))
        return failure();
  }
  return success();
}

void ArtifactBuilder::addEntries() {
  for (auto entry : module.getOps<EntryOp>()) {
    SymbolIndices symbols = getSymbolIndices(entry);
    auto result = std::make_unique<schema::EntryT>();
    result->name = entry.getSymName().str();
    for (auto symbol : entry.getSymbols().getAsRange<SymbolAttr>()) {
      auto declared = std::make_unique<schema::SymbolT>();
      declared->name = symbol.getName().str();
      declared->minimum = symbol.getMinimum();
      declared->maximum = symbol.getMaximum();
      declared->divisor = symbol.getDivisor();
      result->symbols.push_back(std::move(declared));
    }
    auto addPort = [&](auto &ports, std::string name, Type type) {
      auto port = std::make_unique<schema::PortT>();
      port->name = std::move(name);
      port->type = toSchema(type, symbols);
      ports.push_back(std::move(port));
    };
    for (auto [i, type] : llvm::enumerate(entry.getArgumentTypes())) {
      if (auto state = entry.getArgAttrOfType<FlatSymbolRefAttr>(i, stateAttr))
        result->states.push_back(indices.states.lookup(state.getValue()));
      else
        addPort(result->inputs, entry.getArgumentName(i), type);
    }
    for (auto [i, type] : llvm::enumerate(entry.getResultTypes()))
      addPort(result->outputs, entry.getResultName(i), type);
    artifact.entries.push_back(std::move(result));
  }
}

LogicalResult ArtifactBuilder::addCpuTarget(const cpu::Level &level, const CompileOptions &options) {
  auto target = std::make_unique<schema::TargetT>();
  target->kind = schema::TargetKind::Cpu;
  target->level = level.name.str();
  for (StringRef feature : level.features)
    target->features.push_back(feature.str());
  target->abi = TENON_KERNEL_ABI_VERSION;

  OwningOpRef<ModuleOp> code = module.clone();
  if (failed(runTilePhases(*code, level, options.pipeline)))
    return failure();
  // Also where the options skip phases: plans are made of launches.
  if (failed(checkScheduled(*code)))
    return failure();
  if (options.onTiles)
    options.onTiles(*code, level);
  for (auto [i, entry] : llvm::enumerate(code->getOps<EntryOp>())) {
    auto plan = buildPlan(entry, indices, artifact.targets.size());
    if (failed(plan))
      return failure();
    artifact.entries[i]->plans.push_back(std::move(*plan));
  }
  if (failed(runCpuPhases(*code, level, options.pipeline)))
    return failure();
  FailureOr<std::vector<std::byte>> object = cpu::emitSharedObject(*code, level);
  if (failed(object))
    return failure();
  target->code = addSection(std::move(*object));
  artifact.targets.push_back(std::move(target));
  return success();
}

FailureOr<std::vector<std::byte>> ArtifactBuilder::finish() {
  Result<std::vector<std::byte>> bytes = writer.finish(std::move(artifact));
  if (!bytes.ok())
    return module.emitError("cannot write the artifact: ") << bytes.error().message;
  return *std::move(bytes);
}

/// The levels in the order that artifacts list them: the most demanding first.
FailureOr<std::vector<const cpu::Level *>> resolveTargets(ModuleOp module, ArrayRef<std::string> names) {
  std::vector<const cpu::Level *> levels;
  for (const std::string &name : names) {
    const cpu::Level *level = cpu::findLevel(name);
    if (!level && name == "native")
      return module.emitError("this CPU lacks what x86-64-v3 needs (AVX2, FMA, ...); no code can be made for it");
    if (!level) {
      InFlightDiagnostic error = module.emitError("there is no target \"") << name << "\"; expected native";
      for (const cpu::Level &known : cpu::getLevels())
        error << ", " << known.name;
      return error;
    }
    if (!llvm::is_contained(levels, level))
      levels.push_back(level);
  }
  llvm::sort(levels, std::less<>());
  return levels;
}

} // namespace

FailureOr<std::vector<std::byte>> compileModule(ModuleOp module, const CompileOptions &options) {
  auto levels = resolveTargets(module, options.targets);
  if (failed(levels))
    return failure();
  if (module.getOps<EntryOp>().empty())
    return module.emitError("there is no tenon.entry to compile");
  if (failed(runGraphPhases(module, options.pipeline)))
    return failure();
  ArtifactBuilder builder(module);
  if (failed(builder.addConstantsAndStates()))
    return failure();
  builder.addEntries();
  for (const cpu::Level *level : *levels)
    if (failed(builder.addCpuTarget(*level, options)))
      return failure();
  return builder.finish();
}

} // namespace tenon
