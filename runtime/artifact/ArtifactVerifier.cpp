// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks from the artifact down to its entries; plans are checked in PlanVerifier.cpp.
#include "runtime/artifact/ArtifactVerifier.h"

#include "runtime/ElementType.h"
#include "runtime/KernelAbi.h"
#include "runtime/artifact/PlanVerifier.h"
#include "runtime/artifact/SizeExpression.h"
#include "runtime/cuda/PtxLevel.h"

#include <algorithm>
#include <set>

namespace tenon {

static_assert(static_cast<unsigned>(schema::ElementType::MAX) + 1 == elementTypeCount &&
              static_cast<unsigned>(schema::ElementType::I4) == static_cast<unsigned>(ElementType::I4));

static std::string quoted(const flatbuffers::String &name) { return "'" + name.str() + "'"; }

static Error within(const std::string &place, const Error &error) { return {error.kind, place + ": " + error.message}; }

namespace {

/// Bounds that no real artifact comes near; each target multiplies the work of verifying every entry.
constexpr uint32_t maximumTargets = 64;
constexpr uint32_t maximumFeatures = 256;

class ArtifactVerifier {
public:
  explicit ArtifactVerifier(const schema::Artifact &artifact) : artifact(artifact) {}

  Status verify() const {
    if (!isPrintableName(*artifact.producer()))
      return dataError("the name of its producer is empty or not printable");
    if (artifact.metadata())
      for (const schema::Item *item : *artifact.metadata())
        if (!isPrintableName(*item->key()))
          return dataError("a key of its metadata is empty or not printable");
    if (artifact.targets()->size() > maximumTargets)
      return dataError("it has " + std::to_string(artifact.targets()->size()) + " targets, at most " +
                       std::to_string(maximumTargets) + " are allowed");
    TENON_TRY(each(*artifact.targets(), "target", &ArtifactVerifier::verifyTarget));
    TENON_TRY(each(*artifact.constants(), "constant", &ArtifactVerifier::verifyConstant));
    TENON_TRY(each(*artifact.states(), "state", &ArtifactVerifier::verifyState));
    TENON_TRY(verifyNames(*artifact.states(), "states"));
    TENON_TRY(verifyNames(*artifact.entries(), "entries"));
    TENON_TRY(each(*artifact.entries(), "entry", &ArtifactVerifier::verifyEntry));
    if (artifact.entries()->size() == 0)
      return dataError("it has no entries");
    return {};
  }

private:
  template <class T>
  Status each(const flatbuffers::Vector<flatbuffers::Offset<T>> &list, const char *what,
              Status (ArtifactVerifier::*check)(const T &) const) const {
    for (uint32_t i = 0; i < list.size(); ++i)
      if (Status status = (this->*check)(*list.Get(i)); !status.ok())
        return within(std::string(what) + " " + std::to_string(i), status.error());
    return {};
  }

  template <class T>
  static Status verifyNames(const flatbuffers::Vector<flatbuffers::Offset<T>> &list, const char *what) {
    std::set<std::string_view> names;
    for (const T *item : list) {
      if (!isPrintableName(*item->name()))
        return dataError(std::string("one of the ") + what + " has a name that is empty or not printable");
      if (!names.insert(item->name()->string_view()).second)
        return dataError(std::string("two of the ") + what + " have the name " + quoted(*item->name()));
    }
    return {};
  }

  Status verifySection(int64_t index) const {
    if (index < 0 || index >= static_cast<int64_t>(artifact.sections()->size()))
      return dataError("it names section " + std::to_string(index) + " of " +
                       std::to_string(artifact.sections()->size()));
    return {};
  }

  static Status verifyType(const schema::TensorType &type, size_t symbolCount) {
    if (type.element() > schema::ElementType::MAX)
      return dataError("it has the unknown element type " + std::to_string(static_cast<unsigned>(type.element())));
    for (const schema::Expr *dimension : *type.shape())
      TENON_TRY(verifyExpression(*dimension, symbolCount));
    return {};
  }

  Status verifyTarget(const schema::Target &target) const {
    if (target.kind() > schema::TargetKind::MAX)
      return dataError("it is of the unknown kind " + std::to_string(static_cast<unsigned>(target.kind())));
    if (!isPrintableName(*target.level()))
      return dataError("its level is empty or not printable");
    if (target.kind() == schema::TargetKind::Ptx && !parsePtxLevel(target.level()->string_view()))
      return dataError("its level is " + quoted(*target.level()) + ", expected that of a GPU, such as sm_80 or sm_90a");
    if (target.abi() != TENON_KERNEL_ABI_VERSION)
      return dataError("its kernels have ABI version " + std::to_string(target.abi()) + " and this runtime launches " +
                       std::to_string(TENON_KERNEL_ABI_VERSION) + "; compile the model again");
    if (target.features() && target.features()->size() > maximumFeatures)
      return dataError("it has more than " + std::to_string(maximumFeatures) + " features");
    if (target.features())
      for (const flatbuffers::String *feature : *target.features())
        if (!isPrintableName(*feature))
          return dataError("one of its features is empty or not printable");
    return verifySection(target.code());
  }

  Status verifyConstant(const schema::Constant &constant) const {
    if (constant.name() && constant.name()->size() && !isPrintableName(*constant.name()))
      return dataError("its name is not printable");
    TENON_TRY(verifyType(*constant.type(), 0));
    if ((constant.section() == -1) != (constant.external() != nullptr))
      return dataError("it must be either in a section or in an external file");
    if (constant.section() != -1)
      return verifySection(constant.section());
    const schema::External &external = *constant.external();
    if (!isPrintableName(*external.path()))
      return dataError("the path of its file is empty or not printable");
    if (external.offset() > external.file_size() || external.size() > external.file_size() - external.offset())
      return dataError("its " + std::to_string(external.size()) + " bytes at " + std::to_string(external.offset()) +
                       " lie beyond the end of " + quoted(*external.path()));
    return {};
  }

  Status verifyState(const schema::State &state) const {
    TENON_TRY(verifyType(*state.type(), 0));
    if (state.initial() < -1 || state.initial() >= static_cast<int64_t>(artifact.constants()->size()))
      return dataError("it starts as constant " + std::to_string(state.initial()) + " of " +
                       std::to_string(artifact.constants()->size()));
    return {};
  }

  Status verifySymbols(const schema::Entry &entry) const {
    TENON_TRY(verifyNames(*entry.symbols(), "symbols"));
    std::vector<bool> bound(entry.symbols()->size());
    for (const schema::Port *input : *entry.inputs())
      for (const schema::Expr *dimension : *input->type()->shape())
        if (auto symbol = plainSymbol(*dimension))
          bound[*symbol] = true;
    for (uint32_t i = 0; i < entry.symbols()->size(); ++i) {
      const schema::Symbol &symbol = *entry.symbols()->Get(i);
      if (symbol.minimum() < 0 || symbol.maximum() < symbol.minimum() || symbol.divisor() < 1)
        return dataError("symbol " + quoted(*symbol.name()) + " is a multiple of " + std::to_string(symbol.divisor()) +
                         " from " + std::to_string(symbol.minimum()) + " to " + std::to_string(symbol.maximum()) +
                         ", which no size can be");
      if (!bound[i])
        return dataError("symbol " + quoted(*symbol.name()) + " is not by itself a dimension of any input");
    }
    return {};
  }

  Status verifyEntry(const schema::Entry &entry) const {
    TENON_TRY(verifyNames(*entry.inputs(), "inputs"));
    TENON_TRY(verifyNames(*entry.outputs(), "outputs"));
    for (const auto *ports : {entry.inputs(), entry.outputs()})
      for (const schema::Port *port : *ports)
        if (Status status = verifyType(*port->type(), entry.symbols()->size()); !status.ok())
          return within(quoted(*port->name()), status.error());
    TENON_TRY(verifySymbols(entry));

    std::set<uint32_t> states;
    for (uint32_t state : *entry.states())
      if (state >= artifact.states()->size() || !states.insert(state).second)
        return dataError("it names state " + std::to_string(state) + " of " +
                         std::to_string(artifact.states()->size()) + ", or twice");

    std::set<uint32_t> targets;
    for (const schema::Plan *plan : *entry.plans()) {
      std::string place = "plan for target " + std::to_string(plan->target());
      if (plan->target() >= artifact.targets()->size() || !targets.insert(plan->target()).second)
        return dataError("it has a " + place + " of " + std::to_string(artifact.targets()->size()) + ", or two");
      if (Status status = verifyPlan(artifact, entry, *plan); !status.ok())
        return within(place, status.error());
    }
    if (targets.size() != artifact.targets()->size())
      return dataError("it has " + std::to_string(targets.size()) + " plans for " +
                       std::to_string(artifact.targets()->size()) + " targets");
    return {};
  }

  const schema::Artifact &artifact;
};

} // namespace

Status verifyArtifact(const schema::Artifact &artifact) { return ArtifactVerifier(artifact).verify(); }

} // namespace tenon
