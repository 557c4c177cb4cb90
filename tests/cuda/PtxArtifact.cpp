// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Turning CPU plans into those of a GPU.
#include "tests/cuda/PtxArtifact.h"

#include "runtime/KernelAbi.h"
#include "runtime/MappedFile.h"

#include <array>

namespace tenon::test {

using namespace schema;

const std::string &kernelText() {
  static const std::string text = [] {
    MappedFile file = MappedFile::open(TENON_TEST_PTX).value();
    return std::string(reinterpret_cast<const char *>(file.bytes().data()), file.bytes().size());
  }();
  return text;
}

static void addGpuKernels(PlanT &plan) {
  using enum ParameterKind;
  for (auto [name, parameters] :
       {std::pair("last_shared", std::vector{Pointer, Size, Scalar}), {"overrun", {Pointer, Pointer}}}) {
    auto kernel = std::make_unique<KernelT>();
    kernel->name = kernel->symbol = name;
    kernel->parameters = parameters;
    plan.kernels.push_back(std::move(kernel));
  }
  for (auto &kernel : plan.kernels) {
    kernel->block = std::make_unique<Dim3>(64, 1, 1);
    kernel->workspace_bytes = 0;
  }
  plan.kernels[BlockSum]->shared_bytes = 72 * 4;
}

void addPtxTarget(ArtifactT &artifact, const std::string &level) {
  auto target = std::make_unique<TargetT>();
  target->kind = TargetKind::Ptx;
  target->level = level;
  target->code = 2;
  target->abi = TENON_KERNEL_ABI_VERSION;
  for (auto &entry : artifact.entries) {
    auto plan = std::make_unique<PlanT>(*entry->plans[0]);
    plan->target = static_cast<uint32_t>(artifact.targets.size());
    if (plan->kernels.size() == LastShared)
      addGpuKernels(*plan);
    entry->plans.push_back(std::move(plan));
  }
  artifact.targets.push_back(std::move(target));
}

PlanT &ptxPlan(ArtifactT &artifact) {
  for (auto &plan : artifact.entries[0]->plans)
    if (artifact.targets[plan->target]->kind == TargetKind::Ptx)
      return *plan;
  std::abort();
}

ArtifactT ptxSample() {
  ArtifactT artifact = sampleArtifact();
  addPtxTarget(artifact);
  return artifact;
}

std::vector<std::byte> ptxFileOf(ArtifactT artifact, const std::string &text) {
  static const std::array<float, 8> increment = {0, 1, 2, 3, 4, 5, 6, 7};
  ArtifactWriter writer;
  writer.addSection(kernelObject());
  writer.addSection(std::as_bytes(std::span(increment)));
  writer.addSection(std::as_bytes(std::span(text)));
  return writer.finish(std::move(artifact)).value();
}

ArtifactT singleLaunch(uint32_t kernel, const std::vector<int64_t> &shape, const Items &gridX,
                       std::vector<std::unique_ptr<ArgumentT>> arguments) {
  ArtifactT artifact = emptyArtifact();
  auto entry = emptyEntry("main");
  std::vector<Items> dimensions;
  int64_t bytes = 4;
  for (int64_t size : shape) {
    dimensions.push_back({size});
    bytes *= size;
  }
  entry->outputs = list(port("y", schema::ElementType::F32, dimensions));
  PlanT &plan = *entry->plans[0];
  plan.buffers = list(buffer(BufferKind::Output, 0, {bytes}));
  // For the CPU too there must be a plan that writes the output; only that of the GPU is meant to be run.
  plan.steps = list(launch("step", list(variant(LookUp, {1})), list(writes(0), size({0}))));
  artifact.entries.push_back(std::move(entry));
  addPtxTarget(artifact);
  ptxPlan(artifact).steps = list(launch("step", list(variant(kernel, gridX)), std::move(arguments)));
  return artifact;
}

Result<Program> loadFor(Device device, ArtifactT artifact, const std::string &text) {
  return Program::fromBytes(ptxFileOf(std::move(artifact), text), {.device = device});
}

std::string loadError(Device device, ArtifactT artifact, const std::string &text) {
  Result<Program> program = loadFor(device, std::move(artifact), text);
  return program.ok() ? "" : program.error().message;
}

Session sessionFor(Device device, ArtifactT artifact, SessionOptions options) {
  return Session::create(loadFor(device, std::move(artifact)).value(), options).value();
}

} // namespace tenon::test
