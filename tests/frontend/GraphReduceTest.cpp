// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/frontend/TestTensors.h"

#include <cmath>
#include <limits>

using namespace tenon;
using namespace tenon::test;

namespace {

const std::vector<float> six = {1, -2, 3, 4, 5, -6};

TEST(GraphReduce, KindsOverRowsAndColumns) {
  auto g = Graph();
  auto x = g.input("x", f32, {"rows", 3});
  auto f = compiled(g, {reduceSum(x, {1}), reduceProd(x, {1}), reduceMax(x, {-1}), reduceMin(x, {0})});
  auto results = f.run({floats(six, {2, 3})}).value();
  EXPECT_EQ(floatsOf(results[0]), (std::vector<float>{2, 3}));
  EXPECT_EQ(floatsOf(results[1]), (std::vector<float>{-6, -120}));
  EXPECT_EQ(floatsOf(results[2]), (std::vector<float>{3, 5}));
  EXPECT_EQ(floatsOf(results[3]), (std::vector<float>{1, -2, -6}));
}

TEST(GraphReduce, KeptDimensionsAndAll) {
  auto g = Graph();
  auto x = g.input("x", f32, {2, "columns"});
  auto kept = reduceSum(x, {1}, true), all = reduceSum(x), allKept = reduceMax(x, {-2, 1}, true);
  EXPECT_EQ(kept.shape(), "[2, 1]");
  EXPECT_EQ(all.shape(), "[]");
  EXPECT_EQ(allKept.shape(), "[1, 1]");
  auto f = compiled(g, {x - kept, all, allKept, reduceSum(all)});
  auto results = f.run({floats(six, {2, 3})}).value();
  EXPECT_EQ(floatsOf(results[0]), (std::vector<float>{-1, -4, 1, 1, 2, -9}));
  EXPECT_EQ(floatsOf(results[1]), std::vector<float>{5});
  EXPECT_EQ(floatsOf(results[2]), std::vector<float>{5});
  EXPECT_EQ(floatsOf(results[3]), std::vector<float>{5});
}

TEST(GraphReduce, OfNothingIsNeutral) {
  auto g = Graph();
  auto x = g.input("x", f32, {2, "n"});
  auto f = compiled(g, {reduceSum(x, {1}), reduceProd(x, {1}), reduceMax(x, {1}), reduceMin(x, {1}), mean(x, {1})});
  auto results = f.run({floats({}, {2, 0})}).value();
  constexpr float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(floatsOf(results[0]), (std::vector<float>{0, 0}));
  EXPECT_EQ(floatsOf(results[1]), (std::vector<float>{1, 1}));
  EXPECT_EQ(floatsOf(results[2]), (std::vector<float>{-infinity, -infinity}));
  EXPECT_EQ(floatsOf(results[3]), (std::vector<float>{infinity, infinity}));
  EXPECT_TRUE(std::isnan(floatsOf(results[4])[0]));
}

TEST(GraphReduce, NanWins) {
  auto g = Graph();
  auto x = g.input("x", f32, {"rows", 5});
  auto f = compiled(g, {reduceMax(x, {1}), reduceMin(x, {1})});
  auto results = f.run({floats({1, NAN, 3, 4, 5, 5, 4, 3, 2, 1}, {2, 5})}).value();
  for (const Tensor &result : results)
    EXPECT_TRUE(std::isnan(floatsOf(result)[0]) && !std::isnan(floatsOf(result)[1]));
}

TEST(GraphReduce, MeansOfManyLengths) {
  for (int64_t length : {1, 3, 8, 100, 1000}) {
    auto g = Graph();
    auto x = g.input("x", f32, {"rows", length}), y = g.input("y", f32, {"rows", "n"});
    auto f = compiled(g, {mean(x, {1}), mean(y, {1})});
    std::vector<float> values(3 * length);
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = float(i % 7);
    Tensor tensor = floats(values, {3, length});
    auto results = f.run({tensor, tensor}).value();
    for (int64_t row = 0; row < 3; ++row) {
      double sum = 0;
      for (int64_t i = 0; i < length; ++i)
        sum += values[row * length + i];
      // The sum is exact; its product with the reciprocal rounds twice.
      for (const Tensor &result : results)
        EXPECT_NEAR(floatsOf(result)[row], sum / double(length), 1e-6);
    }
  }
}

TEST(GraphReduce, SoftmaxOfRows) {
  auto g = Graph();
  auto x = g.input("x", f32, {"rows", "n"});
  auto e = exp(x - reduceMax(x, {-1}, true));
  auto f = compiled(g, {e / reduceSum(e, {-1}, true)});
  for (int64_t length : {1, 7, 64, 130}) {
    std::vector<float> values = scattered(4 * length);
    auto y = floatsOf(f(floats(values, {4, length})).value());
    for (int64_t row = 0; row < 4; ++row) {
      double sum = 0;
      for (int64_t i = 0; i < length; ++i)
        sum += std::exp(double(values[row * length + i]));
      for (int64_t i = 0; i < length; ++i) {
        // exp is within 2 units in the last place, its argument within 8 * 2^-24: about 1e-6 of the value.
        double expected = std::exp(double(values[row * length + i])) / sum;
        EXPECT_NEAR(y[row * length + i], expected, 2e-6 * expected + 1e-9) << length << ": " << row << ", " << i;
      }
    }
  }
}

TEST(GraphReduce, RmsNormOfTwoDimensions) {
  auto g = Graph();
  auto x = g.input("x", f32, {"rows", 5, "n"}), w = g.input("w", f32, {5, "n"});
  auto f = compiled(g, {rmsNorm(x, w, 0.25)});
  for (int64_t n : {1, 20}) {
    std::vector<float> values = scattered(3 * 5 * n), weights = scattered(5 * n);
    auto y = floatsOf(f(floats(values, {3, 5, n}), floats(weights, {5, n})).value());
    for (int64_t row = 0; row < 3; ++row) {
      double squares = 0;
      for (int64_t i = 0; i < 5 * n; ++i)
        squares += double(values[row * 5 * n + i]) * values[row * 5 * n + i];
      for (int64_t i = 0; i < 5 * n; ++i)
        // A hundred squares and a few roundings of 2^-24 on values up to 16.
        EXPECT_NEAR(y[row * 5 * n + i],
                    values[row * 5 * n + i] * weights[i] / std::sqrt(squares / double(5 * n) + 0.25), 2e-5);
    }
  }
}

TEST(GraphReduce, MistakesNameShapesAndTheLine) {
  auto expectError = [](const Value &value, const Graph &g, int line, const std::string &part) {
    std::string message = compileError(g, {value});
    EXPECT_NE(message.find("GraphReduceTest.cpp:" + std::to_string(line)), std::string::npos) << message;
    EXPECT_NE(message.find(part), std::string::npos) << message;
  };
  {
    auto g = Graph();
    auto y = reduceSum(g.input("x", f32, {2, 3}), {2});
    expectError(y, g, __LINE__ - 1, "shape [2, 3] has no dimension 2");
  }
  {
    auto g = Graph();
    auto y = reduceMax(g.input("x", f32, {2, 3}), {1, -1});
    expectError(y, g, __LINE__ - 1, "dimension -1 of shape [2, 3] is named twice");
  }
  {
    auto g = Graph();
    auto y = mean(g.input("x", i32, {2, 3}));
    expectError(y, g, __LINE__ - 1, "a mean takes floats, found i32");
  }
  {
    auto g = Graph();
    auto y = rmsNorm(g.input("x", f32, {2, 3}), g.input("w", f32, {4}), 1e-6);
    expectError(y, g, __LINE__ - 1, "has a weight of shape [4]");
  }
  {
    auto g = Graph();
    auto y = reduceSum(g.input("x", i1, {2, 3}));
    expectError(y, g, __LINE__ - 1, "of truth values is maximum or minimum, not add");
  }
}

} // namespace
