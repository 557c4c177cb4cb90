// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Running on a GPU: numbers, states, memory, faults. Device::Cuda is FakeDriver.cpp here, so that both ways of placing
// buffers and of reporting errors are met.
#include "runtime/Session.h"

#include "runtime/RandomTensor.h"
#include "runtime/cuda/CudaDevice.h"
#include "tests/cuda/PtxArtifact.h"

#include <cmath>
#include <gtest/gtest.h>
#include <thread>

using namespace tenon;
using namespace tenon::test;
using schema::BufferKind, schema::ExprOp;

#define EXPECT_CONTAINS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

namespace {

class CudaSession : public testing::TestWithParam<Device> {
protected:
  Session session(schema::ArtifactT artifact, SessionOptions options = {}) const {
    return sessionFor(GetParam(), std::move(artifact), options);
  }
};

INSTANTIATE_TEST_SUITE_P(Devices, CudaSession, testing::Values(Device::Sim, Device::Cuda),
                         [](const auto &info) { return info.param == Device::Sim ? "Sim" : "Cuda"; });

std::vector<Tensor> randomInputs(int64_t size) {
  return {randomTensor(1, 0, ElementType::F32, {size}).value(), randomTensor(1, 1, ElementType::F32, {size}).value()};
}

bool sameBits(const Tensor &a, const Tensor &b) {
  return a.shape() == b.shape() && (a.byteCount() == 0 || std::memcmp(a.bytes(), b.bytes(), a.byteCount()) == 0);
}

/// The message of the error of a run.
std::string runError(Session &session, std::vector<Tensor> inputs) {
  Result<std::vector<Tensor>> result = session.run("", inputs);
  return result.ok() ? "" : result.error().message;
}

/// y = x by the kernel that forgets the bound: wrong where N is no multiple of 64.
schema::ArtifactT unboundedCopy() {
  schema::ArtifactT artifact = ptxSample();
  schema::PlanT &plan = ptxPlan(artifact);
  const Items blocks = {symbol(0), 64, ExprOp::CeilDiv};
  plan.steps[0] = launch("copy x", list(variant(Overrun, blocks)), list(reads(0), writes(2)));
  return artifact;
}

} // namespace

TEST_P(CudaSession, GivesTheBitsOfTheCpuAtManySizes) {
  Session cpu = sessionFor(Device::Cpu, ptxSample()), gpu = session(ptxSample());
  for (int64_t size : {0, 1, 63, 64, 65, 1000, 5000, 64, 0}) {
    std::vector<Tensor> inputs = randomInputs(size);
    std::vector<Tensor> expected = cpu.run("main", inputs).value(), found = gpu.run("main", inputs).value();
    ASSERT_EQ(found.size(), 2u);
    EXPECT_TRUE(sameBits(expected[0], found[0])) << size;
    EXPECT_TRUE(sameBits(expected[1], found[1])) << size;
    EXPECT_TRUE(sameBits(cpu.readState("total").value(), gpu.readState("total").value())) << size;
  }
}

TEST_P(CudaSession, StatesPersistAndBelongToTheSession) {
  schema::ArtifactT artifact = ptxSample();
  artifact.states[0]->initial = 0;
  Program program = loadFor(GetParam(), std::move(artifact)).value();
  Session one = Session::create(program).value(), two = Session::create(program).value();
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(one.run("", randomInputs(10)).ok());
  EXPECT_EQ(one.readState("total")->data<float>()[7], 7 + 21);
  EXPECT_EQ(two.readState("total")->data<float>()[7], 7);
  ASSERT_TRUE(one.writeState("total", Tensor::of<float>({1, 1, 1, 1, 1, 1, 1, 1}, {8}).value()).ok());
  ASSERT_TRUE(one.run("", randomInputs(10)).ok());
  EXPECT_EQ(one.readState("total")->data<float>()[7], 8);
  EXPECT_EQ(two.readState("total")->data<float>()[7], 7);
  EXPECT_CONTAINS(one.writeState("total", Tensor::zeros(ElementType::F32, {7}).value()).error().message,
                  "is f32 [8], the new value is f32 [7]");
}

TEST_P(CudaSession, ChecksStopARunBeforeItsFirstLaunch) {
  schema::ArtifactT artifact = ptxSample();
  schema::PlanT &plan = ptxPlan(artifact);
  plan.steps.insert(plan.steps.begin(), check({symbol(0), 24, ExprOp::Mod}, {0}, "N must be a multiple of 24"));
  for (auto &buffer : plan.buffers)
    if (buffer->kind == BufferKind::Arena)
      ++buffer->first, ++buffer->last;
  Session gpu = session(std::move(artifact));
  EXPECT_CONTAINS(runError(gpu, randomInputs(12)), "N must be a multiple of 24 (12 is not 0)");
  EXPECT_EQ(gpu.readState("total")->data<float>()[7], 0);
  EXPECT_EQ(runError(gpu, randomInputs(48)), "");
}

TEST_P(CudaSession, ACancelIsHonouredOnlyBeforeStatesAreWritten) {
  Session gpu = session(ptxSample());
  std::atomic<bool> cancel = false;
  for (size_t at = 0; at < 6; ++at) {
    cancel = false;
    RunOptions options;
    options.cancel = &cancel;
    options.progress = [&](size_t done, size_t total, std::string_view) {
      EXPECT_EQ(total, 6u);
      cancel = cancel || done == at;
    };
    Tensor before = gpu.readState("total").value();
    Result<std::vector<Tensor>> result = gpu.run("", randomInputs(100), options);
    EXPECT_EQ(result.ok(), at >= 5) << at;
    if (!result.ok())
      EXPECT_EQ(result.error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(sameBits(before, gpu.readState("total").value()), !result.ok());
  }
}

TEST_P(CudaSession, ProfilesStepsWithTheTimesOfARealDeviceOnly) {
  Session gpu = session(ptxSample());
  std::vector<StepProfile> profiles;
  RunOptions options;
  options.profile = [&](const StepProfile &profile) { profiles.push_back(profile); };
  for (int repeat = 0; repeat < 2; ++repeat) {
    profiles.clear();
    ASSERT_TRUE(gpu.run("", randomInputs(100), options).ok());
    ASSERT_EQ(profiles.size(), 6u);
    EXPECT_EQ(profiles[0].name, "double x");
    EXPECT_EQ(profiles[0].kernel, "scale");
    EXPECT_EQ(profiles[0].bytesRead, 400);
    EXPECT_EQ(profiles[5].kernel, "");
    EXPECT_EQ(profiles[5].bytesWritten, 32);
    for (const StepProfile &profile : profiles)
      EXPECT_EQ(profile.seconds > 0, GetParam() == Device::Cuda);
  }
  profiles.clear();
  ASSERT_TRUE(gpu.run("", randomInputs(0), options).ok());
  ASSERT_EQ(profiles.size(), 2u); // Without blocks nothing is launched: only the state's two steps are left.
  EXPECT_EQ(profiles[1].step, 5u);
}

TEST_P(CudaSession, ThePeakIsKnownAndEnforced) {
  Session gpu = session(ptxSample(), {.memoryLimit = 30000});
  PeakMemory peak = gpu.peakMemory("main", {{"N", 1000}}).value();
  // In units of 256: t and u live at the same time; x and y have copies on the device; z, and 16 sums.
  EXPECT_EQ(peak.arena, 2 * 4096u);
  EXPECT_EQ(peak.workspace, 0u);
  EXPECT_EQ(peak.inputs, 2 * 4096u);
  EXPECT_EQ(peak.outputs, 4096u + 256);
  EXPECT_EQ(runError(gpu, randomInputs(1000)), "");
  std::string message = runError(gpu, randomInputs(10000));
  EXPECT_CONTAINS(message, "inputs 80384, outputs 40960), 30000 are available");
  Program program = loadFor(GetParam(), ptxSample()).value();
  EXPECT_CONTAINS(Session::create(program, {.memoryLimit = 31}).error().message, "need at least 32 bytes, 31 are");
  // More than the device has, but not the limit: refused before anything is allocated.
  Session unlimited = Session::create(program).value();
  auto owner = std::make_shared<char>();
  int64_t huge = int64_t(1) << 34;
  Tensor x = Tensor::borrow(ElementType::F32, {huge}, owner.get(), size_t(huge) * 4, owner).value();
  EXPECT_CONTAINS(runError(unlimited, {x, x}), "needs 344671125504 bytes");
}

TEST_P(CudaSession, MemoryComesBack) {
  auto device = CudaDevice::open(GetParam()).value();
  auto freeBytes = [&] {
    size_t free = 0, total = 0;
    EXPECT_TRUE(device->activate().ok());
    EXPECT_EQ(device->driver().cuMemGetInfo_v2(&free, &total), CUDA_SUCCESS);
    return free;
  };
  size_t before = freeBytes();
  {
    Session gpu = session(ptxSample());
    size_t between = freeBytes();
    for (int64_t size : {1000, 100, 3000, 1000})
      ASSERT_EQ(runError(gpu, randomInputs(size)), "");
    if (GetParam() == Device::Sim) // Keeps nothing between runs.
      EXPECT_EQ(freeBytes(), between);
  }
  EXPECT_EQ(freeBytes(), before);
}

/// y = t, where t = x is written for its first block only: what a mistaken schedule would do.
static schema::ArtifactT partlyWritten(uint32_t kernel) {
  schema::ArtifactT artifact = emptyArtifact();
  auto entry = emptyEntry("main");
  entry->inputs = list(port("x", schema::ElementType::F32, {{128}}));
  entry->outputs = list(port("y", schema::ElementType::F32, {{128}}));
  schema::PlanT &plan = *entry->plans[0];
  plan.buffers = list(buffer(BufferKind::Input, 0, {512}), buffer(BufferKind::Output, 0, {512}),
                      buffer(BufferKind::Arena, 0, {512}, 0, 1), buffer(BufferKind::Arena, 0, {512}, 2, 3));
  auto step = [&](uint32_t from, uint32_t to, int64_t blocks) {
    return launch("step", list(variant(kernel, {blocks})), list(reads(from), writes(to), size({128}), scalar(1)));
  };
  // The second arena buffer takes the place of the first, and would show its old content.
  plan.steps = list(step(0, 2, 2), step(2, 1, 2), step(0, 3, 1), step(3, 1, 2));
  artifact.entries.push_back(std::move(entry));
  addPtxTarget(artifact);
  return artifact;
}

TEST_P(CudaSession, UseOfMemoryThatNoStepWroteShows) {
  Session gpu = session(partlyWritten(Scale), {.poisonFreed = true});
  std::vector<Tensor> inputs = {randomTensor(1, 0, ElementType::F32, {128}).value()};
  if (GetParam() == Device::Sim) {
    std::string message = runError(gpu, inputs);
    EXPECT_CONTAINS(message, "entry 'main', step 3 'step': kernel 'scale' failed: scale, line 31: ");
    EXPECT_CONTAINS(message, "block (1,0,0)");
    return;
  }
  Tensor y = gpu.run("", inputs).value()[0];
  EXPECT_EQ(y.data<float>()[63], inputs[0].data<float>()[63]);
  for (size_t i = 64; i < 128; ++i)
    EXPECT_TRUE(std::isnan(y.data<float>()[i]));
}

TEST_P(CudaSession, OutputsThatNoStepWroteShow) {
  // y = x for the first block only.
  schema::ArtifactT artifact = emptyArtifact();
  auto entry = emptyEntry("main");
  auto symbolN = std::make_unique<schema::SymbolT>();
  symbolN->name = "N";
  entry->symbols.push_back(std::move(symbolN));
  const Items n = {symbol(0)}, bytes = {symbol(0), 4, ExprOp::Mul};
  entry->inputs = list(port("x", schema::ElementType::F32, {n}));
  entry->outputs = list(port("y", schema::ElementType::F32, {n}));
  schema::PlanT &plan = *entry->plans[0];
  plan.buffers = list(buffer(BufferKind::Input, 0, bytes), buffer(BufferKind::Output, 0, bytes));
  plan.steps = list(launch("step", list(variant(Scale, {1})), list(reads(0), writes(1), size(n), scalar(1))));
  artifact.entries.push_back(std::move(entry));
  addPtxTarget(artifact);
  Session gpu = session(std::move(artifact), {.poisonFreed = true});
  // The second y lies where the first x was.
  for (int64_t size : {4096, 128}) {
    std::vector<Tensor> inputs = {randomTensor(1, 0, ElementType::F32, {size}).value()};
    Tensor y = gpu.run("", inputs).value()[0];
    EXPECT_EQ(y.data<float>()[63], inputs[0].data<float>()[63]);
    for (size_t i = 64; i < 128; ++i)
      EXPECT_TRUE(std::isnan(y.data<float>()[i])) << i;
  }
}

TEST_P(CudaSession, BuffersDoNotMixUnderPoison) {
  Session cpu = sessionFor(Device::Cpu, ptxSample()), gpu = session(ptxSample(), {.poisonFreed = true});
  for (int64_t size : {1000, 1, 777}) {
    std::vector<Tensor> inputs = randomInputs(size);
    std::vector<Tensor> expected = cpu.run("main", inputs).value(), found = gpu.run("main", inputs).value();
    EXPECT_TRUE(sameBits(expected[0], found[0]) && sameBits(expected[1], found[1])) << size;
  }
}

TEST(CudaSession, OnTheSimulatorAFaultNamesKernelAndLine) {
  Session sim = sessionFor(Device::Sim, unboundedCopy());
  EXPECT_EQ(runError(sim, randomInputs(128)), "");
  Result<std::vector<Tensor>> result = sim.run("", randomInputs(100));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::Environment);
  // x has 400 bytes: thread 36 of block 1 is the first to read behind them.
  for (const char *part : {"entry 'main', step 0 'copy x': kernel 'overrun' failed: overrun, line 209: "
                           "'ld.global.f32 %f, [%rd1]'",
                           "block (1,0,0) thread (36,0,0)", "0 bytes behind the 400 bytes"})
    EXPECT_CONTAINS(result.error().message, part);
  EXPECT_EQ(runError(sim, randomInputs(64)), "") << "the simulator goes on";
}

TEST(CudaSession, OnAGpuAFaultIsThatOfTheRun) {
  // Behind the output the only allocation ends.
  Session gpu = sessionFor(Device::Cuda, singleLaunch(Overrun, {64}, {2}, list(writes(0), writes(0))));
  Result<std::vector<Tensor>> result = gpu.run("", {});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::Environment);
  EXPECT_CONTAINS(result.error().message, "entry 'main' failed on Tenon PTX simulator (sm_80): "
                                          "CUDA_ERROR_ILLEGAL_ADDRESS: an illegal memory access was encountered; "
                                          "--device sim names kernel and line of a fault");
}

TEST_P(CudaSession, BlocksAreNumberedAsOnTheCpu) {
  schema::ArtifactT artifact = singleLaunch(Coordinates, {3, 5, 7}, {7}, list(writes(0)));
  auto &grid = ptxPlan(artifact).steps[0]->action.AsLaunch()->variants[0]->grid;
  grid[1] = expr({5});
  grid[2] = expr({3});
  Tensor y = session(std::move(artifact)).run("", {}).value()[0];
  for (int i = 0; i < 105; ++i)
    EXPECT_EQ(y.data<float>()[static_cast<size_t>(i)], i / 35 * 10000 + i / 7 % 5 * 100 + i % 7);
}

TEST_P(CudaSession, KernelsGetTheirSharedMemory) {
  // Above the 48 KiB that a block has without being asked.
  constexpr int64_t bytes = 100 << 10;
  schema::ArtifactT artifact = singleLaunch(LastShared, {1}, {1}, list(writes(0), size({bytes}), scalar(3.5f)));
  ptxPlan(artifact).kernels[LastShared]->shared_bytes = bytes;
  ptxPlan(artifact).kernels[LastShared]->block = std::make_unique<schema::Dim3>(1, 1, 1);
  Tensor y = session(std::move(artifact)).run("", {}).value()[0];
  EXPECT_EQ(y.data<float>()[0], 3.5f);
}

TEST_P(CudaSession, KernelsSeeAlignedAddresses) {
  schema::ArtifactT artifact = emptyArtifact();
  auto entry = emptyEntry("main");
  entry->inputs = list(port("x", schema::ElementType::F32, {{1}}), port("w", schema::ElementType::F32, {{1}}));
  entry->outputs = list(port("y", schema::ElementType::F32, {{3}}), port("z", schema::ElementType::F32, {{3}}));
  schema::PlanT &plan = *entry->plans[0];
  plan.buffers = list(buffer(BufferKind::Input, 0, {4}), buffer(BufferKind::Input, 1, {4}),
                      buffer(BufferKind::Output, 0, {12}), buffer(BufferKind::Output, 1, {12}),
                      buffer(BufferKind::Arena, 0, {12}, 2, 3), buffer(BufferKind::Arena, 0, {12}, 2, 3));
  auto step = [](uint32_t from, uint32_t to) {
    return launch("step", list(variant(Misalignment, {3})), list(reads(from), writes(to)));
  };
  plan.steps = list(step(0, 2), step(1, 3), step(0, 4), step(1, 5), copy(4, 2), copy(5, 3));
  plan.buffers[4]->last = plan.buffers[5]->last = 5;
  artifact.entries.push_back(std::move(entry));
  addPtxTarget(artifact);
  Session gpu = session(std::move(artifact));
  Tensor one = Tensor::zeros(ElementType::F32, {1}).value();
  for (Tensor &output : gpu.run("", std::vector{one, one}).value())
    for (float distance : output.data<float>())
      EXPECT_EQ(distance, 0);
}

TEST_P(CudaSession, VariablesOfTheModuleHaveTheirValues) {
  Tensor y = session(singleLaunch(LookUp, {}, {1}, list(writes(0), size({1})))).run("", {}).value()[0];
  EXPECT_EQ(y.data<float>()[0], 2);
}

TEST_P(CudaSession, ImpossibleLaunchesAreNamed) {
  auto gridError = [&](std::vector<int64_t> sizes, std::unique_ptr<schema::Dim3> cluster = nullptr) {
    schema::ArtifactT artifact = singleLaunch(Coordinates, {1}, {sizes[0]}, list(writes(0)));
    ptxPlan(artifact).kernels[Coordinates]->cluster = std::move(cluster);
    auto &grid = ptxPlan(artifact).steps[0]->action.AsLaunch()->variants[0]->grid;
    grid[1] = expr({sizes[1]});
    grid[2] = expr({sizes[2]});
    Session gpu = session(std::move(artifact));
    return runError(gpu, {});
  };
  EXPECT_CONTAINS(gridError({int64_t(1) << 31, 1, 1}),
                  "grid at these sizes is 2147483648x1x1 blocks, a GPU runs at most 2147483647x65535x65535");
  EXPECT_CONTAINS(gridError({1, 65536, 1}), "1x65536x1 blocks");
  EXPECT_CONTAINS(gridError({1, 1, 65536}), "1x1x65536 blocks");
  EXPECT_CONTAINS(gridError({3, 1, 1}, std::make_unique<schema::Dim3>(2, 1, 1)),
                  "3x1x1 blocks, is no multiple of its cluster of 2x1x1");
  EXPECT_CONTAINS(gridError({2, 1, 1}, std::make_unique<schema::Dim3>(2, 1, 1)),
                  "step 0 'step': kernel 'coordinates' failed: ");

  schema::ArtifactT artifact = singleLaunch(Coordinates, {1}, {1}, list(writes(0), size({1})));
  ptxPlan(artifact).kernels[Coordinates]->parameters.push_back(schema::ParameterKind::Size);
  Session gpu = session(std::move(artifact));
  EXPECT_CONTAINS(runError(gpu, {}), "kernel 'coordinates' failed: ");
}

TEST_P(CudaSession, OutputsAreUsedAgainOnlyWhenDropped) {
  Session gpu = session(ptxSample());
  std::vector<Tensor> inputs = randomInputs(100);
  std::vector<Tensor> first = gpu.run("", inputs).value();
  Tensor copy = first[0].clone().value();
  std::vector<Tensor> second = gpu.run("", std::vector{inputs[1], inputs[0]}).value();
  EXPECT_NE(second[0].bytes(), first[0].bytes());
  EXPECT_TRUE(sameBits(first[0], copy));
}

TEST_P(CudaSession, SessionsOfOneProgramRunOnSeveralThreads) {
  Program program = loadFor(GetParam(), ptxSample()).value();
  std::vector<Tensor> inputs = randomInputs(500);
  std::vector<Tensor> expected = Session::create(program)->run("", inputs).value();
  std::vector<Session> sessions; // Made here, run elsewhere: the driver wants its context set in each thread.
  for (int t = 0; t < 4; ++t)
    ASSERT_TRUE(sessions.emplace_back(Session::create(program).value()).run("", inputs).ok());
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (Session &gpu : sessions)
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) {
        Result<std::vector<Tensor>> outputs = gpu.run("", inputs);
        right += outputs.ok() && sameBits((*outputs)[0], expected[0]) && sameBits((*outputs)[1], expected[1]);
      }
      right += gpu.readState("total")->data<float>()[7] == 42;
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(right, 4 * 6);
}

TEST(CudaSession, TheBandwidthOfCopiesIsMeasuredOnADeviceOnly) {
  EXPECT_GT(sessionFor(Device::Cuda, ptxSample()).copyBandwidth(1 << 20).value(), 0);
  EXPECT_CONTAINS(sessionFor(Device::Sim, ptxSample()).copyBandwidth(1 << 20).error().message, "no bandwidth");
}
