// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// tenon-run run with --expect, --allowed, --save-inputs and --repeat.
#include "runtime/Npy.h"
#include "runtime/RandomTensor.h"
#include "tests/runtime/TenonRun.h"

#include <nlohmann/json.hpp>

using namespace tenon;
using namespace tenon::test;
using Json = nlohmann::json;

namespace {

/// With files of the sample's inputs, and of its output z = 3 * (2 * x + y).
class RunComparison : public TenonRun {
protected:
  void SetUp() override {
    TenonRun::SetUp();
    Outcome outcome = run("run " + model + " --random 7 --size N=100 --save-inputs " + file("saved/in") +
                          " --out z=" + file("z.npy"));
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    arguments = "run " + model + " --in x=" + file("saved/in/x.npy") + " --in y=" + file("saved/in/y.npy");
  }

  /// z.npy with elements 3 and 40 moved away by 0.5 and 2.
  std::string moved() const {
    Tensor z = readNpy(file("z.npy")).value();
    z.data<float>()[3] += 0.5f;
    z.data<float>()[40] += 2;
    EXPECT_TRUE(writeNpy(file("moved.npy"), z).ok());
    return file("moved.npy");
  }
  /// The same bound for each element but 40, which has its own.
  std::string bound(double all, double fortieth) const {
    Tensor bounds = Tensor::create(ElementType::F64, {100}).value();
    std::ranges::fill(bounds.data<double>(), all);
    bounds.data<double>()[40] = fortieth;
    EXPECT_TRUE(writeNpy(file("bound.npy"), bounds).ok());
    return file("bound.npy");
  }

  std::string arguments;
};

} // namespace

TEST_F(RunComparison, SavedInputsAreThoseOfTheSeed) {
  for (int i = 0; i < 2; ++i) {
    Tensor saved = readNpy(file(i ? "saved/in/y.npy" : "saved/in/x.npy")).value();
    Tensor made = randomTensor(7, i, ElementType::F32, {100}).value();
    ASSERT_EQ(saved.shape(), made.shape());
    EXPECT_EQ(std::memcmp(saved.bytes(), made.bytes(), made.byteCount()), 0);
  }
}

TEST_F(RunComparison, WithoutBoundsEveryBitCounts) {
  Outcome outcome = run(arguments + " --expect z=" + file("z.npy"));
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_CONTAINS(outcome.out, "check z: largest error 0, allowed 0\n");
  std::string expected = moved();
  outcome = run(arguments + " --expect z=" + expected);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_CONTAINS(outcome.out, "check z: largest error 2, allowed 0\n");
  EXPECT_EQ(outcome.err,
            "tenon-run: error: output 'z' differs from " + expected +
                " by 2 at [40], no difference is allowed; 2 of 100 elements differ by more than is allowed\n");
}

TEST_F(RunComparison, EachElementHasItsBound) {
  std::string compared = arguments + " --expect z=" + moved() + " --allowed z=";
  EXPECT_EQ(run(compared + bound(0.5, 2)).status, 0);
  EXPECT_CONTAINS(run(compared + bound(0.5, 2)).out, "check z: largest error 2, allowed 2\n");
  Outcome outcome = run(compared + bound(0.5, 1.5) + " --json");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_CONTAINS(outcome.err, "by 2 at [40], allowed are 1.5 there; 1 of 100 elements differ by more than is allowed");
  Json check = Json::parse(outcome.out)["check"];
  EXPECT_EQ(check, Json({{{"name", "z"},
                          {"largest_error", 2.0},
                          {"allowed_error", 1.5},
                          {"exceeding", 1},
                          {"within", false},
                          {"element", {40}}}}));
}

TEST_F(RunComparison, RunsOnFilesAreTimedWhereAskedFor) {
  Json json = Json::parse(run(arguments + " --json").out);
  EXPECT_FALSE(json.contains("timing"));
  json = Json::parse(run(arguments + " --repeat 5 --json --expect z=" + file("z.npy")).out);
  EXPECT_EQ(json["timing"]["runs"], 5);
  EXPECT_GT(json["timing"]["best_seconds"], 0);
  EXPECT_GE(json["timing"]["median_seconds"], json["timing"]["best_seconds"]);
  EXPECT_GT(json["timing"]["fraction_of_copy"], 0);
  EXPECT_EQ(json["timing"]["bytes"], 800 + 64);
  EXPECT_EQ(json["check"][0]["within"], true);
  EXPECT_FALSE(json.contains("driver_version")) << "on the CPU there is none";
  EXPECT_EQ(Json::parse(run("run " + model + " --random 1 --size N=10 --repeat 1 --json").out)["timing"]["runs"], 1);
}

TEST_F(RunComparison, FailuresAreOneSentenceAndStatusOne) {
  ASSERT_TRUE(writeNpy(file("three.npy"), Tensor::zeros(ElementType::F32, {3}).value()).ok());
  ASSERT_TRUE(writeFileAtomically(file("file"), {}).ok());
  schema::ArtifactT artifact = sampleArtifact();
  artifact.entries[0]->inputs[0]->name = "../x";
  std::string climbing = file("climbing.tenon");
  ASSERT_TRUE(writeFileAtomically(climbing, {fileOf(std::move(artifact))}).ok());
  struct {
    std::string arguments, message;
  } cases[] = {
      {arguments + " --expect q=" + file("z.npy"), "has no output 'q', only: z, sums"},
      {arguments + " --expect z=" + file("missing.npy"), "could not be opened"},
      {arguments + " --expect z=" + file("three.npy"), "'z' is f32 [100], what is expected is f32 [3]"},
      {arguments + " --expect z=" + file("z.npy") + " --allowed z=" + file("three.npy"),
       "the allowed errors of 'z' must be f64 or f32 [100], they are f32 [3]"},
      {"run " + model + " --random 1 --size N=1 --save-inputs " + file("file/in"), "cannot make the folder"},
      {"run " + climbing + " --random 1 --size N=1 --save-inputs " + file("climbing"),
       "input '../x' cannot be saved: its name is not that of a file"},
  };
  for (const auto &[arguments, message] : cases) {
    Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, 1) << arguments;
    EXPECT_EQ(outcome.out, "") << arguments;
    EXPECT_CONTAINS(outcome.err, message);
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }
  EXPECT_FALSE(std::filesystem::exists(file("x.npy")));
}

TEST_F(RunComparison, UsageErrorsAreStatusTwo) {
  for (const std::string &wrong :
       {arguments + " --expect z", arguments + " --allowed z=" + file("z.npy"), arguments + " --save-inputs d",
        arguments + " --expect z=a --allowed sums=b", arguments + " --repeat 0", arguments + " --repeat -1",
        arguments + " --repeat many", arguments + " --expect z=a --expect z=b"}) {
    Outcome outcome = run(wrong);
    EXPECT_EQ(outcome.status, 2) << wrong << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_CONTAINS(outcome.err, "--help");
  }
}
