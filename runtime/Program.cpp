// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a verified artifact to code and constants in memory.
#include "runtime/Program.h"

#include "runtime/AtomicFile.h"
#include "runtime/LoadedProgram.h"
#include "runtime/MappedFile.h"
#include "runtime/SymbolBinding.h"
#include "runtime/artifact/ContentHash.h"
#include "runtime/artifact/SizeExpression.h"
#include "runtime/cpu/CpuCode.h"
#include "runtime/cuda/CudaCode.h"

#include <filesystem>

namespace tenon {

std::string TensorDescription::text() const {
  std::string text = name + ": " + std::string(elementTypeName(type)) + " [";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + shape[i];
  return text + "]";
}

static TensorDescription describe(const flatbuffers::String &name, const schema::TensorType &type,
                                  std::span<const std::string> symbols) {
  TensorDescription description{name.str(), static_cast<ElementType>(type.element()), {}};
  for (const schema::Expr *dimension : *type.shape())
    description.shape.push_back(expressionText(*dimension, symbols));
  return description;
}

std::vector<EntryDescription> describeEntries(const ArtifactFile &artifact) {
  std::vector<EntryDescription> descriptions;
  for (const schema::Entry *entry : *artifact.metadata().entries()) {
    EntryDescription &description = descriptions.emplace_back();
    description.name = entry->name()->str();
    std::vector<std::string> symbols;
    for (const schema::Symbol *symbol : *entry->symbols()) {
      symbols.push_back(symbol->name()->str());
      description.symbols.push_back({symbols.back(), symbol->minimum(), symbol->maximum(), symbol->divisor()});
    }
    for (const schema::Port *input : *entry->inputs())
      description.inputs.push_back(describe(*input->name(), *input->type(), symbols));
    for (const schema::Port *output : *entry->outputs())
      description.outputs.push_back(describe(*output->name(), *output->type(), symbols));
    for (uint32_t index : *entry->states()) {
      const schema::State &state = *artifact.metadata().states()->Get(index);
      description.states.push_back(describe(*state.name(), *state.type(), {}));
    }
  }
  return descriptions;
}

/// The mapped range of a user's file, once that is known to be still the same file.
static Result<std::pair<std::span<const std::byte>, std::shared_ptr<const std::byte>>>
mapExternal(const schema::External &external, const std::string &folder, const LoadOptions &options) {
  std::string path = (std::filesystem::path(folder) / external.path()->str()).string();
  MappedFile file = TENON_TRY(MappedFile::open(path));
  if (file.bytes().size() != external.file_size() || file.modified() != external.modified())
    return environmentError("'" + path + "' has changed since the model was compiled: it has " +
                            std::to_string(file.bytes().size()) + " bytes of time " + std::to_string(file.modified()) +
                            ", expected " + std::to_string(external.file_size()) + " bytes of time " +
                            std::to_string(external.modified()) + "; compile the model again");
  std::span<const std::byte> range = file.bytes().subspan(external.offset(), external.size());
  if (options.verifyExternal && contentHash(range) != ContentHash{external.hash()->low(), external.hash()->high()})
    return dataError("'" + path + "' has other content than when the model was compiled; compile the model again");
  return std::pair(range, file.owner());
}

static Result<Tensor> loadConstant(const ArtifactFile &file, const schema::Constant &constant,
                                   const std::string &folder, const LoadOptions &options) {
  std::span<const std::byte> bytes;
  std::shared_ptr<const std::byte> owner = file.owner();
  if (constant.external())
    std::tie(bytes, owner) = TENON_TRY(mapExternal(*constant.external(), folder, options));
  else
    bytes = file.section(static_cast<uint32_t>(constant.section()));
  Shape shape = TENON_TRY(evaluateShape(*constant.type(), {}));
  // Nothing writes to a constant: the verifier has seen to that.
  auto *data = const_cast<std::byte *>(bytes.data());
  Tensor tensor = TENON_TRY(Tensor::borrow(static_cast<ElementType>(constant.type()->element()), std::move(shape), data,
                                           bytes.size(), std::const_pointer_cast<std::byte>(owner)));
  // Weights in the formats of others are where those formats put them.
  if (options.device == Device::Cpu && reinterpret_cast<uintptr_t>(data) % tensorAlignment != 0)
    return tensor.clone();
  return tensor;
}

static Status loadStates(LoadedProgram &program) {
  for (const schema::State *state : *program.file.metadata().states()) {
    StateLayout layout{
        state->name()->str(), static_cast<ElementType>(state->type()->element()), {}, 0, state->initial()};
    layout.shape = TENON_TRY(evaluateShape(*state->type(), {}));
    layout.bytes = static_cast<size_t>(TENON_TRY(tensorBytes(layout.type, layout.shape)));
    if (layout.initial >= 0) {
      const Tensor &constant = program.constants[static_cast<size_t>(layout.initial)];
      if (constant.type() != layout.type || constant.shape() != layout.shape)
        return dataError("state '" + layout.name + "' starts as a constant of another type or shape");
    }
    program.states.push_back(std::move(layout));
  }
  return {};
}

static Status fill(LoadedProgram &program, const std::string &folder, const LoadOptions &options) {
  const schema::Artifact &metadata = program.file.metadata();
  std::shared_ptr<const CudaDevice> gpu;
  uint32_t target = 0;
  if (options.device == Device::Cpu) {
    target = TENON_TRY(chooseCpuTarget(metadata));
  } else {
    TENON_TRY(requirePtxTarget(metadata));
    gpu = TENON_TRY(CudaDevice::open(options.device));
    target = TENON_TRY(choosePtxTarget(metadata, *gpu));
  }
  program.device = options.device;
  program.target = metadata.targets()->Get(target);
  program.entries = describeEntries(program.file);
  for (const schema::Entry *entry : *metadata.entries())
    for (const schema::Plan *plan : *entry->plans())
      if (plan->target() == target)
        program.plans.push_back(plan);
  for (uint32_t i = 0; i < metadata.constants()->size(); ++i) {
    Result<Tensor> constant = loadConstant(program.file, *metadata.constants()->Get(i), folder, options);
    if (!constant.ok())
      return Error{constant.error().kind, "constant " + std::to_string(i) + ": " + constant.error().message};
    program.constants.push_back(*std::move(constant));
  }
  TENON_TRY(loadStates(program));
  program.code = TENON_TRY(gpu ? CudaCode::load(program, gpu) : CpuCode::load(program));
  return {};
}

Result<Program> Program::fromArtifact(const ArtifactFile &artifact, const std::string &folder,
                                      const LoadOptions &options) {
  auto content = std::make_shared<LoadedProgram>();
  content->file = artifact;
  TENON_TRY(fill(*content, folder, options));
  Program program;
  program.content = std::move(content);
  return program;
}

Result<Program> Program::load(const std::string &path, const LoadOptions &options) {
  ArtifactFile artifact = TENON_TRY(ArtifactFile::open(path));
  Result<Program> program = fromArtifact(artifact, std::filesystem::path(path).parent_path().string(), options);
  if (!program.ok())
    return Error{program.error().kind, "'" + path + "' cannot be loaded: " + program.error().message};
  return program;
}

Result<Program> Program::fromBytes(std::vector<std::byte> bytes, const LoadOptions &options) {
  ArtifactFile artifact = TENON_TRY(ArtifactFile::fromBytes(std::move(bytes)));
  Result<Program> program = fromArtifact(artifact, "", options);
  if (!program.ok())
    return Error{program.error().kind, "the artifact cannot be loaded: " + program.error().message};
  return program;
}

Status Program::save(const std::string &path) const { return writeFileAtomically(path, {content->file.bytes()}); }

const std::vector<EntryDescription> &Program::entries() const { return content->entries; }

Result<const EntryDescription *> Program::entry(std::string_view name) const {
  std::string names;
  for (const EntryDescription &entry : content->entries) {
    if (entry.name == name || (name.empty() && content->entries.size() == 1))
      return &entry;
    names += (names.empty() ? "" : ", ") + entry.name;
  }
  if (name.empty())
    return invalidArgument("the model has several entries, name one of: " + names);
  return invalidArgument("the model has no entry '" + std::string(name) + "', only: " + names);
}

Result<std::vector<Shape>> Program::inputShapes(std::string_view entryName, const Sizes &sizes) const {
  auto index = static_cast<uint32_t>(TENON_TRY(entry(entryName)) - entries().data());
  const schema::Entry &description = *content->file.metadata().entries()->Get(index);
  std::vector<int64_t> symbols = TENON_TRY(bindSizes(description, sizes));
  std::vector<Shape> shapes;
  for (const schema::Port *input : *description.inputs()) {
    shapes.push_back(TENON_TRY(evaluateShape(*input->type(), symbols)));
    TENON_TRY(tensorBytes(static_cast<ElementType>(input->type()->element()), shapes.back()));
  }
  return shapes;
}

std::string_view Program::level() const { return content->target->level()->string_view(); }

Device Program::device() const { return content->device; }

std::string Program::deviceName() const { return content->code->deviceName(); }
std::string Program::driverVersion() const { return content->code->driverVersion(); }

const ArtifactFile &Program::artifact() const { return content->file; }

} // namespace tenon
