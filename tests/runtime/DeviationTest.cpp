// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Comparing tensors element by element.
#include "runtime/Deviation.h"
#include "runtime/ElementValue.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace tenon;

namespace {

constexpr float notANumber = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();

Tensor floats(std::initializer_list<float> values) {
  return Tensor::of<float>(values, {static_cast<int64_t>(values.size())}).value();
}

Deviation compare(const Tensor &computed, const Tensor &expected, const Tensor *allowed = nullptr) {
  return compareTensors("y", computed, expected, allowed).value();
}

Deviation within(std::initializer_list<float> computed, std::initializer_list<float> expected,
                 std::initializer_list<float> allowed) {
  Tensor bound = floats(allowed);
  return compare(floats(computed), floats(expected), &bound);
}

} // namespace

TEST(Deviation, TheWorstElementIsTheOneThatExceedsItsBoundMost) {
  Deviation deviation = within({2, 3, 100, 1}, {1, 1, 1, 1}, {0.5, 0.25, 98, 0});
  EXPECT_EQ(deviation.position, 1);
  EXPECT_EQ(deviation.difference, 2);
  EXPECT_EQ(deviation.allowed, 0.25);
  EXPECT_EQ(deviation.exceeding, 3);
  EXPECT_FALSE(deviation.isWithin);
  // Of elements without any tolerance, the one that differs most.
  deviation = within({2, 5, 3}, {1, 1, 1}, {0, 0, 0});
  EXPECT_EQ(deviation.position, 1);
}

TEST(Deviation, ABoundItselfIsAllowed) {
  Deviation deviation = within({1.5, 1}, {1, 1}, {0.5, 0});
  EXPECT_TRUE(deviation.isWithin);
  EXPECT_EQ(deviation.exceeding, 0);
  EXPECT_EQ(deviation.difference, 0.5);
}

TEST(Deviation, WhatIsNoNumber) {
  EXPECT_TRUE(within({notANumber, infinity, -0.0f}, {notANumber, infinity, 0}, {0, 0, 0}).isWithin);
  EXPECT_FALSE(within({notANumber}, {1}, {1e30f}).isWithin);
  EXPECT_FALSE(within({1}, {notANumber}, {1e30f}).isWithin);
  EXPECT_FALSE(within({infinity}, {1}, {1e30f}).isWithin);
  EXPECT_FALSE(within({-infinity}, {infinity}, {1e30f}).isWithin);
  EXPECT_TRUE(within({infinity}, {1}, {infinity}).isWithin);
  // A bound that is none allows nothing.
  for (float bound : {notANumber, -1.0f, -infinity})
    EXPECT_FALSE(within({1.5}, {1}, {bound}).isWithin) << bound;
}

TEST(Deviation, WithoutBoundsBitsCount) {
  EXPECT_TRUE(compare(floats({1, notANumber, infinity}), floats({1, notANumber, infinity})).isWithin);
  Deviation deviation = compare(floats({1, 0, 3}), floats({1, -0.0f, 4}));
  EXPECT_FALSE(deviation.isWithin);
  EXPECT_EQ(deviation.exceeding, 2);
  EXPECT_EQ(deviation.position, 2);
  EXPECT_EQ(deviation.difference, 1);
  EXPECT_FALSE(compare(floats({0}), floats({-0.0f})).isWithin);
  EXPECT_FALSE(compare(floats({notANumber}), floats({-notANumber})).isWithin);
  Tensor x = Tensor::of<int64_t>({int64_t(1) << 60}, {1}).value(), y = x.clone().value();
  y.data<int64_t>()[0] += 1; // A double does not hold it.
  EXPECT_FALSE(compare(x, y).isWithin);
}

TEST(Deviation, EveryTypeIsRead) {
  auto element = [](ElementType type, std::initializer_list<int> bytes) {
    Tensor tensor = Tensor::zeros(type, {2}).value();
    std::transform(bytes.begin(), bytes.end(), tensor.bytes(), [](int byte) { return std::byte(byte); });
    return elementValue(tensor, 1);
  };
  EXPECT_EQ(element(ElementType::F64, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xf8, 0xbf}), -1.5);
  EXPECT_EQ(element(ElementType::F32, {0, 0, 0, 0, 0, 0, 0xc0, 0xbf}), -1.5);
  EXPECT_EQ(element(ElementType::F16, {0, 0, 0, 0xbe}), -1.5);
  EXPECT_EQ(element(ElementType::BF16, {0, 0, 0xc0, 0xbf}), -1.5);
  EXPECT_EQ(element(ElementType::F8E4M3FN, {0, 0xbc}), -1.5);
  EXPECT_EQ(element(ElementType::F8E5M2, {0, 0xbe}), -1.5);
  EXPECT_EQ(element(ElementType::I64, {0, 0, 0, 0, 0, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}), -2);
  EXPECT_EQ(element(ElementType::I32, {0, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff}), -2);
  EXPECT_EQ(element(ElementType::I16, {0, 0, 0xfe, 0xff}), -2);
  EXPECT_EQ(element(ElementType::I8, {0, 0xfe}), -2);
  EXPECT_EQ(element(ElementType::I4, {0xe0}), -2);
  EXPECT_EQ(element(ElementType::I1, {0, 1}), 1);
  EXPECT_EQ(element(ElementType::U8, {0, 0xfe}), 254);
}

TEST(Deviation, ShapesAndTypesMustFit) {
  Tensor three = floats({1, 2, 3}), two = floats({1, 2});
  auto message = [](const Tensor &computed, const Tensor &expected, const Tensor *allowed) {
    return compareTensors("y", computed, expected, allowed).error().message;
  };
  EXPECT_EQ(message(three, two, nullptr), "'y' is f32 [3], what is expected is f32 [2]");
  EXPECT_EQ(message(two, Tensor::of<double>({1, 2}, {2}).value(), nullptr),
            "'y' is f32 [2], what is expected is f64 [2]");
  EXPECT_EQ(message(two, two, &three), "the allowed errors of 'y' must be f64 or f32 [2], they are f32 [3]");
  Tensor integers = Tensor::of<int32_t>({1, 2}, {2}).value();
  EXPECT_EQ(message(two, two, &integers), "the allowed errors of 'y' must be f64 or f32 [2], they are i32 [2]");
}

TEST(Deviation, ElementsHaveIndices) {
  EXPECT_EQ(elementIndex(0, {}), std::vector<int64_t>{});
  EXPECT_EQ(elementIndex(17, std::vector<int64_t>{2, 3, 4}), (std::vector<int64_t>{1, 1, 1}));
  EXPECT_TRUE(compare(Tensor::zeros(ElementType::F32, {0, 3}).value(), Tensor::zeros(ElementType::F32, {0, 3}).value())
                  .isWithin);
}
