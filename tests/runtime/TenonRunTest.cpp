// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The program tenon-run as a user meets it: output, messages, exit statuses.
#include "tests/runtime/TenonRun.h"
#include "runtime/Npy.h"
#include "runtime/RandomTensor.h"
#include "runtime/cpu/CpuFeatures.h"

#include <csignal>
#include <fcntl.h>
#include <nlohmann/json.hpp>

using namespace tenon;
using namespace tenon::test;
using Json = nlohmann::json;

TEST_F(TenonRun, RunsOnFiles) {
  Tensor x = randomTensor(1, 0, ElementType::F32, {100}).value(),
         y = randomTensor(1, 1, ElementType::F32, {100}).value();
  ASSERT_TRUE(writeNpy(file("x.npy"), x).ok() && writeNpy(file("y.npy"), y).ok());
  Outcome outcome = run("run " + model + " --in x=" + file("x.npy") + " --in y=" + file("y.npy") +
                        " --out z=" + file("z.npy") + " --out sums=" + file("sums.npy") + " --threads 2");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_CONTAINS(outcome.out, "z: f32 [100] -> ");
  EXPECT_EQ(readNpy(file("sums.npy"))->shape(), Shape{2});
  Outcome shown = run("run " + model + " --in x=" + file("x.npy") + " --in y=" + file("y.npy"));
  EXPECT_CONTAINS(shown.out, "sums: f32 [2] = ");
  Tensor z = readNpy(file("z.npy")).value();
  for (size_t i = 0; i < 100; ++i)
    EXPECT_EQ(z.data<float>()[i], 3 * (2 * x.data<float>()[i] + y.data<float>()[i]));
}

TEST_F(TenonRun, RandomRunsAreTimedAgainstACopy) {
  Outcome outcome = run("run " + model + " --random 1 --size N=10000 --threads 1 --json");
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  Json json = Json::parse(outcome.out);
  EXPECT_EQ(json["schema_version"], 1);
  EXPECT_EQ(json["entry"], "main");
  EXPECT_EQ(json["outputs"][0]["shape"], Json({10000}));
  EXPECT_GE(json["timing"]["runs"], 3);
  EXPECT_GT(json["timing"]["fraction_of_copy"], 0);
  EXPECT_EQ(json["timing"]["flops"], 10000);
  bool hasMultiplyAdd = hostCpu().features.contains("fma");
  if (hasMultiplyAdd) {
    EXPECT_GT(json["timing"]["fraction_of_multiply_add"], 0);
    EXPECT_EQ(json["timing"]["multiply_add_flops_per_second"].size(), 2);
  }
  // The first step counts what it reads and writes, and the copy of the state 32 bytes each way.
  EXPECT_EQ(json["timing"]["bytes"], 80000 + 64);
  EXPECT_EQ(json["steps"].size(), 6);

  Outcome text = run("run " + model + " --random 1 --size N=100 --stats");
  EXPECT_EQ(text.status, 0);
  EXPECT_CONTAINS(text.out, "bandwidth: ");
  EXPECT_EQ(text.out.find("arithmetic: ") != std::string::npos, hasMultiplyAdd) << text.out;
  EXPECT_CONTAINS(text.out, "scale: double x");
}

TEST_F(TenonRun, FailuresAreOneSentenceAndStatusOne) {
  ASSERT_TRUE(writeNpy(file("x.npy"), Tensor::zeros(ElementType::F32, {3}).value()).ok());
  ASSERT_TRUE(writeNpy(file("y.npy"), Tensor::zeros(ElementType::F32, {4}).value()).ok());
  struct {
    std::string arguments, message;
  } cases[] = {
      {"run " + file("missing.tenon") + " --random 1", "could not be opened"},
      {"run " + file("x.npy") + " --random 1", "does not begin as an artifact does"},
      {"run " + model + " --random 1", "add --size N=NUMBER"},
      {"run " + model + " --random 1 --size M=3 --size N=1", "has no size 'M'"},
      {"run " + model + " --random 1 --size N=1000000000000", "are available"},
      {"run " + model + " --entry other --random 1", "no entry 'other', only: main"},
      {"run " + model + " --in x=" + file("x.npy"), "input y: f32 [N] is not given; add --in y=FILE.npy"},
      {"run " + model + " --in q=" + file("x.npy"), "no input 'q', only: x, y"},
      {"run " + model + " --in x=" + file("x.npy") + " --in y=" + file("y.npy"), "'y' is f32 [4]"},
      {"run " + model + " --in x=" + file("x.npy") + " --in y=" + file("x.npy") + " --out z=/nonexistent/z.npy",
       "could not be opened for writing"},
      {"inspect " + file("x.npy"), "does not begin as an artifact does"},
  };
  for (const auto &[arguments, message] : cases) {
    Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, 1) << arguments;
    EXPECT_EQ(outcome.out, "") << arguments;
    EXPECT_CONTAINS(outcome.err, message);
    EXPECT_TRUE(outcome.err.starts_with("tenon-run: error: ")) << outcome.err;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }
}

TEST_F(TenonRun, UsageErrorsAreStatusTwo) {
  for (const std::string &arguments : std::vector<std::string>{
           "", "frobnicate", "run", "run " + model + " --in x", "run " + model + " --in x=a --in x=b",
           "run " + model + " --size N=-1 --random 1", "run " + model + " --random 1 --in x=a",
           "run " + model + " --random z", "run " + model + " --device gpu --random 1",
           "run " + model + " --threads many", "run " + model + " --nonsense", "inspect"}) {
    Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, 2) << arguments << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_TRUE(outcome.err.starts_with("tenon-run: error: ")) << arguments << outcome.err;
    EXPECT_CONTAINS(outcome.err, "--help");
  }
}

TEST_F(TenonRun, HelpAndVersionGoToStandardOutput) {
  for (const char *arguments : {"--help", "run --help", "inspect --help"}) {
    Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.err, "");
    if (std::string(arguments) != "--help")
      EXPECT_CONTAINS(outcome.out, "Example:");
  }
  Outcome version = run("--version");
  EXPECT_EQ(version.status, 0);
  EXPECT_CONTAINS(version.out, "tenon-run 0.");
  EXPECT_CONTAINS(version.out, "artifact schema 1\n");
  EXPECT_TRUE(version.out.ends_with('\n') && !version.out.ends_with("\n\n")) << version.out;
}

TEST_F(TenonRun, InspectTellsWhatIsInside) {
  Outcome text = run("inspect " + model);
  EXPECT_EQ(text.status, 0) << text.err;
  for (const char *part : {"entry main (x: f32 [N], y: f32 [N]) -> (z: f32 [N], sums: f32 [N ceildiv 64])",
                           "target 0: cpu x86-64", "needs sse2 (this CPU has it)", "arena, steps 0 to 1, N*4 bytes",
                           "double x: launch scale on (N ceildiv 64, 1, 1) with reads 0, writes 2, size N, bits",
                           "copy buffer 8 to 6", "states total: f32 [8]"})
    EXPECT_CONTAINS(text.out, part);
  Json json = Json::parse(run("inspect " + model + " --json").out);
  EXPECT_EQ(json["schema_version"], 1);
  EXPECT_EQ(json["entries"][0]["plans"][0]["steps"][0]["flops"], "N");
  EXPECT_EQ(json["entries"][0]["plans"][0]["buffers"][2]["last_step"], 1);
}

TEST_F(TenonRun, ALowerCodeLevelIsAWarning) {
  schema::ArtifactT artifact = sampleArtifact();
  artifact.targets.push_back(std::make_unique<schema::TargetT>(*artifact.targets[0]));
  artifact.targets[0]->level = "future";
  artifact.targets[0]->features = {"frobnicate"};
  auto plan = std::make_unique<schema::PlanT>(*artifact.entries[0]->plans[0]);
  plan->target = 1;
  artifact.entries[0]->plans.push_back(std::move(plan));
  writeModel(fileOf(std::move(artifact)));
  Outcome outcome = run("run " + model + " --random 1 --size N=1");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err,
            "tenon-run: warning: this CPU cannot run the model's code for future, that for x86-64 is used\n");
  EXPECT_EQ(run("run " + model + " --random 1 --size N=1 -q").err, "");
  EXPECT_CONTAINS(run("run " + model + " --random 1 --size N=1 -v").err, "entry 'main', code for x86-64");
}

TEST_F(TenonRun, ControlCStopsARunWithStatus130) {
  pid_t child = ::fork();
  if (child == 0) {
    int null = ::open("/dev/null", O_WRONLY);
    ::dup2(null, STDOUT_FILENO);
    ::dup2(null, STDERR_FILENO);
    ::execl(TENON_RUN, TENON_RUN, "run", model.c_str(), "--random", "1", "--size", "N=20000000", nullptr);
    ::_exit(99);
  }
  ::usleep(300000); // Well within the run, which measures for more than half a second at this size.
  ::kill(child, SIGINT);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
}
