// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Graphs built in C++, compiled and run, against plain loops. Sums, products and the like are compared exactly: each op
// rounds once to its type, in the machine code as in the loops.
#include "frontend/Graph.h"

#include "runtime/FloatFormat.h"
#include "tests/frontend/TestTensors.h"

#include <cmath>
#include <fstream>
#include <numeric>

using namespace tenon;
using namespace tenon::test;

namespace {

TEST(Graph, runsAChain) {
  auto g = Graph();
  auto x = g.input("x", f32, {"n"});
  auto f = compiled(g, {relu(x * 2.0 - 1.0) / 4.0 + (3.0 - x)});
  auto in = scattered(1003);
  std::vector<float> expected;
  for (float v : in)
    expected.push_back(std::max(v * 2.0f - 1.0f, 0.0f) / 4.0f + (3.0f - v));
  EXPECT_EQ(floatsOf(f(floats(in)).value()), expected);
}

TEST(Graph, runsFunctionsOfTheMathLibrary) {
  auto g = Graph();
  auto x = g.input("x", f64, {"n"});
  auto f = compiled(g, {gelu(x), tanh(x) * exp(-x), 1.0 / (1.0 + exp(-x))});
  auto in = scattered(257);
  auto out = f.run({tensor<double>({in.begin(), in.end()}, {257})}).value();
  ASSERT_EQ(out.size(), 3u);
  for (size_t i = 0; i < in.size(); ++i) {
    double v = in[i];
    // Two units in the last place of our functions, as many of the library's, and the roundings between.
    EXPECT_NEAR(out[0].data<double>()[i], v * 0.5 * std::erfc(-v / std::sqrt(2.0)), 1e-14 * std::abs(v));
    EXPECT_NEAR(out[1].data<double>()[i], std::tanh(v) * std::exp(-v), 1e-14 * std::exp(-v));
    EXPECT_NEAR(out[2].data<double>()[i], 1 / (1 + std::exp(-v)), 1e-14);
  }
}

TEST(Graph, broadcastsAsNumPy) {
  auto g = Graph();
  auto x = g.input("x", f32, {"b", 1, 3});
  auto y = g.input("y", f32, {2, 1});
  auto scalar = g.input("scalar", f32, {});
  auto f = compiled(g, {(x + y) * scalar});
  auto out = f(floats({1, 2, 3, 4, 5, 6}, {2, 1, 3}), floats({10, 20}, {2, 1}), floats({2}, {})).value();
  EXPECT_EQ(out.shape(), Shape({2, 2, 3}));
  EXPECT_EQ(floatsOf(out), (std::vector<float>{22, 24, 26, 42, 44, 46, 28, 30, 32, 48, 50, 52}));
}

TEST(Graph, broadcastsToAShape) {
  auto g = Graph();
  auto x = g.input("x", f32, {3, 1});
  auto like = g.input("like", f32, {"n", 3, "n+1"});
  auto f = compiled(g, {broadcast(x, {"n", 3, "n+1"}), like});
  auto out = f.run({floats({1, 2, 3}, {3, 1}), floats(scattered(6), {1, 3, 2})}).value();
  EXPECT_EQ(out[0].shape(), Shape({1, 3, 2}));
  EXPECT_EQ(floatsOf(out[0]), (std::vector<float>{1, 1, 2, 2, 3, 3}));
}

TEST(Graph, repeatsAnInputAlone) {
  auto g = Graph();
  auto x = g.input("x", f32, {3});
  EXPECT_EQ(floatsOf(compiled(g, {broadcast(x, {2, 3})})(floats({1, 2, 3})).value()),
            (std::vector<float>{1, 2, 3, 1, 2, 3}));
}

TEST(Graph, keepsConstants) {
  auto g = Graph();
  auto weights = floats({1, -2, 3}, {3});
  auto c = g.constant(weights);
  weights.data<float>()[0] = 99; // a constant is a copy
  auto f = compiled(g, {g.input("x", f32, {"n", 3}) * c, c});
  auto out = f.run({floats({1, 2, 3, 4, 5, 6}, {2, 3})}).value();
  EXPECT_EQ(floatsOf(out[0]), (std::vector<float>{1, -4, 9, 4, -10, 18}));
  EXPECT_EQ(floatsOf(out[1]), (std::vector<float>{1, -2, 3}));
}

TEST(Graph, keepsConstantsOfTruthsAndOfNoElements) {
  auto g = Graph();
  auto truths = g.constant(Tensor::of<bool>({true, false, true}, {3}).value());
  auto none = g.constant(Tensor::zeros(f32, {0, 3}).value());
  auto x = g.input("x", f32, {3});
  auto out = compiled(g, {select(truths, x, -x), none + x}).run({floats({1, 2, 3})}).value();
  EXPECT_EQ(floatsOf(out[0]), (std::vector<float>{1, -2, 3}));
  EXPECT_EQ(out[1].shape(), Shape({0, 3}));
}

TEST(Graph, namesOutputs) {
  auto g = Graph();
  auto x = g.input("x", f32, {"n"});
  auto f = compiled(g, {Output("positive", relu(x)), x, Output("twice", x + x), x});
  const EntryDescription &entry = f.program().entries().at(0);
  std::vector<std::string> names;
  for (const TensorDescription &output : entry.outputs)
    names.push_back(output.name);
  EXPECT_EQ(names, (std::vector<std::string>{"positive", "out1", "twice", "out3"}));
  EXPECT_EQ(entry.inputs.at(0).text(), "x: f32 [n]");
  auto out = f.run({floats({-1, 2})}).value();
  ASSERT_EQ(out.size(), 4u);
  EXPECT_EQ(floatsOf(out[0]), (std::vector<float>{0, 2}));
  EXPECT_EQ(floatsOf(out[1]), (std::vector<float>{-1, 2}));
  EXPECT_EQ(floatsOf(out[2]), (std::vector<float>{-2, 4}));
  EXPECT_EQ(floatsOf(out[3]), (std::vector<float>{-1, 2}));
}

TEST(Graph, outputsDoNotShareMemoryWithInputsNorWithLaterCalls) {
  auto g = Graph();
  auto x = g.input("x", f32, {2});
  auto f = compiled(g, {x});
  auto in = floats({1, 2});
  auto first = f(in).value();
  first.data<float>()[0] = 7;
  auto second = f(floats({3, 4})).value();
  EXPECT_EQ(floatsOf(in), (std::vector<float>{1, 2}));
  EXPECT_EQ(floatsOf(first), (std::vector<float>{7, 2}));
  EXPECT_EQ(floatsOf(second), (std::vector<float>{3, 4}));
}

//===- Views
//-----------------------------------------------------------------------------------------------------------===//

TEST(Graph, transposes) {
  auto g = Graph();
  auto x = g.input("x", f32, {"a", "b", 3});
  auto f = compiled(g, {transpose(x * 2.0, {2, 0, 1})});
  std::vector<float> in(2 * 5 * 3);
  std::iota(in.begin(), in.end(), 0.0f);
  auto out = f(floats(in, {2, 5, 3})).value();
  ASSERT_EQ(out.shape(), Shape({3, 2, 5}));
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 5; ++j)
      for (int k = 0; k < 3; ++k)
        EXPECT_EQ(out.data<float>()[(k * 2 + i) * 5 + j], 2 * in[(i * 5 + j) * 3 + k]);
}

TEST(Graph, slices) {
  auto g = Graph();
  g.declareSize("n", 4, 100);
  auto x = g.input("x", f32, {"n", 7});
  auto rows = slice(x, {2, 0}, {"n-2", 7}) - slice(x, {0, 0}, {"n-2", 7});
  auto columns = slice(x, {0, 1}, {"n", 3}, {1, 2});
  auto backwards = slice(x, {"n-1", 6}, {"n", 7}, {-1, -1});
  std::vector<float> in = scattered(9 * 7);
  auto out = compiled(g, {rows, columns, backwards}).run({floats(in, {9, 7})}).value();
  for (int i = 0; i < 9; ++i) {
    for (int j = 0; j < 7; ++j) {
      if (i < 7)
        EXPECT_EQ(out[0].data<float>()[i * 7 + j], in[(i + 2) * 7 + j] - in[i * 7 + j]);
      EXPECT_EQ(out[2].data<float>()[i * 7 + j], in[(8 - i) * 7 + 6 - j]);
    }
    for (int j = 0; j < 3; ++j)
      EXPECT_EQ(out[1].data<float>()[i * 3 + j], in[i * 7 + 1 + 2 * j]);
  }
}

// Each value is used twice, so that there are 2^40 ways from the result to the input: none of them may be walked alone.
TEST(Graph, runsALongChainOfSharedValues) {
  auto g = Graph();
  g.declareSize("n", 1, 1000);
  auto direct = g.input("x", f32, {"n"}), reversed = direct;
  for (int i = 0; i < 40; ++i) {
    direct = direct * 0.5 + direct;
    reversed = reversed * 0.5 - slice(reversed, {"n-1"}, {"n"}, {-1});
  }
  auto f = compiled(g, {direct, reversed});
  std::vector<float> in = scattered(100), expectedDirect = in, expectedReversed = in;
  for (int i = 0; i < 40; ++i) {
    std::vector<float> before = expectedReversed;
    for (size_t j = 0; j < in.size(); ++j) {
      expectedDirect[j] = expectedDirect[j] * 0.5f + expectedDirect[j];
      expectedReversed[j] = before[j] * 0.5f - before[in.size() - 1 - j];
    }
  }
  auto out = f.run({floats(in)}).value();
  EXPECT_EQ(floatsOf(out[0]), expectedDirect);
  EXPECT_EQ(floatsOf(out[1]), expectedReversed);
}

//===- Element types
//---------------------------------------------------------------------------------------------------===//

template <class T> void checkNumbers(ElementType type, const std::vector<T> &in) {
  auto g = Graph();
  auto x = g.input("x", type, {"n"});
  auto out = compiled(g, {x * x + 3.0, maximum(x, -x)}).run({tensor<T>(in, {int64_t(in.size())})}).value();
  using Wide = std::conditional_t<std::is_integral_v<T>, uint64_t, T>; // integers wrap
  for (size_t i = 0; i < in.size(); ++i) {
    T square = T(Wide(in[i]) * Wide(in[i]));
    EXPECT_EQ(out[0].template data<T>()[i], T(Wide(square) + Wide(3))) << elementTypeName(type);
    EXPECT_EQ(out[1].template data<T>()[i], std::max(in[i], T(Wide(0) - Wide(in[i])))) << elementTypeName(type);
  }
}

TEST(GraphTypes, floatsAndIntegers) {
  checkNumbers<double>(f64, {1.5, -2.25, 1e300, 0.1});
  checkNumbers<float>(f32, {1.5f, -2.25f, 3e18f, 0.1f});
  checkNumbers<int64_t>(i64, {1, -2, INT64_MAX, INT64_MIN, 0});
  checkNumbers<int32_t>(i32, {1, -2, INT32_MAX, INT32_MIN, 0});
  checkNumbers<int16_t>(i16, {1, -2, INT16_MAX, INT16_MIN, 0});
  checkNumbers<int8_t>(i8, {1, -2, INT8_MAX, INT8_MIN, 0});
}

TEST(GraphTypes, halfPrecision) {
  for (ElementType type : {f16, bf16}) {
    auto g = Graph();
    auto x = g.input("x", type, {"n"});
    auto f = compiled(g, {x * x + 3.0});
    std::vector<float> in = scattered(100);
    Tensor bits = Tensor::create(type, {100}).value();
    for (size_t i = 0; i < in.size(); ++i)
      bits.data<uint16_t>()[i] = encodeFloat(in[i], type);
    auto out = f(bits).value();
    for (size_t i = 0; i < in.size(); ++i) {
      // A double holds the exact product and sum of such numbers, so that rounding it is rounding once.
      double v = decodeFloat(bits.data<uint16_t>()[i], type);
      uint16_t square = encodeFloat(v * v, type);
      EXPECT_EQ(out.data<uint16_t>()[i], encodeFloat(decodeFloat(square, type) + 3.0, type)) << elementTypeName(type);
    }
  }
}

TEST(GraphTypes, truthsAndCasts) {
  auto g = Graph();
  auto a = g.input("a", i1, {4});
  auto b = g.input("b", i1, {4});
  auto x = g.input("x", f32, {4});
  auto f = compiled(g, {bitXor(a, b), compare(Comparison::lt, x, splat(0.5, x)), cast(x, i32), cast(a, f64)});
  auto out = f.run({Tensor::of<bool>({false, false, true, true}, {4}).value(),
                    Tensor::of<bool>({false, true, false, true}, {4}).value(), floats({-1.75f, 0.25f, 0.5f, 7.5f})})
                 .value();
  EXPECT_EQ(valuesOf<bool>(out[0]), (std::vector<bool>{false, true, true, false}));
  EXPECT_EQ(valuesOf<bool>(out[1]), (std::vector<bool>{true, true, false, false}));
  EXPECT_EQ(valuesOf<int32_t>(out[2]), (std::vector<int32_t>{-1, 0, 0, 7}));
  EXPECT_EQ(valuesOf<double>(out[3]), (std::vector<double>{0, 0, 1, 1}));
}

//===- Building on, and the same bits everywhere
//-----------------------------------------------------------------------===//

TEST(Graph, canBeBuiltOnAfterCompile) {
  auto g = Graph();
  auto x = g.input("x", f32, {2});
  auto first = compiled(g, {x + 1.0});
  auto y = g.input("y", f32, {2});
  auto handle = g; // the same graph
  auto z = handle.input("z", f32, {2});
  auto second = compiled(g, {x + y * z});
  EXPECT_EQ(floatsOf(first(floats({1, 2})).value()), (std::vector<float>{2, 3}));
  EXPECT_EQ(floatsOf(second(floats({1, 2}), floats({3, 4}), floats({5, 6})).value()), (std::vector<float>{16, 26}));
  EXPECT_EQ(floatsOf(first(floats({5, 6})).value()), (std::vector<float>{6, 7}));
}

TEST(Graph, valuesKeepTheirGraphAlive) {
  Value x;
  {
    auto g = Graph();
    x = g.input("x", f64, {2, "k"});
  }
  auto y = x * 2.0;
  EXPECT_FALSE(y.isEmpty());
  EXPECT_EQ(y.shape(), "[2, k]");
  EXPECT_EQ(y.rank(), 2);
  EXPECT_EQ(y.type(), f64);
}

TEST(Graph, printsItself) {
  auto g = Graph();
  auto text = g.text({Output("y", g.input("x", f32, {"n"}) + 1.0)}).value();
  EXPECT_TRUE(contains(text, "tenon.entry @main")) << text;
  EXPECT_TRUE(contains(text, "tenon.add")) << text;
}

TEST(Graph, givesTheSameBitsForAnyNumberOfThreads) {
  auto g = Graph();
  auto x = g.input("x", f32, {"n", "m"});
  auto y = gelu(x) + transpose(tanh(transpose(x, {1, 0})) * 3.0, {1, 0});
  auto in = floats(scattered(517 * 403), {517, 403});
  auto expected = bytesOf(compiled(g, {y}, 1)(in).value());
  for (unsigned threads = 2; threads <= 4; ++threads) {
    auto f = compiled(g, {y}, threads);
    EXPECT_EQ(f.session().threadCount(), threads);
    EXPECT_EQ(bytesOf(f(in).value()), expected) << threads << " threads";
  }
}

TEST(Graph, compilesTwiceToTheSameFile) {
  auto build = [] {
    auto g = Graph();
    auto x = g.input("x", f32, {"n", 3});
    ScratchFile file("twice.tenon");
    compiled(g, {silu(x) * 2.0}).save(file.path).value();
    std::ifstream stream(file.path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(stream), {});
  };
  std::string first = build();
  EXPECT_FALSE(first.empty());
  EXPECT_TRUE(build() == first);
}

} // namespace
