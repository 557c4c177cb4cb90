// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loading for a GPU: targets, PTX, kernels. Device::Cuda is FakeDriver.cpp here.
#include "runtime/Program.h"

#include "runtime/cuda/CudaDevice.h"
#include "tests/cuda/PtxArtifact.h"

#include <gtest/gtest.h>

using namespace tenon;
using namespace tenon::test;

#define EXPECT_CONTAINS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

namespace {

/// Sets the variable of the fake driver for one scope.
class FakeSetting {
public:
  explicit FakeSetting(const char *text) { ::setenv("TENON_FAKE_CUDA", text, 1); }
  ~FakeSetting() { ::unsetenv("TENON_FAKE_CUDA"); }
};

schema::ArtifactT sampleAt(std::initializer_list<const char *> levels) {
  schema::ArtifactT artifact = sampleArtifact();
  for (const char *level : levels)
    addPtxTarget(artifact, level);
  return artifact;
}

} // namespace

TEST(CudaProgram, TakesTheTargetOfItsDevice) {
  for (Device device : {Device::Cpu, Device::Cuda, Device::Sim}) {
    Program program = loadFor(device, ptxSample()).value();
    EXPECT_EQ(program.device(), device);
    EXPECT_EQ(program.level(), device == Device::Cpu ? "x86-64" : "sm_80");
    EXPECT_FALSE(program.deviceName().empty());
  }
  EXPECT_EQ(loadFor(Device::Sim, ptxSample())->deviceName(), "Tenon PTX simulator (sm_80)");
}

TEST(CudaProgram, TakesTheFirstLevelThatTheGpuRuns) {
  EXPECT_EQ(loadFor(Device::Sim, sampleAt({"sm_90a", "sm_86", "sm_80", "sm_75"}))->level(), "sm_80");
  FakeSetting hopper("capability=90");
  EXPECT_EQ(loadFor(Device::Cuda, sampleAt({"sm_100", "sm_90a", "sm_80"}))->level(), "sm_90a");
  FakeSetting blackwell("capability=120");
  EXPECT_EQ(loadFor(Device::Cuda, sampleAt({"sm_90a", "sm_80"}))->level(), "sm_80");
}

TEST(CudaProgram, ALowerCapabilityIsNamedWithTheLevels) {
  FakeSetting turing("capability=75");
  Result<Program> program = loadFor(Device::Cuda, sampleAt({"sm_90a", "sm_80"}));
  ASSERT_FALSE(program.ok());
  EXPECT_EQ(program.error().kind, ErrorKind::Environment);
  EXPECT_CONTAINS(program.error().message, "has compute capability 7.5, the model's code is for sm_90a (needs exactly "
                                           "9.0), sm_80 (needs at least 8.0)");
}

TEST(CudaProgram, WithoutPtxItSaysHowToCompile) {
  for (Device device : {Device::Cuda, Device::Sim})
    EXPECT_CONTAINS(loadError(device, sampleArtifact()),
                    "it has no code for a GPU; compile it with `tenon compile --target sm_80`");
  schema::ArtifactT artifact = ptxSample();
  artifact.targets.erase(artifact.targets.begin());
  auto &plans = artifact.entries[0]->plans;
  plans.erase(plans.begin());
  plans[0]->target = 0;
  EXPECT_CONTAINS(loadError(Device::Cpu, std::move(artifact)), "it has no code for a CPU");
}

TEST(CudaProgram, RefusedPtxComesWithTheLog) {
  std::string text = kernelText();
  text.replace(text.find("mul.rn.f32"), 10, "mul.up.f32");
  Result<Program> program = loadFor(Device::Sim, ptxSample(), text);
  ASSERT_FALSE(program.ok());
  EXPECT_EQ(program.error().kind, ErrorKind::Environment);
  EXPECT_CONTAINS(program.error().message, "refuses the PTX for sm_80: line 32: ");
  EXPECT_EQ(program.error().message.find('\n'), std::string::npos);
  EXPECT_CONTAINS(loadError(Device::Sim, ptxSample(), ""), "refuses the PTX for sm_80: ");
  EXPECT_CONTAINS(loadError(Device::Sim, ptxSample(), text + '\0'), "contains a byte 0, expected text");
}

TEST(CudaProgram, MissingAndImpossibleKernelsAreNamed) {
  auto changed = [](auto change) {
    schema::ArtifactT artifact = ptxSample();
    change(*ptxPlan(artifact).kernels[Add]);
    return artifact;
  };
  EXPECT_CONTAINS(loadError(Device::Sim, changed([](auto &kernel) { kernel.symbol = "missing"; })),
                  "its PTX has no entry 'missing'");
  EXPECT_CONTAINS(loadError(Device::Sim, changed([](auto &kernel) { kernel.shared_bytes = 200 << 10; })),
                  "kernel 'add' needs 204800 bytes of shared memory, a block of this GPU (Tenon PTX simulator (sm_80)) "
                  "has 166912");
  schema::ArtifactT artifact = ptxSample();
  ptxPlan(artifact).kernels[LookUp]->parameters[1] = schema::ParameterKind::TensorMap;
  EXPECT_CONTAINS(loadError(Device::Sim, std::move(artifact)), "kernel 'look_up' takes a tensor map");
}

TEST(CudaProgram, UploadsOnlyTheConstantsOfItsPlans) {
  auto device = CudaDevice::open(Device::Sim).value();
  auto used = [&] {
    size_t free = 0, total = 0;
    EXPECT_TRUE(device->activate().ok());
    EXPECT_EQ(device->driver().cuMemGetInfo_v2(&free, &total), CUDA_SUCCESS);
    return total - free;
  };
  size_t before = used();
  {
    // The table of the PTX, and the constant.
    Program program = loadFor(Device::Sim, ptxSample()).value();
    EXPECT_EQ(used() - before, 8u + 32u);
    Session session = Session::create(program).value();
    EXPECT_EQ(used() - before, 8u + 32u + 32u);
  }
  EXPECT_EQ(used(), before);
  {
    // A constant that no step reads any more.
    schema::ArtifactT artifact = ptxSample();
    schema::PlanT &plan = ptxPlan(artifact);
    plan.buffers[7] = buffer(schema::BufferKind::Arena, 0, {32}, 4, 4);
    plan.steps[4]->action.AsLaunch()->arguments[1]->writes = true;
    Program program = loadFor(Device::Sim, std::move(artifact)).value();
    EXPECT_EQ(used() - before, 8u);
  }
  EXPECT_EQ(used(), before);
}
