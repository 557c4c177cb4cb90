// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/reference/CompareTensors.h"

#include <cmath>
#include <cstdio>
#include <cstring>

namespace tenon::reference {

static double asDouble(const Tensor &tensor, int64_t i) {
  return tensor.type() == ElementType::F64 ? tensor.data<double>()[i] : tensor.data<float>()[i];
}

static std::string describe(const Tensor &tensor) {
  return std::string(elementTypeName(tensor.type())) + " " + shapeText(tensor.shape());
}

static bool isFloating(const Tensor &tensor) {
  return tensor.type() == ElementType::F64 || tensor.type() == ElementType::F32;
}

double largestOf(const Tensor &tensor) {
  double largest = 0;
  for (int64_t i = 0; isFloating(tensor) && i < tensor.elementCount(); ++i)
    if (double value = std::abs(asDouble(tensor, i)); std::isfinite(value))
      largest = std::max(largest, value);
  return largest;
}

std::string compareTensors(const Tensor &computed, const Tensor &expected, double leastScale, double &worst) {
  if (computed.type() != expected.type() || computed.shape() != expected.shape())
    return "is " + describe(computed) + ", expected " + describe(expected);
  if (!isFloating(expected))
    return expected.byteCount() == 0 || std::memcmp(computed.bytes(), expected.bytes(), expected.byteCount()) == 0
               ? ""
               : "differs";
  double scale = std::max(largestOf(expected), leastScale);
  for (int64_t i = 0; i < expected.elementCount(); ++i) {
    double found = asDouble(computed, i), wanted = asDouble(expected, i);
    if (found == wanted || (std::isnan(found) && std::isnan(wanted)))
      continue;
    double difference = std::abs(found - wanted);
    // Of NaN and of infinities as well.
    if (!(difference <= tolerance * scale)) {
      char text[128];
      std::snprintf(text, sizeof text, "at %lld is %.17g, expected %.17g", static_cast<long long>(i), found, wanted);
      return text;
    }
    worst = std::max(worst, difference / scale);
  }
  return "";
}

} // namespace tenon::reference
