// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels, buffers and steps of one plan. Steps are checked in order, since what a buffer holds depends on it.
#include "runtime/artifact/PlanVerifier.h"

#include "runtime/artifact/SizeExpression.h"

#include <algorithm>
#include <set>

namespace tenon {

using schema::BufferKind;
using schema::ParameterKind;

bool isPrintableName(const flatbuffers::String &name) {
  auto isControl = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return name.size() > 0 && name.size() <= 4096 && std::none_of(name.begin(), name.end(), isControl);
}

namespace {

/// No kernel needs more scratch than a thread's share of a cache; this only keeps a corrupt size from being allocated.
constexpr uint64_t maximumWorkspace = uint64_t(1) << 30;
/// CUDA's own limits: threads of a block, in all and in z; blocks of a cluster that any GPU with clusters can place;
/// shared memory of a block, the most that any GPU has (227 KiB).
constexpr uint64_t maximumBlockThreads = 1024, maximumBlockDepth = 64, maximumClusterBlocks = 8;
constexpr uint32_t maximumSharedBytes = 227 << 10;
constexpr uint32_t maximumParameters = 256;

class PlanVerifier {
public:
  PlanVerifier(const schema::Artifact &artifact, const schema::Entry &entry, const schema::Plan &plan)
      : artifact(artifact), entry(entry), plan(plan), symbolCount(entry.symbols()->size()),
        isCpu(artifact.targets()->Get(plan.target())->kind() == schema::TargetKind::Cpu),
        isEntryState(artifact.states()->size()), written(plan.buffers()->size()) {
    for (uint32_t state : *entry.states())
      isEntryState[state] = true;
  }

  Status verify() {
    for (uint32_t i = 0; i < plan.kernels()->size(); ++i)
      if (Status status = verifyKernel(*plan.kernels()->Get(i)); !status.ok())
        return within("kernel " + std::to_string(i), status);
    TENON_TRY(verifyBuffers());
    for (step = 0; step < plan.steps()->size(); ++step)
      if (Status status = verifyStep(*plan.steps()->Get(step)); !status.ok())
        return within("step " + std::to_string(step), status);
    return verifyOutputs();
  }

private:
  static Error within(const std::string &place, const Status &status) {
    return {status.error().kind, place + ": " + status.error().message};
  }

  Status verifyKernel(const schema::Kernel &kernel) const {
    if (!isPrintableName(*kernel.name()) || !isPrintableName(*kernel.symbol()))
      return dataError("its name or symbol is empty or not printable");
    if (kernel.parameters()->size() > maximumParameters)
      return dataError("it has " + std::to_string(kernel.parameters()->size()) + " parameters, at most " +
                       std::to_string(maximumParameters) + " are allowed");
    for (uint32_t i = 0; i < kernel.parameters()->size(); ++i) {
      auto kind = static_cast<ParameterKind>(kernel.parameters()->Get(i));
      if (kind > (isCpu ? ParameterKind::Scalar : ParameterKind::MAX))
        return dataError("its parameter " + std::to_string(i) + " is of kind " +
                         std::to_string(static_cast<unsigned>(kind)) + ", which this target does not have");
    }
    if (kernel.workspace_bytes() > maximumWorkspace)
      return dataError("it wants " + std::to_string(kernel.workspace_bytes()) + " bytes of workspace, at most " +
                       std::to_string(maximumWorkspace) + " are allowed");
    if (isCpu)
      return {};
    return verifyPtxKernel(kernel);
  }

  /// Whether the product is 1 to `most`.
  static bool isWithin(const schema::Dim3 &size, uint64_t most) {
    for (uint64_t dimension : {size.x(), size.y(), size.z()})
      if (dimension < 1 || dimension > most)
        return false;
    return uint64_t(size.x()) * size.y() * size.z() <= most;
  }

  static Status verifyPtxKernel(const schema::Kernel &kernel) {
    if (!kernel.block() || !isWithin(*kernel.block(), maximumBlockThreads) || kernel.block()->z() > maximumBlockDepth)
      return dataError("its block must have 1 to 1024 threads, at most 64 in z");
    if (kernel.cluster() && !isWithin(*kernel.cluster(), maximumClusterBlocks))
      return dataError("its cluster must have 1 to 8 blocks");
    if (kernel.shared_bytes() > maximumSharedBytes)
      return dataError("it wants " + std::to_string(kernel.shared_bytes()) + " bytes of shared memory, at most " +
                       std::to_string(maximumSharedBytes) + " are allowed");
    if (kernel.workspace_bytes() != 0)
      return dataError("it wants a workspace, which kernels on a GPU do not have");
    return {};
  }

  uint32_t countOf(BufferKind kind) const {
    switch (kind) {
    case BufferKind::Input:
      return entry.inputs()->size();
    case BufferKind::Output:
      return entry.outputs()->size();
    case BufferKind::State:
      return artifact.states()->size();
    default:
      return artifact.constants()->size();
    }
  }

  Status verifyBuffer(const schema::Buffer &buffer, std::set<std::pair<BufferKind, uint32_t>> &named) const {
    if (buffer.kind() > BufferKind::MAX)
      return dataError("it is of the unknown kind " + std::to_string(static_cast<unsigned>(buffer.kind())));
    TENON_TRY(verifyExpression(*buffer.bytes(), symbolCount));
    if (buffer.kind() == BufferKind::Arena) {
      if (buffer.first() > buffer.last() || buffer.last() >= plan.steps()->size())
        return dataError("it lives from step " + std::to_string(buffer.first()) + " through " +
                         std::to_string(buffer.last()) + " of " + std::to_string(plan.steps()->size()));
      return {};
    }
    if (buffer.index() >= countOf(buffer.kind()))
      return dataError("it stands for tensor " + std::to_string(buffer.index()) + " of " +
                       std::to_string(countOf(buffer.kind())));
    if (buffer.kind() == BufferKind::State && !isEntryState[buffer.index()])
      return dataError("it stands for a state that its entry does not list");
    if (!named.insert({buffer.kind(), buffer.index()}).second)
      return dataError("it stands for the same tensor as another buffer");
    return {};
  }

  Status verifyBuffers() const {
    if (plan.buffers()->size() > maximumBuffers)
      return dataError("it has " + std::to_string(plan.buffers()->size()) + " buffers, at most " +
                       std::to_string(maximumBuffers) + " are allowed");
    std::set<std::pair<BufferKind, uint32_t>> named;
    for (uint32_t i = 0; i < plan.buffers()->size(); ++i)
      if (Status status = verifyBuffer(*plan.buffers()->Get(i), named); !status.ok())
        return within("buffer " + std::to_string(i), status);
    return {};
  }

  /// A step's use of a buffer, to read or to write.
  Status use(uint32_t index, bool writes) {
    if (index >= plan.buffers()->size())
      return dataError("it uses buffer " + std::to_string(index) + " of " + std::to_string(plan.buffers()->size()));
    const schema::Buffer &buffer = *plan.buffers()->Get(index);
    if (writes && (buffer.kind() == BufferKind::Input || buffer.kind() == BufferKind::Constant))
      return dataError("it writes buffer " + std::to_string(index) + ", which is an input or a constant");
    if (buffer.kind() == BufferKind::Arena && (step < buffer.first() || step > buffer.last()))
      return dataError("it uses buffer " + std::to_string(index) + ", which lives from step " +
                       std::to_string(buffer.first()) + " through " + std::to_string(buffer.last()));
    writesState |= writes && buffer.kind() == BufferKind::State;
    if (writes)
      written[index] = true;
    return {};
  }

  /// After all uses of a step: what it only reads must have been written before or begin with content.
  Status verifyContent(uint32_t index) const {
    BufferKind kind = plan.buffers()->Get(index)->kind();
    if ((kind == BufferKind::Arena || kind == BufferKind::Output) && !written[index])
      return dataError("it reads buffer " + std::to_string(index) + ", which no step has written");
    return {};
  }

  Status verifyOptional(const schema::Expr *expression) const {
    return expression ? verifyExpression(*expression, symbolCount) : Status();
  }

  Status verifyTensorMap(const schema::TensorMap *map) const {
    if (!map || !map->sizes() || !map->strides() || !map->box())
      return dataError("it has no complete tensor map");
    if (map->element() > schema::ElementType::MAX || map->sizes()->size() < 1 || map->sizes()->size() > 5 ||
        map->strides()->size() + 1 != map->sizes()->size() || map->box()->size() != map->sizes()->size())
      return dataError("its tensor map must have 1 to 5 dimensions, as many box sizes and one stride less");
    for (const auto *expressions : {map->sizes(), map->strides()})
      for (const schema::Expr *expression : *expressions)
        TENON_TRY(verifyExpression(*expression, symbolCount));
    return {};
  }

  Status verifyArgument(const schema::Argument &argument) {
    switch (argument.kind()) {
    case ParameterKind::Pointer:
      return use(argument.buffer(), argument.writes());
    case ParameterKind::Size:
      return argument.size() ? verifyExpression(*argument.size(), symbolCount) : dataError("it has no size");
    case ParameterKind::Scalar:
      return {};
    case ParameterKind::TensorMap:
      TENON_TRY(use(argument.buffer(), argument.writes()));
      return verifyTensorMap(argument.map());
    default:
      return dataError("it is of the unknown kind " + std::to_string(static_cast<unsigned>(argument.kind())));
    }
  }

  Status verifyVariant(const schema::Variant &variant, const schema::Launch &launch) const {
    if (variant.kernel() >= plan.kernels()->size())
      return dataError("it launches kernel " + std::to_string(variant.kernel()) + " of " +
                       std::to_string(plan.kernels()->size()));
    if (variant.conditions())
      for (const schema::Expr *condition : *variant.conditions())
        TENON_TRY(verifyExpression(*condition, symbolCount));
    if (variant.grid()->size() != 3)
      return dataError("its grid has " + std::to_string(variant.grid()->size()) + " sizes, expected 3");
    for (const schema::Expr *size : *variant.grid())
      TENON_TRY(verifyExpression(*size, symbolCount));
    const auto &parameters = *plan.kernels()->Get(variant.kernel())->parameters();
    if (parameters.size() != launch.arguments()->size())
      return dataError("it passes " + std::to_string(launch.arguments()->size()) + " arguments to a kernel of " +
                       std::to_string(parameters.size()) + " parameters");
    for (uint32_t i = 0; i < parameters.size(); ++i)
      if (static_cast<ParameterKind>(parameters.Get(i)) != launch.arguments()->Get(i)->kind())
        return dataError("argument " + std::to_string(i) + " is not of the kind of the kernel's parameter");
    return {};
  }

  Status verifyLaunch(const schema::Launch &launch) {
    for (uint32_t i = 0; i < launch.arguments()->size(); ++i)
      if (Status status = verifyArgument(*launch.arguments()->Get(i)); !status.ok())
        return within("argument " + std::to_string(i), status);
    if (launch.variants()->size() == 0)
      return dataError("it has no variants");
    for (uint32_t i = 0; i < launch.variants()->size(); ++i)
      if (Status status = verifyVariant(*launch.variants()->Get(i), launch); !status.ok())
        return within("variant " + std::to_string(i), status);
    for (const schema::Argument *argument : *launch.arguments())
      if (argument->kind() == ParameterKind::Pointer || argument->kind() == ParameterKind::TensorMap)
        TENON_TRY(verifyContent(argument->buffer()));
    for (const schema::Expr *expression : {launch.bytes_read(), launch.bytes_written(), launch.flops()})
      TENON_TRY(verifyOptional(expression));
    return {};
  }

  Status verifyCopy(const schema::Copy &copy) {
    if (copy.source() == copy.destination())
      return dataError("it copies a buffer to itself");
    TENON_TRY(use(copy.source(), false));
    TENON_TRY(verifyContent(copy.source()));
    return use(copy.destination(), true);
  }

  Status verifyCheck(const schema::Check &check) const {
    if (!isPrintableName(*check.message()))
      return dataError("its message is empty or not printable");
    if (writesState)
      return dataError("it is a check after a step that writes a state");
    TENON_TRY(verifyExpression(*check.left(), symbolCount));
    return verifyExpression(*check.right(), symbolCount);
  }

  Status verifyStep(const schema::Step &step) {
    if (step.name() && step.name()->size() && !isPrintableName(*step.name()))
      return dataError("its name is not printable");
    switch (step.action_type()) {
    case schema::Action::Launch:
      return verifyLaunch(*step.action_as_Launch());
    case schema::Action::Copy:
      return verifyCopy(*step.action_as_Copy());
    case schema::Action::Check:
      return verifyCheck(*step.action_as_Check());
    default:
      return dataError("it is an action of type " + std::to_string(static_cast<unsigned>(step.action_type())) +
                       ", expected a launch, a copy or a check");
    }
  }

  Status verifyOutputs() const {
    std::vector<bool> done(entry.outputs()->size());
    for (uint32_t i = 0; i < plan.buffers()->size(); ++i)
      if (plan.buffers()->Get(i)->kind() == BufferKind::Output && written[i])
        done[plan.buffers()->Get(i)->index()] = true;
    for (uint32_t i = 0; i < done.size(); ++i)
      if (!done[i])
        return dataError("no step writes output '" + entry.outputs()->Get(i)->name()->str() + "'");
    return {};
  }

  const schema::Artifact &artifact;
  const schema::Entry &entry;
  const schema::Plan &plan;
  size_t symbolCount;
  bool isCpu;
  uint32_t step = 0;
  /// Per state of the artifact: whether the entry lists it.
  std::vector<bool> isEntryState;
  /// Per buffer: whether a step up to now has written it.
  std::vector<bool> written;
  bool writesState = false;
};

} // namespace

Status verifyPlan(const schema::Artifact &artifact, const schema::Entry &entry, const schema::Plan &plan) {
  return PlanVerifier(artifact, entry, plan).verify();
}

} // namespace tenon
