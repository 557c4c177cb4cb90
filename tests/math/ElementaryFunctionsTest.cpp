// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Errors of the elementary functions on a sample of inputs; Exhaustive.cpp measures all.
#include "tests/math/Functions.h"
#include "tests/math/Samples.h"
#include "tests/math/Ulp.h"
#include <algorithm>
#include <gtest/gtest.h>
#include <string_view>
#include <vector>

namespace tenon::math {
namespace {

/// The promise of docs/math-functions.md: 2 units in the last place, 1 for the f32 functions that model kernels use
/// most and for those that need no more. The largest errors measured there are below these bounds.
template <class T> double bound(std::string_view name) {
  constexpr std::string_view tight[] = {"exp", "exp2", "log", "tan", "cbrt", "pow"};
  bool isTight = sizeof(T) == 4 && std::find(std::begin(tight), std::end(tight), name) != std::end(tight);
  return isTight ? 1 : 2;
}

template <class T> void expectAccurate(const Unary<T> &function, const std::vector<T> &x) {
  std::vector<T> result(x.size());
  function.evaluate(x.data(), result.data(), x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    ASSERT_LE(ulpError(result[i], function.reference(x[i])), bound<T>(function.name))
        << function.name << "(" << x[i] << ") = " << result[i] << ", expected " << function.reference(x[i]);
}

template <class T> void expectAccurate(const Binary<T> &function, const std::vector<T> &x, const std::vector<T> &y) {
  std::vector<T> result(x.size());
  function.evaluate(x.data(), y.data(), result.data(), x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    ASSERT_LE(ulpError(result[i], function.reference(x[i], y[i])), bound<T>(function.name))
        << function.name << "(" << x[i] << ", " << y[i] << ") = " << result[i] << ", expected "
        << function.reference(x[i], y[i]);
}

template <class T> std::vector<T> specialValues() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values;
  for (T x : {T(0), Limits::denorm_min(), Limits::min(), T(0.5), T(1), T(1.5), T(2), T(3), T(4.5), T(1e5), T(100000.5),
              Samples<T>::kWorstAngle, Limits::max() / 2, Limits::max(), Limits::infinity(), Limits::quiet_NaN()})
    for (T signedX : {x, -x})
      for (T near : {std::nextafter(signedX, T(0)), signedX, std::nextafter(signedX, signedX * 2)})
        values.push_back(near);
  return values;
}

template <class T> class ElementaryFunctions : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(ElementaryFunctions, Types);

TYPED_TEST(ElementaryFunctions, UnaryOnSpecialValues) {
  for (const auto &function : unaryFunctions<TypeParam>())
    expectAccurate(function, specialValues<TypeParam>());
}

TYPED_TEST(ElementaryFunctions, BinaryOnPairsOfSpecialValues) {
  std::vector<TypeParam> x, y;
  for (TypeParam a : specialValues<TypeParam>())
    for (TypeParam b : specialValues<TypeParam>())
      x.push_back(a), y.push_back(b);
  for (const auto &function : binaryFunctions<TypeParam>())
    expectAccurate(function, x, y);
}

TYPED_TEST(ElementaryFunctions, UnaryOnRandomValues) {
  Samples<TypeParam> samples(1);
  std::vector<TypeParam> x(200'000);
  for (TypeParam &value : x)
    value = samples.next();
  for (const auto &function : unaryFunctions<TypeParam>())
    expectAccurate(function, x);
}

TYPED_TEST(ElementaryFunctions, BinaryOnRandomPairs) {
  Samples<TypeParam> samples(2);
  std::vector<TypeParam> x(1'000'000), y(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    samples.nextPair(x[i], y[i]);
  for (const auto &function : binaryFunctions<TypeParam>())
    expectAccurate(function, x, y);
}

TEST(ElementaryFunctions, NoOperationOnConstantsAlone) { EXPECT_EQ(operationsOnConstantsAlone(), 0); }

std::vector<float> stridedFloats() {
  std::vector<float> x;
  for (std::uint64_t bits = 0; bits < std::uint64_t(1) << 32; bits += 1999)
    x.push_back(fromIndex<float>(bits));
  return x;
}

TEST(ElementaryFunctions, UnaryOnStridedFloats) {
  std::vector<float> x = stridedFloats();
  for (const auto &function : unaryFunctions<float>())
    expectAccurate(function, x);
}

/// 5 ULP for a dozen roundings, and x^2 / 2 for rounding the argument of the exponential function, which is that large.
TEST(ElementaryFunctions, NormalDistributionOnStridedFloats) {
  std::vector<float> x = stridedFloats(), result(x.size());
  const Unary<float> &function = twiceNormalCdfFunction();
  function.evaluate(x.data(), result.data(), x.size());
  double largest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    double error = ulpError(result[i], function.reference(x[i])), square = double(x[i]) * x[i];
    ASSERT_LE(error, 5 + (x[i] < 0 && square < 300 ? square / 2 : 0)) << x[i] << " to " << result[i];
    if (std::abs(x[i]) <= 4)
      largest = std::max(largest, error);
  }
  RecordProperty("largestErrorUpTo4", std::to_string(largest));
  std::printf("largest error of 2 Phi(x) for |x| <= 4: %.3f ULP, %d operations\n", largest, function.operations);
}

} // namespace
} // namespace tenon::math
