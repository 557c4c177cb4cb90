// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Instantiates the elementary functions on host values.
#include "tests/math/Functions.h"
#include "codegen/math/ErrorFunction.h"
#include "codegen/math/ExpLog.h"
#include "codegen/math/Hyperbolic.h"
#include "codegen/math/Power.h"
#include "codegen/math/Trigonometry.h"
#include "tests/math/CountedValue.h"
#include "tests/math/HostValue.h"
#include <numbers>

namespace tenon::math {
namespace {

template <class T> inline constexpr int kBits = 8 * sizeof(T);

template <class T, class F> void evaluateUnary(const T *x, T *result, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    result[i] = F{}(HostFloat<kBits<T>>(x[i])).value;
}

template <class T, class F> void evaluateBinary(const T *x, const T *y, T *result, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    result[i] = F{}(HostFloat<kBits<T>>(x[i]), HostFloat<kBits<T>>(y[i])).value;
}

template <class T, class F, class R> Unary<T> unary(const char *name, F, R) {
  return {name, evaluateUnary<T, F>, [](Reference<T> x) { return Reference<T>(R{}(x)); },
          countOperations<kBits<T>>([](auto x) { F{}(x); })};
}

template <class T, class F, class R> Binary<T> binary(const char *name, F, R) {
  return {name, evaluateBinary<T, F>, [](Reference<T> x, Reference<T> y) { return Reference<T>(R{}(x, y)); },
          countOperations<kBits<T>>([](auto x) { F{}(x, x); })};
}

} // namespace

template <class T> std::span<const Unary<T>> unaryFunctions() {
  static const Unary<T> table[] = {
      unary<T>(
          "exp", [](auto x) { return exp(x); }, [](auto x) { return std::exp(x); }),
      unary<T>(
          "exp2", [](auto x) { return exp2(x); }, [](auto x) { return std::exp2(x); }),
      unary<T>(
          "expm1", [](auto x) { return expm1(x); }, [](auto x) { return std::expm1(x); }),
      unary<T>(
          "log", [](auto x) { return log(x); }, [](auto x) { return std::log(x); }),
      unary<T>(
          "log2", [](auto x) { return log2(x); }, [](auto x) { return std::log2(x); }),
      unary<T>(
          "log10", [](auto x) { return log10(x); }, [](auto x) { return std::log10(x); }),
      unary<T>(
          "log1p", [](auto x) { return log1p(x); }, [](auto x) { return std::log1p(x); }),
      unary<T>(
          "sin", [](auto x) { return sin(x); }, [](auto x) { return std::sin(x); }),
      unary<T>(
          "cos", [](auto x) { return cos(x); }, [](auto x) { return std::cos(x); }),
      unary<T>(
          "tan", [](auto x) { return tan(x); }, [](auto x) { return std::tan(x); }),
      unary<T>(
          "asin", [](auto x) { return asin(x); }, [](auto x) { return std::asin(x); }),
      unary<T>(
          "acos", [](auto x) { return acos(x); }, [](auto x) { return std::acos(x); }),
      unary<T>(
          "atan", [](auto x) { return atan(x); }, [](auto x) { return std::atan(x); }),
      unary<T>(
          "sinh", [](auto x) { return sinh(x); }, [](auto x) { return std::sinh(x); }),
      unary<T>(
          "cosh", [](auto x) { return cosh(x); }, [](auto x) { return std::cosh(x); }),
      unary<T>(
          "tanh", [](auto x) { return tanh(x); }, [](auto x) { return std::tanh(x); }),
      unary<T>(
          "asinh", [](auto x) { return asinh(x); }, [](auto x) { return std::asinh(x); }),
      unary<T>(
          "acosh", [](auto x) { return acosh(x); }, [](auto x) { return std::acosh(x); }),
      unary<T>(
          "atanh", [](auto x) { return atanh(x); }, [](auto x) { return std::atanh(x); }),
      unary<T>(
          "erf", [](auto x) { return erf(x); }, [](auto x) { return std::erf(x); }),
      unary<T>(
          "erfc", [](auto x) { return erfc(x); }, [](auto x) { return std::erfc(x); }),
      unary<T>(
          "cbrt", [](auto x) { return cbrt(x); }, [](auto x) { return std::cbrt(x); }),
      unary<T>(
          "rsqrt", [](auto x) { return rsqrt(x); }, [](auto x) { return 1 / std::sqrt(x); }),
  };
  return table;
}

const Unary<float> &twiceNormalCdfFunction() {
  static const Unary<float> function = unary<float>(
      "2 Phi", [](auto x) { return twiceNormalCdf(x); }, [](auto x) { return std::erfc(-x / std::numbers::sqrt2); });
  return function;
}

template <class T> std::span<const Binary<T>> binaryFunctions() {
  static const Binary<T> table[] = {
      binary<T>(
          "atan2", [](auto y, auto x) { return atan2(y, x); }, [](auto y, auto x) { return std::atan2(y, x); }),
      binary<T>(
          "pow", [](auto x, auto y) { return pow(x, y); }, [](auto x, auto y) { return std::pow(x, y); }),
  };
  return table;
}

int operationsOnConstantsAlone() {
  unaryFunctions<float>(), unaryFunctions<double>(), binaryFunctions<float>(), binaryFunctions<double>();
  twiceNormalCdfFunction();
  return OperationCount::onConstantsAlone;
}

template std::span<const Unary<float>> unaryFunctions();
template std::span<const Unary<double>> unaryFunctions();
template std::span<const Binary<float>> binaryFunctions();
template std::span<const Binary<double>> binaryFunctions();

} // namespace tenon::math
