// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/Compile.h"

#include "codegen/PhaseChecks.h"
#include "codegen/Plan.h"
#include "codegen/cpu/Emit.h"
#include "codegen/ptx/Emit.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "runtime/KernelAbi.h"
#include "runtime/artifact/ArtifactWriter.h"
#include "llvm/Support/FormatVariadic.h"
#include <atomic>

using namespace mlir;

namespace tenon {

namespace {

class ArtifactBuilder {
public:
  explicit ArtifactBuilder(ModuleOp module) : module(module) { artifact.producer = "Tenon " TENON_VERSION; }

  /// Before fusion: afterwards the tensors inside are gone.
  void collectSizes() {
    for (auto entry : module.getOps<EntryOp>())
      indices.innerSizes[entry.getSymName()] = collectInnerSizes(entry);
  }
  LogicalResult addStates();
  void addEntries();
  LogicalResult addTarget(const Target &target, const CompileOptions &options);
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
  auto [known, isNew] = indices.constants.try_emplace(value, artifact.constants.size());
  if (!isNew)
    return known->second;
  auto constant = std::make_unique<schema::ConstantT>();
  constant->name = name.str();
  constant->type = toSchema(dense.getType(), {});
  constant->section = addSection(toBytes(dense));
  artifact.constants.push_back(std::move(constant));
  return known->second;
}

LogicalResult ArtifactBuilder::addStates() {
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

/// What a launch needs to know of a function for GPUs.
void addLaunchBounds(schema::KernelT &kernel, ModuleOp code) {
  auto function = code.lookupSymbol<LLVM::LLVMFuncOp>(kernel.symbol);
  auto threads = function->getAttrOfType<DenseI32ArrayAttr>(NVVM::NVVMDialect::getReqntidAttrName());
  kernel.block = std::make_unique<schema::Dim3>(threads[0], 1, 1);
  if (auto shared = function->getAttrOfType<IntegerAttr>(ptx::sharedBytesAttr))
    kernel.shared_bytes = shared.getInt();
  kernel.workspace_bytes = 0;
}

FailureOr<std::vector<std::byte>> emitCode(ModuleOp code, const Target &target, const CodeOptions &options) {
  if (target.cpu)
    return cpu::emitSharedObject(code, *target.cpu, options);
  FailureOr<std::string> text = ptx::emitPtx(code, *target.ptx, options);
  if (failed(text))
    return failure();
  auto *bytes = reinterpret_cast<const std::byte *>(text->data());
  return std::vector<std::byte>(bytes, bytes + text->size());
}

LogicalResult ArtifactBuilder::addTarget(const Target &target, const CompileOptions &options) {
  auto described = std::make_unique<schema::TargetT>();
  described->kind = target.cpu ? schema::TargetKind::Cpu : schema::TargetKind::Ptx;
  described->level = target.name().str();
  for (StringRef feature : target.cpu ? target.cpu->features : ArrayRef<StringRef>())
    described->features.push_back(feature.str());
  described->abi = TENON_KERNEL_ABI_VERSION;

  OwningOpRef<ModuleOp> code = module.clone();
  if (failed(runTilePhases(*code, target, options.pipeline)))
    return failure();
  // Also where the options skip phases: plans are made of launches.
  if (failed(checkScheduled(*code)))
    return failure();
  if (options.onTiles)
    options.onTiles(*code, target);
  // Layouts of constants depend on the target.
  for (auto entry : code->getOps<EntryOp>())
    for (auto constant : entry.getBody().getOps<ConstantOp>())
      if (failed(addConstant(constant, constant.getValue(), "")))
        return failure();
  size_t number = artifact.targets.size();
  for (auto [i, entry] : llvm::enumerate(code->getOps<EntryOp>())) {
    auto plan = buildPlan(entry, indices, number);
    if (failed(plan))
      return failure();
    artifact.entries[i]->plans.push_back(std::move(*plan));
  }
  if (failed(runMachinePhases(*code, target, options.pipeline)))
    return failure();
  for (auto &entry : artifact.entries)
    for (auto &kernel : entry->plans.back()->kernels)
      if (target.ptx)
        addLaunchBounds(*kernel, *code);
  FailureOr<std::vector<std::byte>> bytes = emitCode(*code, target, options.code);
  if (failed(bytes))
    return failure();
  described->code = addSection(std::move(*bytes));
  artifact.targets.push_back(std::move(described));
  return success();
}

FailureOr<std::vector<std::byte>> ArtifactBuilder::finish() {
  Result<std::vector<std::byte>> bytes = writer.finish(std::move(artifact));
  if (!bytes.ok())
    return module.emitError("cannot write the artifact: ") << bytes.error().message;
  return *std::move(bytes);
}

FailureOr<std::vector<Target>> resolveTargets(ModuleOp module, ArrayRef<std::string> names) {
  std::vector<Target> targets;
  for (const std::string &name : names) {
    std::string error;
    Target target = findTarget(name, error);
    if (!error.empty())
      return module.emitError(error);
    if (!llvm::is_contained(targets, target))
      targets.push_back(target);
  }
  llvm::sort(targets, precedes);
  return targets;
}

LogicalResult judge(ArrayRef<SlowPath> slowPaths, const CompileOptions &options) {
  bool isFast = true;
  for (const SlowPath &path : slowPaths) {
    if (options.onSlowPath)
      options.onSlowPath(path);
    if (!options.strict || path.share <= strictShare)
      continue;
    emitError(path.location) << path.kind << ": " << path.text << "; costs about "
                             << llvm::formatv("{0:F0}", path.share * 100).str() << "% of the kernel's time";
    isFast = false;
  }
  return success(isFast);
}

} // namespace

static std::atomic<uint64_t> compiled = 0;

uint64_t compileCount() { return compiled; }

FailureOr<std::vector<std::byte>> compileModule(ModuleOp module, const CompileOptions &options) {
  ++compiled;
  auto targets = resolveTargets(module, options.targets);
  if (failed(targets))
    return failure();
  std::vector<SlowPath> slowPaths;
  SlowPathCollector collector(module.getContext(), [&](const SlowPath &path) { slowPaths.push_back(path); });
  if (module.getOps<EntryOp>().empty())
    return module.emitError("there is no tenon.entry to compile");
  ArtifactBuilder builder(module);
  builder.collectSizes();
  if (failed(runGraphPhases(module, options.pipeline)))
    return failure();
  if (failed(builder.addStates()))
    return failure();
  builder.addEntries();
  for (const Target &target : *targets)
    if (failed(builder.addTarget(target, options)))
      return failure();
  if (failed(judge(slowPaths, options)))
    return failure();
  return builder.finish();
}

} // namespace tenon
