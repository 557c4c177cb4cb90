// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "frontend/Ops.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>

using namespace tenon;

namespace {

/// Small integers: every sum is exact in f32, in any order.
Tensor counted(Shape shape, int step) {
  Tensor tensor = Tensor::create(f32, std::move(shape)).value();
  int next = 0;
  for (float &value : tensor.data<float>())
    value = float((next += step) % 7 - 3);
  return tensor;
}

TEST(GraphProduct, MatmulWithBiasAndRelu) {
  auto g = Graph();
  auto x = g.input("x", f32, {"batch", 2, 19});
  auto w = g.input("w", f32, {19, 37});
  auto b = g.input("b", f32, {37});
  auto f = compile(g, {relu(matmul(x, w) + b)});
  ASSERT_TRUE(f.ok()) << f.error().message;
  for (int64_t batch : {0, 1, 5, 13}) {
    Tensor tx = counted({batch, 2, 19}, 5), tw = counted({19, 37}, 3), tb = counted({37}, 2);
    Result<Tensor> y = (*f)(tx, tw, tb);
    ASSERT_TRUE(y.ok()) << y.error().message;
    ASSERT_EQ(y->shape(), (Shape{batch, 2, 37}));
    for (int64_t i = 0; i < batch * 2; ++i)
      for (int64_t j = 0; j < 37; ++j) {
        float sum = tb.data<float>()[j];
        for (int64_t k = 0; k < 19; ++k)
          sum += tx.data<float>()[i * 19 + k] * tw.data<float>()[k * 37 + j];
        EXPECT_EQ(y->data<float>()[i * 37 + j], std::max(sum, 0.0f)) << i << ", " << j;
      }
  }
}

TEST(GraphProduct, BatchesAndTransposedOperand) {
  auto g = Graph();
  auto x = g.input("x", f32, {3, "t", 8});
  auto y = g.input("y", f32, {3, 5, 8});
  auto f = compile(g, {dotGeneral(x, y, {{0}, {0}, {2}, {2}})});
  ASSERT_TRUE(f.ok()) << f.error().message;
  Tensor tx = counted({3, 4, 8}, 5), ty = counted({3, 5, 8}, 3);
  Result<Tensor> z = (*f)(tx, ty);
  ASSERT_TRUE(z.ok()) << z.error().message;
  for (int64_t b = 0; b < 3; ++b)
    for (int64_t i = 0; i < 4; ++i)
      for (int64_t j = 0; j < 5; ++j) {
        float sum = 0;
        for (int64_t k = 0; k < 8; ++k)
          sum += tx.data<float>()[(b * 4 + i) * 8 + k] * ty.data<float>()[(b * 5 + j) * 8 + k];
        EXPECT_EQ(z->data<float>()[(b * 4 + i) * 5 + j], sum);
      }
}

TEST(GraphProduct, AShapeErrorNamesBothShapesAndTheLine) {
  auto g = Graph();
  auto x = g.input("x", f32, {"batch", 19});
  auto w = g.input("w", f32, {20, 37});
  auto f = compile(g, {matmul(x, w)});
  int line = __LINE__ - 1;
  ASSERT_FALSE(f.ok());
  for (std::string part : {"GraphProductTest.cpp:" + std::to_string(line), std::string("[batch, 19]"), std::string("[20, 37]")})
    EXPECT_NE(f.error().message.find(part), std::string::npos) << f.error().message;
}

TEST(GraphProduct, ThreadsAndRowsOfABlockDoNotChangeBits) {
  auto g = Graph();
  auto x = g.input("x", f32, {"batch", 70});
  auto w = g.input("w", f32, {70, 90});
  CompileSettings settings;
  settings.session.threads = 1;
  auto one = compile(g, {gelu(matmul(x, w))}, settings).value();
  settings.session.threads = 4;
  auto four = compile(g, {gelu(matmul(x, w))}, settings).value();
  Tensor tx = Tensor::create(f32, {61, 70}).value(), tw = Tensor::create(f32, {70, 90}).value();
  int next = 0;
  for (Tensor *tensor : {&tx, &tw})
    for (float &value : tensor->data<float>())
      value = std::sin(float(++next));
  Tensor a = one(tx, tw).value(), b = four(tx, tw).value();
  EXPECT_EQ(std::memcmp(a.bytes(), b.bytes(), a.byteCount()), 0);
}

} // namespace
