// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The judge of all other tests: what it allows, and what it must not.
#include "frontend/Oracle.h"

#include "ir/tenon/TenonDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace mlir;
using namespace tenon;

namespace {

struct Oracle : testing::Test {
  Oracle() : context(MLIRContext::Threading::DISABLED) { context.loadDialect<TenonDialect>(); }

  /// What compare() finds where `value` is expected within `error`, and `computed` is there.
  Deviation deviationOf(std::initializer_list<float> computed, std::vector<double> value, std::vector<double> error) {
    int64_t size = computed.size();
    ref::Bounded expected{ref::Array(Float32Type::get(&context), size), ref::Array(Float64Type::get(&context), size)};
    expected.value.numbers = std::move(value);
    expected.error.numbers = std::move(error);
    return compare(Tensor::of<float>(computed, {size}).value(), expected, &context);
  }

  /// The bounds of an entry's output on `inputs`; `body` computes %r from %x and %y.
  std::vector<double> boundsOf(const std::string &body, std::initializer_list<float> inputs) {
    std::string type = "tensor<" + std::to_string(inputs.size()) + "xf32>", text = "!t = " + type + "\n";
    text += "tenon.entry @f(%x: !t, %y: !t) -> !t {\n" + body + "\n  tenon.return %r : !t\n}\n";
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
    if (!module)
      return {};
    std::vector<Tensor> arguments;
    for (int i = 0; i < 2; ++i)
      arguments.push_back(Tensor::of<float>(inputs, {int64_t(inputs.size())}).value());
    return interpretWithBounds(findEntry(*module, "").value(), arguments).value()[0].error.numbers;
  }

  MLIRContext context;
};

} // namespace

TEST_F(Oracle, EqualNumbersAreWithin) {
  Deviation deviation = deviationOf({1, -0.0f, INFINITY, NAN}, {1, 0, INFINITY, NAN}, {0, 0, 0, 0});
  EXPECT_TRUE(deviation.isWithin);
  EXPECT_EQ(deviation.difference, 0);
}

TEST_F(Oracle, WhatExceedsTheBoundIsNot) {
  EXPECT_TRUE(deviationOf({1.5f}, {1}, {0.5}).isWithin);
  EXPECT_FALSE(deviationOf({1.5f}, {1}, {0.49}).isWithin);
  EXPECT_FALSE(deviationOf({1.5f}, {1}, {0}).isWithin);
  EXPECT_FALSE(deviationOf({NAN}, {1}, {1e30}).isWithin);
  EXPECT_FALSE(deviationOf({1}, {NAN}, {1e30}).isWithin);
  EXPECT_FALSE(deviationOf({INFINITY}, {1}, {1e30}).isWithin);
  EXPECT_FALSE(deviationOf({-INFINITY}, {INFINITY}, {1e30}).isWithin);
  EXPECT_TRUE(deviationOf({INFINITY}, {1}, {INFINITY}).isWithin);
}

TEST_F(Oracle, TheWorstElementIsReported) {
  // The second exceeds its bound by the most, the third differs by the most.
  Deviation deviation = deviationOf({2, 3, 100, 1}, {1, 1, 1, 1}, {0.9, 0.1, 98, 0});
  EXPECT_FALSE(deviation.isWithin);
  EXPECT_EQ(deviation.position, 1);
  EXPECT_EQ(deviation.difference, 2);
  EXPECT_EQ(deviation.allowed, 0.1);
}

TEST_F(Oracle, OnlyWhatIsInexactHasABound) {
  EXPECT_EQ(boundsOf("  %r = tenon.add %x, %y : !t", {1, 0.1f}), (std::vector<double>{0, 0}));
  std::vector<double> one = boundsOf("  %r = tenon.exp %x : !t", {1, 0.1f});
  ASSERT_EQ(one.size(), 2u);
  // Two units of exp itself and one of rounding; e has units of 2^-22.
  EXPECT_EQ(one[0], 3 * 0x1p-22);
}

TEST_F(Oracle, ErrorsOfAllOperandsAddUp) {
  std::string both = "  %a = tenon.exp %x : !t\n  %b = tenon.exp %y : !t\n";
  double first = boundsOf(both + "  %r = tenon.add %a, %y : !t", {1})[0];
  double second = boundsOf(both + "  %r = tenon.add %x, %b : !t", {1})[0];
  double sum = boundsOf(both + "  %r = tenon.add %a, %b : !t", {1})[0];
  EXPECT_GE(first, 3 * 0x1p-22);
  EXPECT_GE(second, 3 * 0x1p-22);
  // Three units of 2^-22 from each, and the sum's own: one of 2^-21.
  EXPECT_EQ(sum, 6 * 0x1p-22 + 0x1p-21);
}
