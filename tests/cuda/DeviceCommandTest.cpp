// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// tenon-run with --device: the simulator, a driver that FakeDriver.cpp stands in for, and none.
#include "runtime/Npy.h"
#include "runtime/RandomTensor.h"
#include "tests/cuda/PtxArtifact.h"
#include "tests/runtime/TenonRun.h"

#include <dlfcn.h>
#include <nlohmann/json.hpp>

using namespace tenon;
using namespace tenon::test;
using Json = nlohmann::json;

namespace {

/// The environment in which the driver is the fake one.
const std::string fakeDriver = "LD_LIBRARY_PATH=" TENON_FAKE_DRIVER;

class DeviceCommand : public TenonRun {
protected:
  void SetUp() override {
    TenonRun::SetUp();
    writeModel(ptxFileOf(ptxSample()));
  }
};

} // namespace

TEST_F(DeviceCommand, TheSimulatorGivesTheFilesOfTheCpu) {
  for (int i = 0; i < 2; ++i)
    ASSERT_TRUE(writeNpy(file(i ? "y.npy" : "x.npy"), randomTensor(1, i, ElementType::F32, {100}).value()).ok());
  std::string command = "run " + model + " --in x=" + file("x.npy") + " --in y=" + file("y.npy");
  auto outputs = [&](const std::string &name) {
    return " --out z=" + file(name + "z") + " --out sums=" + file(name + "s");
  };
  EXPECT_EQ(run(command + outputs("cpu")).status, 0);
  Outcome simulated = run(command + outputs("sim") + " --device sim");
  EXPECT_EQ(simulated.status, 0) << simulated.err;
  EXPECT_EQ(simulated.err, "");
  EXPECT_EQ(text(file("cpuz")), text(file("simz")));
  EXPECT_EQ(text(file("cpus")), text(file("sims")));
  EXPECT_CONTAINS(simulated.out, "sums: f32 [2] -> ");
}

TEST_F(DeviceCommand, TheSimulatorTellsNoTimes) {
  Outcome outcome = run("run " + model + " --random 1 --size N=100 --stats --device sim");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_CONTAINS(outcome.out, "simulated: no times\n");
  EXPECT_CONTAINS(outcome.out, "scale: double x");
  EXPECT_EQ(outcome.out.find("GB/s read"), std::string::npos) << outcome.out;
  Json json = Json::parse(run("run " + model + " --random 1 --size N=100 --json --device sim").out);
  EXPECT_EQ(json["device"], "sim");
  EXPECT_EQ(json["level"], "sm_80");
  EXPECT_EQ(json["device_name"], "Tenon PTX simulator (sm_80)");
  EXPECT_EQ(json["driver_version"], "13.0");
  EXPECT_FALSE(json.contains("timing"));
  EXPECT_TRUE(json["steps"][0]["seconds"].is_null());
}

TEST_F(DeviceCommand, OnAGpuRunsAreTimedAgainstItsCopies) {
  Outcome outcome = run("run " + model + " --random 1 --size N=2000 --device cuda --json", fakeDriver);
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  Json json = Json::parse(outcome.out);
  EXPECT_EQ(json["device"], "cuda");
  EXPECT_GE(json["timing"]["runs"], 3);
  EXPECT_GT(json["timing"]["fraction_of_copy"], 0);
  double sum = 0;
  for (const Json &step : json["steps"])
    sum += step["seconds"].get<double>();
  EXPECT_EQ(json["timing"]["best_seconds"], sum) << "the GPU's clock, not the host's";
  Outcome text = run("run " + model + " --random 1 --size N=2000 --device cuda", fakeDriver);
  EXPECT_CONTAINS(text.out, ", Tenon PTX simulator (sm_80), sm_80\n");
  EXPECT_CONTAINS(text.out, "% of a copy's");
}

TEST_F(DeviceCommand, FailuresAreOneSentenceAndStatusOne) {
  std::string arguments = "run " + model + " --random 1 --size N=100 --device ", cuda = arguments + "cuda",
              sim = arguments + "sim", none = file("cpu.tenon");
  ASSERT_TRUE(writeFileAtomically(none, {sampleBytes()}).ok());
  schema::ArtifactT broken = ptxSample();
  ptxPlan(broken).steps[0] = launch("copy x", list(variant(Overrun, {2})), list(reads(0), writes(2)));
  std::string overrun = file("overrun.tenon");
  ASSERT_TRUE(writeFileAtomically(overrun, {ptxFileOf(std::move(broken))}).ok());
  struct {
    std::string arguments, environment, message;
  } cases[] = {
      {cuda, fakeDriver + " TENON_FAKE_CUDA=no-device", "the NVIDIA driver shows no GPU; --device sim runs"},
      {cuda, fakeDriver + " TENON_FAKE_CUDA=capability=75",
       "has compute capability 7.5, the model's code is for sm_80"},
      {sim, "TENON_SIM=nonsense=1", "the simulator cannot be initialized: "},
      {"run " + none + " --random 1 --size N=1 --device sim", "", "compile it with `tenon compile --target sm_80`"},
      {"run " + overrun + " --random 1 --size N=100 --device sim", "", "kernel 'overrun' failed: overrun, line 209: "},
      {"run " + overrun + " --random 1 --size N=20000000000 --device sim", "", "are available"},
  };
  for (const auto &[arguments, environment, message] : cases) {
    Outcome outcome = run(arguments, environment);
    EXPECT_EQ(outcome.status, 1) << arguments;
    EXPECT_EQ(outcome.out, "") << arguments;
    EXPECT_CONTAINS(outcome.err, message);
    EXPECT_TRUE(outcome.err.starts_with("tenon-run: error: ")) << outcome.err;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }
}

TEST_F(DeviceCommand, WithoutADriverItSaysSo) {
  if (::dlopen("libcuda.so.1", RTLD_LAZY))
    GTEST_SKIP() << "this machine has a driver";
  Outcome outcome = run("run " + model + " --random 1 --size N=100 --device cuda");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err,
            "tenon-run: error: '" + model +
                "' cannot be loaded: no NVIDIA driver: libcuda.so.1 cannot be opened: cannot open shared "
                "object file: No such file or directory; --device sim runs the same code on the simulator\n");
}

TEST_F(DeviceCommand, AProgramFarFromItsLibraryFindsNoSimulator) {
  std::filesystem::create_directories(file("bin"));
  std::filesystem::copy_file(TENON_RUN, file("bin/tenon-run"));
  std::filesystem::permissions(file("bin/tenon-run"), std::filesystem::perms::owner_all);
  std::string arguments = " run " + model + " --random 1 --size N=100 --device sim 2>" + file("err");
  EXPECT_NE(std::system((file("bin/tenon-run") + arguments).c_str()), 0);
  EXPECT_CONTAINS(text(file("err")), "no simulator: libtenon_sim.so cannot be opened: ");
  // Where an installation puts it, then beside the program.
  std::filesystem::path library = std::filesystem::path(TENON_RUN).parent_path().parent_path() / "lib/libtenon_sim.so";
  for (const char *folder : {"lib", "bin"}) {
    std::filesystem::create_directories(file(folder));
    std::string link = file(std::string(folder) + "/libtenon_sim.so");
    std::filesystem::create_symlink(library, link);
    EXPECT_EQ(std::system((file("bin/tenon-run") + arguments + " >/dev/null").c_str()), 0) << text(file("err"));
    std::filesystem::remove(link);
  }
}

TEST_F(DeviceCommand, ALowerLevelIsAWarning) {
  schema::ArtifactT artifact = sampleArtifact();
  addPtxTarget(artifact, "sm_90a");
  addPtxTarget(artifact, "sm_80");
  writeModel(ptxFileOf(std::move(artifact)));
  Outcome outcome = run("run " + model + " --random 1 --size N=1 --device sim");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err,
            "tenon-run: warning: this GPU cannot run the model's code for sm_90a, that for sm_80 is used\n");
}

TEST_F(DeviceCommand, InspectShowsWhatIsForAGpu) {
  schema::ArtifactT artifact = ptxSample();
  ptxPlan(artifact).kernels[0]->cluster = std::make_unique<schema::Dim3>(2, 1, 1);
  writeModel(ptxFileOf(std::move(artifact)));
  Outcome shown = run("inspect " + model);
  EXPECT_EQ(shown.status, 0) << shown.err;
  for (const char *part :
       {"target 0: cpu x86-64", "target 1: ptx sm_80, ",
        "bytes of code, needs a GPU of compute capability 8.0 or above\n", "plan for target 1 (sm_80)",
        "scale (pointer, pointer, size, scalar), block (64, 1, 1), cluster (2, 1, 1), shared memory 0",
        "block_sum (pointer, pointer, size), block (64, 1, 1), shared memory 288 bytes"})
    EXPECT_CONTAINS(shown.out, part);
  Json json = Json::parse(run("inspect " + model + " --json").out);
  EXPECT_EQ(json["targets"][1]["compute_capability"]["number"], "8.0");
  EXPECT_EQ(json["entries"][0]["plans"][1]["kernels"][2]["block"], Json({64, 1, 1}));
  EXPECT_EQ(run("inspect " + model + " --ptx").out, kernelText());
  EXPECT_EQ(run("inspect " + model + " --ptx --json").status, 2);
  writeModel(ptxFileOf(ptxSample(), "\x1b[31m"));
  EXPECT_CONTAINS(run("inspect " + model + " --ptx").err, "the PTX for sm_80 is not text");
  writeModel(sampleBytes());
  EXPECT_CONTAINS(run("inspect " + model + " --ptx").err, "it has no PTX");
}
