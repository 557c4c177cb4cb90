// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// States of graphs, and graphs as files.
#include "frontend/Graph.h"

#include "tests/frontend/TestTensors.h"

using namespace tenon;
using namespace tenon::test;

namespace {

using Floats = std::vector<float>;

TEST(GraphState, startsAsZerosAndIsUpdatedByItsOldValue) {
  auto g = Graph();
  auto total = g.state("total", f32, {2});
  auto x = g.input("x", f32, {2});
  g.update(total, total + x);
  auto f = compiled(g, {Output("before", total), Output("after", total + x)});
  auto first = f.run({floats({1, 2})}).value();
  EXPECT_EQ(floatsOf(first[0]), Floats({0, 0}));
  EXPECT_EQ(floatsOf(first[1]), Floats({1, 2}));
  auto second = f.run({floats({10, 20})}).value();
  EXPECT_EQ(floatsOf(second[0]), Floats({1, 2}));
  EXPECT_EQ(floatsOf(second[1]), Floats({11, 22}));
  EXPECT_EQ(floatsOf(f.session().readState("total").value()), Floats({11, 22}));
  EXPECT_EQ(floatsOf(first[0]), Floats({0, 0})); // what was given out stays
}

TEST(GraphState, twoAreSwapped) {
  auto g = Graph();
  auto a = g.state("a", f32, {3}), b = g.state("b", f32, {3});
  g.update(a, b);
  g.update(b, a);
  auto f = compiled(g, {});
  ASSERT_TRUE(f.session().writeState("a", floats({1, 2, 3})).ok());
  ASSERT_TRUE(f.session().writeState("b", floats({4, 5, 6})).ok());
  EXPECT_TRUE(f.run({}).value().empty());
  EXPECT_EQ(floatsOf(f.session().readState("a").value()), Floats({4, 5, 6}));
  EXPECT_EQ(floatsOf(f.session().readState("b").value()), Floats({1, 2, 3}));
  f.run({}).value();
  EXPECT_EQ(floatsOf(f.session().readState("a").value()), Floats({1, 2, 3}));
}

TEST(GraphState, oneThatReadsTheOtherSeesItsOldValue) {
  auto g = Graph();
  auto a = g.state("a", f32, {2}), b = g.state("b", f32, {2});
  auto x = g.input("x", f32, {2});
  g.update(a, x);
  g.update(b, a * 10.0 + b);
  auto f = compiled(g, {a - b});
  EXPECT_EQ(floatsOf(f(floats({1, 2})).value()), Floats({0, 0}));
  EXPECT_EQ(floatsOf(f(floats({3, 4})).value()), Floats({1, 2}));
  EXPECT_EQ(floatsOf(f(floats({5, 6})).value()), Floats({3 - 10, 4 - 20}));
  EXPECT_EQ(floatsOf(f.session().readState("b").value()), Floats({40, 60}));
}

TEST(GraphState, isUpdatedByItselfInAnotherOrder) {
  auto g = Graph();
  auto reversed = g.state("reversed", f32, {3}), turned = g.state("turned", f32, {2, 2});
  g.update(reversed, slice(reversed, {2}, {3}, {-1}));
  g.update(turned, transpose(turned, {1, 0}));
  auto f = compiled(g, {reversed});
  ASSERT_TRUE(f.session().writeState("reversed", floats({1, 2, 3})).ok());
  ASSERT_TRUE(f.session().writeState("turned", floats({1, 2, 3, 4}, {2, 2})).ok());
  EXPECT_EQ(floatsOf(f().value()), Floats({1, 2, 3}));
  EXPECT_EQ(floatsOf(f().value()), Floats({3, 2, 1}));
  EXPECT_EQ(floatsOf(f().value()), Floats({1, 2, 3}));
  EXPECT_EQ(floatsOf(f.session().readState("turned").value()), Floats({1, 3, 2, 4}));
}

TEST(GraphState, isSetByAConstantOrAnInput) {
  auto g = Graph();
  auto a = g.state("a", f32, {2}), b = g.state("b", f32, {});
  g.update(a, g.constant(floats({5, 6})));
  g.update(b, g.input("x", f32, {}));
  auto f = compiled(g, {a, b});
  auto out = f.run({floats({9}, {})}).value();
  EXPECT_EQ(floatsOf(out[0]), Floats({0, 0}));
  out = f.run({floats({1}, {})}).value();
  EXPECT_EQ(floatsOf(out[0]), Floats({5, 6}));
  EXPECT_EQ(floatsOf(out[1]), Floats({9}));
}

TEST(GraphState, ofAnOutputIsNotShared) {
  auto g = Graph();
  auto a = g.state("a", f32, {2});
  auto f = compiled(g, {a});
  auto out = f().value();
  out.data<float>()[0] = 7;
  EXPECT_EQ(floatsOf(f().value()), Floats({0, 0}));
}

TEST(GraphState, belongsToEachFunctionAlone) {
  auto g = Graph();
  auto a = g.state("a", f32, {});
  g.update(a, a + 1.0);
  auto first = compiled(g, {a}), second = compiled(g, {a});
  first().value();
  EXPECT_EQ(floatsOf(first().value()), Floats({1}));
  EXPECT_EQ(floatsOf(second().value()), Floats({0}));
}

TEST(GraphState, writeNeedsTheStatesTypeAndShape) {
  auto g = Graph();
  auto f = compiled(g, {g.state("a", f32, {2})});
  Status status = f.session().writeState("a", floats({1}));
  ASSERT_FALSE(status.ok());
  EXPECT_TRUE(contains(status.error().message, "f32 [2]")) << status.error().message;
  EXPECT_TRUE(contains(status.error().message, "f32 [1]")) << status.error().message;
  EXPECT_FALSE(f.session().readState("b").ok());
}

//===- Files
//-----------------------------------------------------------------------------------------------------------===//

TEST(GraphFile, givesTheSameBitsAsTheGraph) {
  auto g = Graph();
  auto mean = g.state("mean", f32, {403});
  auto x = g.input("x", f32, {"n", 403});
  auto bias = g.constant(floats(scattered(403)));
  g.update(mean, mean * 0.9 + bias);
  auto f = compiled(g, {Output("y", gelu(x + bias) * mean + tanh(x))});
  ScratchFile file("graph.tenon");
  f.save(file.path).value();
  auto loaded = Function::load(file.path).value();
  EXPECT_EQ(loaded.program().entries().at(0).outputs.at(0).name, "y");
  auto in = floats(scattered(100 * 403), {100, 403});
  for (int call = 0; call < 3; ++call)
    EXPECT_EQ(bytesOf(loaded(in).value()), bytesOf(f(in).value())) << "call " << call;
  EXPECT_EQ(bytesOf(loaded.session().readState("mean").value()), bytesOf(f.session().readState("mean").value()));
  // What is saved later begins with zeros all the same: a file holds the program, not the session.
  f.save(file.path).value();
  EXPECT_EQ(floatsOf(Function::load(file.path).value().session().readState("mean").value()), Floats(403, 0.0f));
}

TEST(GraphFile, holdsCodeForSeveralTargets) {
  auto g = Graph();
  auto x = g.input("x", f32, {"n"});
  CompileSettings settings;
  settings.targets = {"x86-64-v3", "native"};
  auto f = compile(g, {x * 2.0 + 1.0}, settings).value();
  ScratchFile file("targets.tenon");
  f.save(file.path).value();
  EXPECT_EQ(floatsOf(Function::load(file.path).value()(floats({1, 2})).value()), Floats({3, 5}));
}

TEST(GraphFile, missingOrUnwritableIsAnError) {
  std::string path = testing::TempDir() + "no such folder/x.tenon";
  Result<Function> loaded = Function::load(path);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().kind, ErrorKind::Environment);
  EXPECT_TRUE(contains(loaded.error().message, path)) << loaded.error().message;
  auto g = Graph();
  Status saved = compiled(g, {relu(g.input("x", f32, {2}))}).save(path);
  ASSERT_FALSE(saved.ok());
  EXPECT_TRUE(contains(saved.error().message, path)) << saved.error().message;
}

} // namespace
