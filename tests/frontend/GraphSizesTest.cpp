// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sizes with names: bounds, equalities and expressions, when a graph is built and when it runs.
#include "frontend/Graph.h"

#include "tests/frontend/TestTensors.h"

using namespace tenon;
using namespace tenon::test;

namespace {

using Floats = std::vector<float>;

std::string runError(Function &function, const std::vector<Tensor> &inputs) {
  auto outputs = function.run(inputs);
  EXPECT_FALSE(outputs.ok());
  return outputs.ok() ? "" : outputs.error().message;
}

TEST(GraphSizes, oneCodeRunsAllSizes) {
  auto g = Graph();
  auto x = g.input("x", f32, {"rows", "columns"});
  auto bias = g.input("bias", f32, {"columns"});
  auto f = compiled(g, {relu(x + bias)});
  for (int64_t rows : {0, 1, 3, 64})
    for (int64_t columns : {0, 1, 7, 129}) {
      auto in = scattered(rows * columns), add = scattered(columns);
      auto out = f(floats(in, {rows, columns}), floats(add)).value();
      Floats expected;
      for (int64_t i = 0; i < rows * columns; ++i)
        expected.push_back(std::max(in[i] + add[i % columns], 0.0f));
      EXPECT_EQ(out.shape(), Shape({rows, columns}));
      EXPECT_EQ(floatsOf(out), expected);
    }
}

TEST(GraphSizes, expressionsFollowFromTheSizesOfOtherInputs) {
  auto g = Graph();
  auto x = g.input("x", f32, {"2*T+1"});
  auto y = g.input("y", f32, {"T"});
  auto f = compiled(g, {slice(x, {1}, {"T"}, {2}) * y});
  EXPECT_EQ(floatsOf(f(floats({1, 2, 3, 4, 5}), floats({10, 20})).value()), Floats({20, 80}));
  std::string message = runError(f, {floats({1, 2, 3, 4}), floats({10, 20})});
  EXPECT_TRUE(contains(message, "[4]")) << message;
  EXPECT_TRUE(contains(message, "[2*T+1] with T = 2")) << message;
}

TEST(GraphSizes, declaredBoundsAreCheckedWhenRun) {
  auto g = Graph();
  g.declareSize("n", 2, 8, 2);
  auto f = compiled(g, {g.input("x", f32, {"n"}) + 1.0});
  EXPECT_EQ(floatsOf(f(floats({1, 2})).value()), Floats({2, 3}));
  EXPECT_TRUE(f(floats(scattered(8))).ok());
  for (int64_t bad : {0, 3, 10}) {
    std::string message = runError(f, {floats(scattered(bad))});
    EXPECT_TRUE(contains(message, "size n is " + std::to_string(bad))) << message;
  }
}

TEST(GraphSizes, declaredBoundsAllowSlices) {
  auto g = Graph();
  g.declareSize("n", 1, 1000);
  auto x = g.input("x", f32, {"n"});
  auto f = compiled(g, {slice(x, {1}, {"n-1"}) - slice(x, {0}, {"n-1"})});
  EXPECT_EQ(floatsOf(f(floats({1, 3, 6})).value()), Floats({2, 3}));
  EXPECT_EQ(f(floats({1})).value().shape(), Shape({0}));
}

TEST(GraphSizes, assumedEqualitiesLetShapesFit) {
  auto g = Graph();
  auto x = g.input("x", f32, {"n"});
  auto y = g.input("y", f32, {"m"});
  auto twice = x + x;
  g.assumeEqual("n", "m");
  auto f = compiled(g, {twice + y});
  EXPECT_EQ(floatsOf(f(floats({1, 2}), floats({3, 4})).value()), Floats({5, 8}));
  std::string message = runError(f, {floats({1, 2}), floats({3, 4, 5})});
  EXPECT_TRUE(contains(message, "n and m must be equal")) << message;
  EXPECT_TRUE(contains(message, "2 is not 3")) << message;
}

TEST(GraphSizes, assumedEqualToANumber) {
  auto g = Graph();
  auto x = g.input("x", f32, {"n"});
  g.assumeEqual("n", 3);
  auto f = compiled(g, {x + g.constant(floats({1, 2, 3}))});
  EXPECT_EQ(floatsOf(f(floats({1, 1, 1})).value()), Floats({2, 3, 4}));
  std::string message = runError(f, {floats({1, 1})});
  EXPECT_TRUE(contains(message, "2 is not 3")) << message;
}

TEST(GraphSizes, differentNamesDoNotFitByThemselves) {
  auto g = Graph();
  auto y = add(g.input("x", f32, {"n"}), g.input("y", f32, {"m"}));
  std::string message = compileError(g, {y});
  EXPECT_TRUE(contains(message, "[n]")) << message;
  EXPECT_TRUE(contains(message, "[m]")) << message;
}

TEST(GraphSizes, inputsThatDisagreeAreRefused) {
  auto g = Graph();
  auto x = g.input("x", f32, {"n", 3});
  auto y = g.input("y", f32, {"n", 3});
  auto f = compiled(g, {x * y});
  std::string message = runError(f, {floats(scattered(6), {2, 3}), floats(scattered(9), {3, 3})});
  EXPECT_TRUE(contains(message, "'y' is f32 [3, 3]")) << message;
  EXPECT_TRUE(contains(message, "[n, 3] with n = 2")) << message;
  EXPECT_TRUE(contains(runError(f, {floats(scattered(6), {2, 3})}), "takes 2 inputs, 1 were given"));
  message = runError(f, {floats(scattered(6), {2, 3}), tensor<double>(std::vector<double>(6), {2, 3})});
  EXPECT_TRUE(contains(message, "f64 [2, 3]")) << message;
}

TEST(GraphSizes, aResultOfNegativeSizeIsAnError) {
  auto g = Graph();
  auto f = compiled(g, {slice(g.input("x", f32, {"n"}), {1}, {"n-1"})});
  EXPECT_EQ(floatsOf(f(floats({1, 2})).value()), Floats({2}));
  EXPECT_TRUE(contains(runError(f, {floats({})}), "size n-1 of a tensor in the graph must not be negative (-1 is not 0)"));
}

TEST(GraphSizes, aResultBeyondTheAddressSpaceIsAnError) {
  auto g = Graph();
  auto one = g.input("one", i8, {1});
  auto x = g.input("x", i8, {"n"});
  auto f = compiled(g, {broadcast(one, {"n*n*n*n*n*n*n"}), x});
  for (int64_t n : {1000, 100000})
    EXPECT_FALSE(f.run({tensor<int8_t>({1}, {1}), Tensor::zeros(i8, {n}).value()}).ok()) << n;
}

TEST(GraphSizes, newLengthsCompileNothing) {
  auto g = Graph();
  auto x = g.input("x", f32, {"T", 16});
  auto w = g.input("w", f32, {16, 8});
  auto f = compiled(g, {gelu(matmul(x, w)), rmsNorm(x, reduceSum(w, {1}), 1e-6)});
  uint64_t before = compileCount();
  EXPECT_GE(before, 1u);
  for (int64_t length : {1, 7, 128, 1000}) {
    auto results = f.run({floats(scattered(length * 16), {length, 16}), floats(scattered(128), {16, 8})}).value();
    EXPECT_EQ(results[0].shape(), (Shape{length, 8}));
    EXPECT_EQ(results[1].shape(), (Shape{length, 16}));
  }
  EXPECT_EQ(compileCount(), before);
}

} // namespace
