// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/Deviation.h"

#include "runtime/ElementValue.h"

#include <cmath>

namespace tenon {

void Deviation::add(int64_t at, double computed, double expected, double allowedThere) {
  if (computed == expected || (std::isnan(computed) && std::isnan(expected)))
    return;
  addUnequal(at, std::fabs(computed - expected), allowedThere);
}

void Deviation::addUnequal(int64_t at, double differenceThere, double allowedThere) {
  // An allowed error without bound means that the expected value itself may be an overflow.
  double ratioThere = 0;
  if (!(std::isinf(allowedThere) && allowedThere > 0))
    ratioThere = std::isfinite(differenceThere) && allowedThere > 0 ? differenceThere / allowedThere : INFINITY;
  if (ratioThere > 1) {
    ++exceeding;
    isWithin = false;
  }
  if (ratioThere > ratio || (ratioThere == ratio && !(differenceThere <= difference))) {
    ratio = ratioThere;
    position = at;
    difference = differenceThere;
    allowed = allowedThere;
  }
}

static std::string describe(const Tensor &tensor) {
  return std::string(elementTypeName(tensor.type())) + " " + shapeText(tensor.shape());
}

/// Of tensors of one type.
static bool haveEqualBits(const Tensor &x, const Tensor &y, int64_t i) {
  size_t bits = storedBits(x.type());
  if (bits < 8)
    return elementValue(x, i) == elementValue(y, i);
  size_t offset = static_cast<size_t>(i) * (bits / 8);
  return std::memcmp(x.bytes() + offset, y.bytes() + offset, bits / 8) == 0;
}

Result<Deviation> compareTensors(const std::string &name, const Tensor &computed, const Tensor &expected,
                                 const Tensor *allowed) {
  if (computed.type() != expected.type() || computed.shape() != expected.shape())
    return invalidArgument("'" + name + "' is " + describe(computed) + ", what is expected is " + describe(expected));
  if (allowed && ((allowed->type() != ElementType::F64 && allowed->type() != ElementType::F32) ||
                  allowed->shape() != computed.shape()))
    return invalidArgument("the allowed errors of '" + name + "' must be f64 or f32 " + shapeText(computed.shape()) +
                           ", they are " + describe(*allowed));
  Deviation deviation;
  for (int64_t i = 0; i < computed.elementCount(); ++i) {
    double x = elementValue(computed, i), y = elementValue(expected, i);
    if (allowed)
      deviation.add(i, x, y, elementValue(*allowed, i));
    else if (!haveEqualBits(computed, expected, i))
      deviation.addUnequal(i, std::fabs(x - y), 0);
  }
  return deviation;
}

} // namespace tenon
