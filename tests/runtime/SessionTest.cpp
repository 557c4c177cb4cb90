// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Running of programs: numbers, shapes, states, memory, cancelling.
#include "runtime/Session.h"

#include "runtime/RandomTensor.h"
#include "tests/runtime/TestArtifact.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace tenon;
using namespace tenon::test;
using schema::BufferKind, schema::ExprOp;

namespace {
Session sampleSession(SessionOptions options = {}) {
  return Session::create(Program::fromBytes(sampleBytes()).value(), options).value();
}

std::vector<Tensor> randomInputs(int64_t size) {
  return {randomTensor(1, 0, ElementType::F32, {size}).value(), randomTensor(1, 1, ElementType::F32, {size}).value()};
}

bool sameBits(const Tensor &a, const Tensor &b) {
  return a.shape() == b.shape() && std::memcmp(a.bytes(), b.bytes(), a.byteCount()) == 0;
}

std::string runError(Session &session, std::string_view entry, std::vector<Tensor> inputs) {
  Result<std::vector<Tensor>> result = session.run(entry, inputs);
  return result.ok() ? "" : result.error().message;
}

#define EXPECT_CONTAINS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)
} // namespace

TEST(Session, ComputesTheSampleAtManySizes) {
  Session session = sampleSession({.threads = 2});
  for (int64_t size : {0, 1, 63, 64, 65, 1000, 100000, 64}) {
    std::vector<Tensor> inputs = randomInputs(size);
    std::vector<Tensor> outputs = session.run("main", inputs).value();
    ASSERT_EQ(outputs.size(), 2u);
    ASSERT_EQ(outputs[0].shape(), Shape{size});
    ASSERT_EQ(outputs[1].shape(), Shape{(size + 63) / 64});
    auto x = inputs[0].data<float>(), y = inputs[1].data<float>(), z = outputs[0].data<float>();
    for (size_t i = 0; i < z.size(); ++i)
      ASSERT_EQ(z[i], (2 * x[i] + y[i]) * 3);
    for (size_t block = 0; block < outputs[1].data<float>().size(); ++block) {
      double sum = 0, magnitude = 0;
      for (size_t i = block * 64; i < std::min<size_t>(block * 64 + 64, z.size()); ++i) {
        sum += 2.0 * x[i] + y[i];
        magnitude += std::fabs(2.0 * x[i] + y[i]);
      }
      // 64 additions in float32, each off by at most half a unit in the last place of a partial sum.
      ASSERT_NEAR(outputs[1].data<float>()[block], sum, 64 * 0x1p-24 * magnitude);
    }
  }
}

TEST(Session, TheNumberOfThreadsNeverChangesBits) {
  std::vector<Tensor> inputs = randomInputs(123457), first;
  for (unsigned threads : {1u, 2u, 3u, 7u}) {
    Session session = sampleSession({.threads = threads});
    EXPECT_EQ(session.threadCount(), threads);
    for (int repeat = 0; repeat < 3; ++repeat) {
      std::vector<Tensor> outputs = session.run("", inputs).value();
      if (first.empty())
        first = outputs;
      EXPECT_TRUE(sameBits(first[0], outputs[0]) && sameBits(first[1], outputs[1]));
    }
  }
}

TEST(Session, MismatchedInputsAreNamedWithBothShapes) {
  Session session = sampleSession();
  Tensor four = Tensor::zeros(ElementType::F32, {4}).value(), five = Tensor::zeros(ElementType::F32, {5}).value();
  EXPECT_CONTAINS(runError(session, "main", {four}), "takes 2 inputs, 1 were given");
  EXPECT_CONTAINS(runError(session, "main", {four, five}),
                  "input 'y' is f32 [5], entry 'main' expects f32 [N] with N = 4");
  EXPECT_CONTAINS(runError(session, "main", {Tensor::zeros(ElementType::F64, {4}).value(), five}),
                  "input 'x' is f64 [4], entry 'main' expects f32 [N]");
  EXPECT_CONTAINS(runError(session, "main", {Tensor::zeros(ElementType::F32, {2, 2}).value(), five}),
                  "input 'x' is f32 [2, 2]");
  EXPECT_CONTAINS(runError(session, "nope", {four, four}), "no entry 'nope'");
}

TEST(Session, BoundsDivisorsAndChecksAreEnforced) {
  schema::ArtifactT artifact = sampleArtifact();
  schema::SymbolT &symbolN = *artifact.entries[0]->symbols[0];
  symbolN.minimum = 8;
  symbolN.maximum = 64;
  symbolN.divisor = 4;
  artifact.entries[0]->plans[0]->steps.insert(artifact.entries[0]->plans[0]->steps.begin(),
                                              check({symbol(0), 24, ExprOp::Mod}, {0}, "N must be a multiple of 24"));
  for (auto &buffer : artifact.entries[0]->plans[0]->buffers)
    if (buffer->kind == BufferKind::Arena)
      ++buffer->first, ++buffer->last;
  Session session = Session::create(Program::fromBytes(fileOf(std::move(artifact))).value()).value();
  EXPECT_CONTAINS(runError(session, "", randomInputs(4)), "size N is 4, entry 'main' allows 8 to 64");
  EXPECT_CONTAINS(runError(session, "", randomInputs(68)), "allows 8 to 64");
  EXPECT_CONTAINS(runError(session, "", randomInputs(10)), "allows multiples of 4");
  EXPECT_CONTAINS(runError(session, "", randomInputs(12)), "N must be a multiple of 24 (12 is not 0)");
  EXPECT_EQ(runError(session, "", randomInputs(48)), "");
}

TEST(Session, StatesPersistAndBelongToTheSession) {
  Session one = sampleSession(), two = sampleSession();
  std::vector<Tensor> inputs = randomInputs(10);
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(one.run("", inputs).ok());
  Tensor total = one.readState("total").value();
  EXPECT_EQ(total.data<float>()[7], 21);
  Tensor other = two.readState("total").value();
  EXPECT_EQ(other.data<float>()[7], 0);

  ASSERT_TRUE(one.writeState("total", Tensor::of<float>({1, 1, 1, 1, 1, 1, 1, 1}, {8}).value()).ok());
  ASSERT_TRUE(one.run("", inputs).ok());
  total = one.readState("total").value();
  EXPECT_EQ(total.data<float>()[7], 8);
  EXPECT_CONTAINS(one.writeState("total", Tensor::zeros(ElementType::F32, {7}).value()).error().message,
                  "is f32 [8], the new value is f32 [7]");
  EXPECT_CONTAINS(one.readState("nope").error().message, "its states are: total");
}

TEST(Session, ACancelIsHonouredOnlyBeforeStatesAreWritten) {
  Session session = sampleSession();
  std::vector<Tensor> inputs = randomInputs(100);
  std::atomic<bool> cancel = false;
  for (size_t at = 0; at < 6; ++at) {
    cancel = false;
    RunOptions options;
    options.cancel = &cancel;
    options.progress = [&](size_t done, size_t total, std::string_view) {
      EXPECT_EQ(total, 6u);
      cancel = cancel || done == at;
    };
    Tensor before = session.readState("total").value();
    Result<std::vector<Tensor>> result = session.run("", inputs, options);
    Tensor after = session.readState("total").value();
    // Set while step `at` runs, seen before the next; the last step, 5, is the one that writes the state.
    EXPECT_EQ(result.ok(), at >= 5) << at;
    if (!result.ok())
      EXPECT_EQ(result.error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(sameBits(before, after), !result.ok());
  }
}

TEST(Session, AfterAStateIsWrittenACancelIsTooLate) {
  schema::ArtifactT artifact = sampleArtifact();
  schema::PlanT &plan = *artifact.entries[0]->plans[0];
  // The state is now written in step 0, and the other steps follow.
  std::rotate(plan.steps.begin(), plan.steps.begin() + 4, plan.steps.end());
  for (auto &buffer : plan.buffers)
    if (buffer->kind == BufferKind::Arena) {
      buffer->first = (buffer->first + 2) % 6;
      buffer->last = (buffer->last + 2) % 6;
    }
  Session session = Session::create(Program::fromBytes(fileOf(std::move(artifact))).value()).value();
  std::atomic<bool> cancel = false;
  RunOptions options;
  options.cancel = &cancel;
  options.progress = [&](size_t done, size_t, std::string_view) { cancel = done >= 1; };
  EXPECT_TRUE(session.run("", randomInputs(100), options).ok());
}

TEST(Session, ProfilesEachStep) {
  Session session = sampleSession();
  std::vector<StepProfile> profiles;
  RunOptions options;
  options.profile = [&](const StepProfile &profile) { profiles.push_back(profile); };
  ASSERT_TRUE(session.run("", randomInputs(100), options).ok());
  ASSERT_EQ(profiles.size(), 6u);
  EXPECT_EQ(profiles[0].name, "double x");
  EXPECT_EQ(profiles[0].kernel, "scale");
  EXPECT_EQ(profiles[0].bytesRead, 400);
  EXPECT_EQ(profiles[0].flops, 100);
  EXPECT_EQ(profiles[5].kernel, "");
  EXPECT_EQ(profiles[5].bytesWritten, 32);
  EXPECT_GT(profiles[0].seconds, 0);
  // Without blocks nothing is launched: only the state's two steps are left.
  profiles.clear();
  ASSERT_TRUE(session.run("", randomInputs(0), options).ok());
  EXPECT_EQ(profiles.size(), 2u);
}

TEST(Session, ThePeakIsKnownAndEnforced) {
  Session session = sampleSession({.threads = 2, .memoryLimit = 20000});
  PeakMemory peak = session.peakMemory("main", {{"N", 1000}}).value();
  // t and u live at the same time, 4000 bytes each in units of 64; the small buffer of step 4 fits into their place.
  EXPECT_EQ(peak.arena, 2 * 4032u);
  EXPECT_EQ(peak.workspace, 2 * 64u);
  EXPECT_EQ(peak.outputs, 4000u + 64);
  EXPECT_TRUE(session.run("", randomInputs(1000)).ok());
  std::string message = runError(session, "", randomInputs(10000));
  EXPECT_CONTAINS(message, "needs 120");
  EXPECT_CONTAINS(message, "20000 are available");
  EXPECT_CONTAINS(session.peakMemory("", {}).error().message, "size N of entry 'main' is not given");
  EXPECT_CONTAINS(session.peakMemory("", {{"N", 1}, {"M", 1}}).error().message, "has no size 'M'");
  Result<Session> small = Session::create(Program::fromBytes(sampleBytes()).value(), {.memoryLimit = 31});
  EXPECT_CONTAINS(small.error().message, "states of the model need at least 32 bytes, 31 are available");
  // More than any machine has: refused before anything is allocated.
  Session unlimited = sampleSession();
  EXPECT_GT(unlimited.peakMemory("", {{"N", int64_t(1) << 40}})->total(), uint64_t(1) << 43);
}

TEST(Session, VariantsAreChosenBySize) {
  // y = 2 x where N is a multiple of 64, else 3 x.
  schema::ArtifactT artifact = emptyArtifact();
  auto entry = emptyEntry("main");
  auto symbolN = std::make_unique<schema::SymbolT>();
  symbolN->name = "N";
  entry->symbols.push_back(std::move(symbolN));
  const Items n = {symbol(0)}, bytes = {symbol(0), 4, ExprOp::Mul}, blocks = {symbol(0), 64, ExprOp::CeilDiv};
  entry->inputs = list(port("x", schema::ElementType::F32, {n}));
  entry->outputs = list(port("y", schema::ElementType::F32, {n}));
  schema::PlanT &plan = *entry->plans[0];
  plan.buffers = list(buffer(BufferKind::Input, 0, bytes), buffer(BufferKind::Output, 0, bytes));
  plan.kernels[Add] = std::make_unique<schema::KernelT>(*plan.kernels[Scale]);
  plan.kernels[Add]->name = "other";
  plan.steps = list(launch("step", list(variant(Scale, blocks, {{symbol(0), 64, ExprOp::Mod}}), variant(Add, blocks)),
                           list(reads(0), writes(1), size(n), scalar(2))));
  artifact.entries.push_back(std::move(entry));
  Session session = Session::create(Program::fromBytes(fileOf(std::move(artifact))).value()).value();
  for (auto [size, kernel] : {std::pair(int64_t(128), "scale"), {100, "other"}, {128, "scale"}}) {
    RunOptions options;
    options.profile = [&, kernel = kernel](const StepProfile &profile) { EXPECT_EQ(profile.kernel, kernel); };
    ASSERT_TRUE(session.run("", std::vector{randomInputs(size)[0]}, options).ok());
  }
}

TEST(Session, BlocksAreNumberedRowMajor) {
  schema::ArtifactT artifact = emptyArtifact();
  auto entry = emptyEntry("main");
  entry->outputs = list(port("y", schema::ElementType::F32, {{3}, {5}, {7}}));
  schema::PlanT &plan = *entry->plans[0];
  plan.buffers = list(buffer(BufferKind::Output, 0, {420}));
  plan.steps = list(launch("step", list(variant(Coordinates, {7})), list(writes(0))));
  auto &grid = plan.steps[0]->action.AsLaunch()->variants[0]->grid;
  grid[1] = expr({5});
  grid[2] = expr({3});
  artifact.entries.push_back(std::move(entry));
  Session session = Session::create(Program::fromBytes(fileOf(std::move(artifact))).value(), {.threads = 3}).value();
  Tensor y = session.run("", {}).value()[0];
  for (int i = 0; i < 105; ++i)
    EXPECT_EQ(y.data<float>()[static_cast<size_t>(i)], i / 35 * 10000 + i / 7 % 5 * 100 + i % 7);
}

/// y = 3 t, where t = 2 x is written for its first block only: what a mistaken schedule would do.
static schema::ArtifactT partlyWritten() {
  schema::ArtifactT artifact = emptyArtifact();
  auto entry = emptyEntry("main");
  entry->inputs = list(port("x", schema::ElementType::F32, {{128}}));
  entry->outputs = list(port("y", schema::ElementType::F32, {{128}}));
  schema::PlanT &plan = *entry->plans[0];
  plan.buffers = list(buffer(BufferKind::Input, 0, {512}), buffer(BufferKind::Output, 0, {512}),
                      buffer(BufferKind::Arena, 0, {512}, 0, 1), buffer(BufferKind::Arena, 0, {512}, 2, 3));
  auto step = [](uint32_t from, uint32_t to, int64_t blocks) {
    return launch("step", list(variant(Scale, {blocks})), list(reads(from), writes(to), size({128}), scalar(1)));
  };
  // The second arena buffer takes the place of the first, and would show its old content.
  plan.steps = list(step(0, 2, 2), step(2, 1, 2), step(0, 3, 1), step(3, 1, 2));
  artifact.entries.push_back(std::move(entry));
  return artifact;
}

TEST(Session, PoisonShowsMemoryThatNoStepWrote) {
  Program program = Program::fromBytes(fileOf(partlyWritten())).value();
  std::vector<Tensor> inputs = {randomTensor(1, 0, ElementType::F32, {128}).value()};
  Tensor poisoned = Session::create(program, {.poisonFreed = true})->run("", inputs).value()[0];
  EXPECT_EQ(poisoned.data<float>()[63], inputs[0].data<float>()[63]);
  for (size_t i = 64; i < 128; ++i)
    EXPECT_TRUE(std::isnan(poisoned.data<float>()[i]));
  // Without poison the mistake is hidden: that is why the mode exists.
  EXPECT_TRUE(sameBits(Session::create(program)->run("", inputs).value()[0], inputs[0]));
}

TEST(Session, OutputsAreUsedAgainOnlyWhenDropped) {
  Session session = sampleSession();
  std::vector<Tensor> inputs = randomInputs(100);
  std::vector<Tensor> first = session.run("", inputs).value();
  Tensor copy = first[0].clone().value();
  const std::byte *kept = first[0].bytes();
  std::vector<Tensor> second = session.run("", std::vector{inputs[1], inputs[0]}).value();
  EXPECT_NE(second[0].bytes(), kept);
  EXPECT_TRUE(sameBits(first[0], copy));
  const std::byte *dropped = second[0].bytes();
  second.clear();
  EXPECT_EQ(session.run("", inputs).value()[0].bytes(), dropped);
}

TEST(Session, BorrowedInputsNeedNoAlignment) {
  Session session = sampleSession();
  std::vector<float> values(101, 1);
  Tensor x = Tensor::borrow(ElementType::F32, {100}, values.data() + 1, 400).value();
  std::vector<Tensor> outputs = session.run("", std::vector{x, x}).value();
  EXPECT_EQ(outputs[0].data<float>()[99], 9);
}

TEST(Session, KernelsSeeAlignedAddresses) {
  schema::ArtifactT artifact = emptyArtifact();
  auto entry = emptyEntry("main");
  entry->inputs = list(port("x", schema::ElementType::F32, {{1}}));
  entry->outputs = list(port("y", schema::ElementType::F32, {{100}}));
  schema::PlanT &plan = *entry->plans[0];
  plan.buffers = list(buffer(BufferKind::Input, 0, {4}), buffer(BufferKind::Output, 0, {400}));
  plan.steps = list(launch("step", list(variant(Misalignment, {100})), list(reads(0), writes(1))));
  artifact.entries.push_back(std::move(entry));
  Session session = Session::create(Program::fromBytes(fileOf(std::move(artifact))).value(), {.threads = 3}).value();
  float values[2] = {};
  Tensor x = Tensor::borrow(ElementType::F32, {1}, values + 1, 4).value();
  Tensor y = session.run("", std::vector{x}).value()[0];
  for (float distance : y.data<float>())
    EXPECT_EQ(distance, 0);
}

TEST(Session, RelocatedConstantsAreSeen) {
  schema::ArtifactT artifact = emptyArtifact();
  auto entry = emptyEntry("main");
  entry->outputs = list(port("y", schema::ElementType::F32, {}));
  schema::PlanT &plan = *entry->plans[0];
  plan.buffers = list(buffer(BufferKind::Output, 0, {4}));
  plan.steps = list(launch("step", list(variant(LookUp, {1})), list(writes(0), size({1}))));
  artifact.entries.push_back(std::move(entry));
  Session session = Session::create(Program::fromBytes(fileOf(std::move(artifact))).value()).value();
  Tensor y = session.run("", {}).value()[0];
  EXPECT_EQ(y.data<float>()[0], 2);
}
