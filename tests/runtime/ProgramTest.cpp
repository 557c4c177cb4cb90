// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loading of programs: targets, code, constants.
#include "runtime/Program.h"

#include "runtime/AtomicFile.h"
#include "runtime/MappedFile.h"
#include "runtime/Session.h"
#include "runtime/artifact/ContentHash.h"
#include "tests/runtime/TestArtifact.h"

#include <filesystem>
#include <gtest/gtest.h>

using namespace tenon;
using namespace tenon::test;

static std::string temporaryPath(const std::string &name) {
  return (std::filesystem::path(testing::TempDir()) / (std::to_string(::getpid()) + name)).string();
}

/// The message of the error that loading the sample with a change gives.
template <class Change> static std::string loadError(Change change) {
  schema::ArtifactT artifact = sampleArtifact();
  change(artifact);
  Result<Program> program = Program::fromBytes(fileOf(std::move(artifact)));
  return program.ok() ? "" : program.error().message;
}

TEST(Program, DescribesItsEntries) {
  Program program = Program::fromBytes(sampleBytes()).value();
  const EntryDescription &entry = *program.entry("").value();
  EXPECT_EQ(entry.name, "main");
  EXPECT_EQ(entry.symbols[0].name, "N");
  EXPECT_EQ(entry.symbols[0].maximum, int64_t(1) << 40);
  EXPECT_EQ(entry.inputs[1].text(), "y: f32 [N]");
  EXPECT_EQ(entry.outputs[1].text(), "sums: f32 [N ceildiv 64]");
  EXPECT_EQ(entry.states[0].text(), "total: f32 [8]");
  EXPECT_EQ(program.level(), "x86-64");
  EXPECT_NE(program.entry("other").error().message.find("no entry 'other', only: main"), std::string::npos);
}

TEST(Program, SavesWhatItWasLoadedFrom) {
  std::string path = temporaryPath("saved.tenon");
  ASSERT_TRUE(Program::fromBytes(sampleBytes())->save(path).ok());
  MappedFile file = MappedFile::open(path).value();
  std::vector<std::byte> expected = sampleBytes();
  EXPECT_TRUE(std::equal(file.bytes().begin(), file.bytes().end(), expected.begin(), expected.end()));
  EXPECT_TRUE(Program::load(path).ok());
  std::filesystem::remove(path);
  EXPECT_EQ(Program::load(path).error().kind, ErrorKind::Environment);
}

TEST(Program, TakesTheFirstTargetThatTheCpuCanRun) {
  auto addTarget = [](schema::ArtifactT &artifact, const char *level, std::vector<std::string> features) {
    auto target = std::make_unique<schema::TargetT>(*artifact.targets[0]);
    target->level = level;
    target->features = std::move(features);
    auto plan = std::make_unique<schema::PlanT>(*artifact.entries[0]->plans[0]);
    plan->target = static_cast<uint32_t>(artifact.targets.size());
    artifact.targets.push_back(std::move(target));
    artifact.entries[0]->plans.push_back(std::move(plan));
  };
  schema::ArtifactT artifact = sampleArtifact();
  artifact.targets[0]->features = {"frobnicate", "sse2"};
  artifact.targets[0]->level = "future";
  addTarget(artifact, "x86-64-b", {"sse2"});
  addTarget(artifact, "x86-64-c", {});
  EXPECT_EQ(Program::fromBytes(fileOf(std::move(artifact)))->level(), "x86-64-b");

  std::string message = loadError([](auto &artifact) { artifact.targets[0]->features = {"frobnicate", "sse2"}; });
  EXPECT_NE(message.find("needs: frobnicate;"), std::string::npos) << message;
}

TEST(Program, BadCodeAndConstantsAreNamed) {
  std::string message = loadError([](auto &a) { a.entries[0]->plans[0]->kernels[1]->symbol = "missing"; });
  EXPECT_NE(message.find("no function 'missing'"), std::string::npos) << message;
  message = loadError([](auto &a) { a.targets[0]->code = 1; });
  EXPECT_NE(message.find("machine code"), std::string::npos) << message;
  message = loadError([](auto &a) { a.constants[0]->type->shape[0] = expr({9}); });
  EXPECT_NE(message.find("constant 0: a tensor of shape [9] of f32 takes 36 bytes, not 32"), std::string::npos)
      << message;
  message = loadError([](auto &a) {
    a.states[0]->initial = 0;
    a.states[0]->type->shape[0] = expr({4});
  });
  EXPECT_NE(message.find("'total' starts as a constant of another"), std::string::npos) << message;
}

TEST(Program, ExternalConstantsAreMappedAndChecked) {
  std::string folder = temporaryPath("external"), weights = folder + "/weights.bin", model = folder + "/model.tenon";
  std::filesystem::create_directory(folder);
  // The constant starts at byte 4: not where kernels want it, so it is copied.
  std::vector<float> values = {-1, 10, 20, 30, 40, 50, 60, 70, 80};
  auto bytes = std::as_bytes(std::span(values));
  ASSERT_TRUE(writeFileAtomically(weights, {bytes}).ok());

  schema::ArtifactT artifact = sampleArtifact();
  artifact.constants[0]->section = -1;
  artifact.constants[0]->external = std::make_unique<schema::ExternalT>();
  schema::ExternalT &external = *artifact.constants[0]->external;
  external.path = "weights.bin";
  external.offset = 4;
  external.size = 32;
  external.file_size = bytes.size();
  external.modified = MappedFile::open(weights)->modified();
  ContentHash hash = contentHash(bytes.subspan(4, 32));
  external.hash = std::make_unique<schema::Hash>(hash.low, hash.high);
  artifact.states[0]->initial = 0;
  std::vector<std::byte> file = fileOf(std::move(artifact));
  ASSERT_TRUE(writeFileAtomically(model, {file}).ok());

  {
    Session session = Session::create(Program::load(model, {.verifyExternal = true}).value()).value();
    Tensor total = session.readState("total").value();
    EXPECT_EQ(total.data<float>()[7], 80);
  }
  // The same size and time with other content: seen only by its hash.
  auto time = std::filesystem::last_write_time(weights);
  values[3] = 0;
  ASSERT_TRUE(writeFileAtomically(weights, {std::as_bytes(std::span(values))}).ok());
  std::filesystem::last_write_time(weights, time);
  EXPECT_TRUE(Program::load(model).ok());
  EXPECT_NE(Program::load(model, {.verifyExternal = true}).error().message.find("other content"), std::string::npos);
  // Another time, then another size.
  std::filesystem::last_write_time(weights, time + std::chrono::seconds(5));
  EXPECT_NE(Program::load(model).error().message.find("has changed"), std::string::npos);
  std::filesystem::resize_file(weights, 8);
  EXPECT_NE(Program::load(model).error().message.find("has changed"), std::string::npos);
  std::filesystem::remove_all(folder);
}
