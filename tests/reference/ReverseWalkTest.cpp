// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/reference/ReverseWalk.h"

#include "frontend/Ops.h"

#include <gtest/gtest.h>

using namespace tenon;
using namespace tenon::reference;

static Tensor numbers(std::initializer_list<double> values) {
  return Tensor::of<double>(values, {int64_t(values.size())}).value();
}

TEST(ReverseWalk, AddsUpWhatComesFromSeveralUses) {
  auto g = Graph();
  Value x = g.input("x", f64, {"n"}), y = g.input("y", f64, {"n"});
  auto text = g.text({Output("a", x * x), Output("b", x * y)});
  ASSERT_TRUE(text.ok());
  auto walk = ReverseWalk::create(*text, {"x"});
  ASSERT_TRUE(walk.ok()) << walk.error().message;
  // 2 * 3 * 10 + 5 * 1
  std::vector<Tensor> arguments = {numbers({3}), numbers({5}), numbers({10}), numbers({1})};
  for (auto &results : {walk->run(arguments), walk->interpret(arguments)}) {
    ASSERT_TRUE(results.ok()) << results.error().message;
    ASSERT_EQ(results->size(), 1u);
    EXPECT_EQ((*results)[0].data<double>()[0], 65);
  }
}

TEST(ReverseWalk, WhatReachesNoOutputHasCotangentZero) {
  auto g = Graph();
  Value x = g.input("x", f64, {2}), y = g.input("y", f64, {2});
  (void)y;
  auto walk = ReverseWalk::create(*g.text({Output("a", -x)}), {"y", "x"});
  ASSERT_TRUE(walk.ok()) << walk.error().message;
  auto results = walk->run({numbers({1, 2}), numbers({1, 2}), numbers({4, 8})});
  ASSERT_TRUE(results.ok()) << results.error().message;
  EXPECT_EQ((*results)[0].data<double>()[1], 0);
  EXPECT_EQ((*results)[1].data<double>()[1], -8);
}

TEST(ReverseWalk, NamesTheOpWithoutRule) {
  auto g = Graph();
  Value x = g.input("x", f64, {2}), y = g.input("y", f64, {2});
  Value rounded = roundEven(x);
  auto ofX = ReverseWalk::create(*g.text({Output("a", rounded * y)}), {"x"});
  ASSERT_TRUE(ofX.ok()) << ofX.error().message;
  EXPECT_EQ(ofX->opWithoutRule(), "tenon.round_even");
  // It is in nobody's way where no gradient is wanted through it.
  auto ofY = ReverseWalk::create(*g.text({Output("a", rounded * y)}), {"y"});
  ASSERT_TRUE(ofY.ok()) << ofY.error().message;
  EXPECT_EQ(ofY->opWithoutRule(), "");
}

TEST(ReverseWalk, UnknownInputsAreAnError) {
  auto g = Graph();
  auto walk = ReverseWalk::create(*g.text({Output("a", -g.input("x", f64, {2}))}), {"z"});
  EXPECT_FALSE(walk.ok());
}
