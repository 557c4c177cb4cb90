// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensors, small float formats, random contents.
#include "runtime/Tensor.h"

#include "runtime/FloatFormat.h"
#include "runtime/RandomTensor.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace tenon;

TEST(Tensor, SizesAreChecked) {
  EXPECT_EQ(*tensorBytes(ElementType::F32, Shape{2, 3}), 24);
  EXPECT_EQ(*tensorBytes(ElementType::I4, Shape{3}), 2);
  EXPECT_EQ(*tensorBytes(ElementType::F64, {}), 8);
  EXPECT_EQ(*tensorBytes(ElementType::F32, Shape{0, 5}), 0);
  for (Shape shape : {Shape{-1}, Shape{int64_t(1) << 62, 4}, Shape{0, int64_t(1) << 62, 4}, Shape{int64_t(1) << 58}})
    EXPECT_FALSE(tensorBytes(ElementType::F64, shape).ok()) << shapeText(shape);
}

TEST(Tensor, HoldsValues) {
  Tensor tensor = Tensor::of<float>({1, 2, 3, 4, 5, 6}, {2, 3}).value();
  EXPECT_EQ(tensor.data<float>()[4], 5);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.bytes()) % tensorAlignment, 0u);
  EXPECT_FALSE(Tensor::of<float>({1, 2}, {3}).ok());
  Tensor empty = Tensor::create(ElementType::I64, {0}).value();
  EXPECT_NE(empty.bytes(), nullptr);
}

TEST(Tensor, CopiesShareAndClonesDoNot) {
  Tensor tensor = Tensor::of<int32_t>({1, 2}, {2}).value();
  EXPECT_TRUE(tensor.isUnique());
  Tensor copy = tensor, clone = tensor.clone().value();
  EXPECT_FALSE(tensor.isUnique());
  copy.data<int32_t>()[0] = 7;
  EXPECT_EQ(tensor.data<int32_t>()[0], 7);
  EXPECT_EQ(clone.data<int32_t>()[0], 1);
}

TEST(Tensor, BorrowsMemoryOfTheRightSize) {
  float values[3] = {1, 2, 3};
  EXPECT_FALSE(Tensor::borrow(ElementType::F32, {4}, values, sizeof(values)).ok());
  EXPECT_FALSE(Tensor::borrow(ElementType::F32, {3}, nullptr, sizeof(values)).ok());
  Tensor tensor = Tensor::borrow(ElementType::F32, {3}, values, sizeof(values)).value();
  EXPECT_EQ(tensor.data<float>().data(), values);
}

TEST(FloatFormat, DecodingAndEncodingIsTheIdentity) {
  for (ElementType type : {ElementType::F16, ElementType::BF16, ElementType::F8E4M3FN, ElementType::F8E5M2})
    for (uint32_t bits = 0; bits < 1u << storedBits(type); ++bits) {
      double value = decodeFloat(static_cast<uint16_t>(bits), type);
      if (!std::isnan(value))
        ASSERT_EQ(encodeFloat(value, type), bits) << elementTypeName(type);
    }
}

TEST(FloatFormat, MatchesTheCompilersHalf) {
  uint32_t state = 1;
  for (int i = 0; i < 1000000; ++i) {
    state = state * 1664525 + 1013904223;
    float value;
    std::memcpy(&value, &state, sizeof(value));
    if (std::isnan(value))
      continue;
    _Float16 half = static_cast<_Float16>(value);
    uint16_t bits;
    std::memcpy(&bits, &half, sizeof(bits));
    ASSERT_EQ(encodeFloat(value, ElementType::F16), bits) << value;
  }
}

TEST(FloatFormat, LimitsOfTheEightBitTypes) {
  EXPECT_EQ(decodeFloat(0x7e, ElementType::F8E4M3FN), 448);
  EXPECT_EQ(encodeFloat(464, ElementType::F8E4M3FN), 0x7e); // A tie between 448 and the missing 480: to even.
  EXPECT_EQ(encodeFloat(465, ElementType::F8E4M3FN), 0x7f);
  EXPECT_EQ(decodeFloat(0x7b, ElementType::F8E5M2), 57344);
  EXPECT_EQ(encodeFloat(61440, ElementType::F8E5M2), 0x7c);
  EXPECT_EQ(encodeFloat(-std::numeric_limits<double>::infinity(), ElementType::F8E5M2), 0xfc);
  EXPECT_EQ(encodeFloat(0x1p-17, ElementType::F8E5M2), 0); // Half the smallest: to even.
}

TEST(RandomTensor, IsReproducibleAndInRange) {
  for (unsigned t = 0; t < elementTypeCount; ++t) {
    auto type = static_cast<ElementType>(t);
    Tensor a = randomTensor(1, 0, type, {101}).value(), b = randomTensor(1, 0, type, {101}).value();
    Tensor c = randomTensor(1, 1, type, {101}).value(), d = randomTensor(2, 0, type, {101}).value();
    EXPECT_EQ(std::memcmp(a.bytes(), b.bytes(), a.byteCount()), 0);
    EXPECT_NE(std::memcmp(a.bytes(), c.bytes(), a.byteCount()), 0);
    EXPECT_NE(std::memcmp(a.bytes(), d.bytes(), a.byteCount()), 0);
  }
  double sum = 0;
  Tensor tensor = randomTensor(3, 0, ElementType::F32, {100000}).value();
  for (float value : tensor.data<float>()) {
    ASSERT_LE(std::fabs(value), 1);
    sum += value;
  }
  EXPECT_LT(std::fabs(sum), 1000); // Five standard deviations of a sum of 100,000 uniform values are 913.
  Tensor integers = randomTensor(3, 0, ElementType::I8, {1000}).value();
  for (int8_t value : integers.data<int8_t>())
    ASSERT_TRUE(value >= -8 && value <= 7);
}
