// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the judge of recorded cases finds out by itself, and that it says no.
#include "tests/reference/CaseGraph.h"
#include "tests/reference/CompareTensors.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace tenon;
using namespace tenon::reference;

namespace {

std::vector<std::vector<int64_t>> dimsOf(const std::vector<Axes> &candidates) {
  std::vector<std::vector<int64_t>> dims;
  for (const Axes &axes : candidates)
    dims.push_back(axes.dims);
  return dims;
}

using DimsList = std::vector<std::vector<int64_t>>;

Tensor numbers(std::initializer_list<double> values) {
  return Tensor::of<double>(values, {int64_t(values.size())}).value();
}

} // namespace

TEST(FindAxes, GivesAllThatFit) {
  EXPECT_EQ(dimsOf(findAxes({2, 3, 33}, {{2, 33}})), DimsList({{1}}));
  EXPECT_EQ(dimsOf(findAxes({3, 3, 2}, {{3, 2}})), DimsList({{0}, {1}}));
  EXPECT_EQ(dimsOf(findAxes({2, 3}, {{}})), DimsList({{0, 1}}));
  EXPECT_EQ(dimsOf(findAxes({2, 3}, {{3, 2}})), DimsList());
  EXPECT_EQ(dimsOf(findAxes({}, {{}})), DimsList(1));
}

TEST(FindAxes, KeepsDimensionsOfSizeOne) {
  std::vector<Axes> found = findAxes({2, 3}, {{2, 1}});
  ASSERT_EQ(dimsOf(found), DimsList({{1}}));
  EXPECT_TRUE(found[0].keepDims);
}

TEST(FindAxes, OneChoiceFitsAllOutputs) { EXPECT_EQ(dimsOf(findAxes({3, 3}, {{3}, {}})), DimsList()); }

TEST(CompareTensors, IsRelativeToTheLargestValue) {
  double worst = 0;
  EXPECT_EQ(compareTensors(numbers({1000, 5e-8}), numbers({1000, 0}), 0, worst), "");
  EXPECT_NE(compareTensors(numbers({1000, 2e-7}), numbers({1000, 0}), 0, worst), "");
  EXPECT_NE(compareTensors(numbers({1e-15}), numbers({0}), 0, worst), "");
  EXPECT_EQ(compareTensors(numbers({1e-15}), numbers({0}), 1, worst), "");
  EXPECT_NE(compareTensors(numbers({NAN}), numbers({1}), 0, worst), "");
  EXPECT_NE(compareTensors(numbers({1, INFINITY}), numbers({1, -INFINITY}), 0, worst), "");
  EXPECT_NE(compareTensors(numbers({1, 2}), numbers({1}), 0, worst), "");
  EXPECT_DOUBLE_EQ(worst, 5e-11);
}
