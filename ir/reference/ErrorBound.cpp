// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/reference/ErrorBound.h"

#include <cmath>

using namespace mlir;

namespace tenon::ref {

double unitInLastPlace(Type type, double value) {
  const llvm::fltSemantics &semantics = cast<FloatType>(getElementTypeOrSelf(type)).getFloatSemantics();
  int precision = llvm::APFloat::semanticsPrecision(semantics);
  int smallest = llvm::APFloat::semanticsMinExponent(semantics) - precision + 1;
  if (!std::isfinite(value) || value == 0)
    return std::ldexp(1.0, smallest);
  return std::ldexp(1.0, std::max(std::ilogb(value) - precision + 1, smallest));
}

/// Of the type in which elements of `type` are computed.
static double smallestNormal(Type type) {
  Type element = getElementTypeOrSelf(type);
  return std::ldexp(1.0, element.isF64() ? -1022 : -126);
}

double addRounding(Type type, double value, double error) {
  // Infinities and NaN of exact operands are the same for both.
  if (std::isinf(error) || (!std::isfinite(value) && error == 0))
    return error;
  double magnitude = std::fabs(value) + error, rounding = unitInLastPlace(type, magnitude);
  double largest = toDouble(llvm::APFloat::getLargest(cast<FloatType>(type).getFloatSemantics()));
  return magnitude + rounding < largest ? error + rounding : INFINITY;
}

/// |x - y|, 0 for two NaN or equal infinities.
static double distance(const Scalar &x, const Scalar &y) {
  if (!x.isFloat)
    return std::fabs(double(x.integer.value) - double(y.integer.value));
  if (x.number == y.number || (std::isnan(x.number) && std::isnan(y.number)))
    return 0;
  double difference = std::fabs(x.number - y.number);
  return std::isnan(difference) ? INFINITY : difference;
}

static double magnitudeOf(const Scalar &x) { return x.isFloat ? std::fabs(x.number) : 0; }

/// Error of one element of an elementwise op: from its operands' errors, and its own.
static double elementError(ElementwiseOpInterface op, SmallVectorImpl<Scalar> &operands, ArrayRef<double> errors,
                           const Scalar &value, Type type) {
  double carried = 0, magnitude = magnitudeOf(value);
  for (auto [operand, error] : llvm::zip(operands, errors)) {
    // IEEE 754 leaves sign and payload of a computed NaN open: ops that read the sign may give either; what reads all bits
    // as an integer may be anything.
    if (operand.isFloat && std::isnan(operand.number)) {
      operand.number = -operand.number;
      double difference = distance(op.evaluateScalar(operands), value);
      carried += difference != 0 && !value.isFloat ? INFINITY : difference;
      operand.number = -operand.number;
      continue;
    }
    if (error == 0)
      continue;
    Scalar middle = operand;
    double worst = 0;
    auto tryAt = [&](double offset) {
      if (middle.isFloat)
        operand.number = middle.number + offset;
      else
        operand.integer = Int::wrap(uint64_t(middle.integer.value + int64_t(offset)), middle.integer.width);
      Scalar moved = op.evaluateScalar(operands);
      worst = std::max(worst, distance(moved, value));
      magnitude = std::max(magnitude, magnitudeOf(moved));
    };
    // Functions of integers jump: every number that the operand may be is tried, or nothing is known.
    constexpr double mostTried = 32;
    if (!middle.isFloat && error > mostTried)
      return INFINITY;
    for (int64_t offset = 1; !middle.isFloat && offset <= error; ++offset) {
      tryAt(double(-offset));
      tryAt(double(offset));
    }
    if (middle.isFloat) {
      tryAt(-error);
      tryAt(error);
    }
    operand = middle;
    carried += worst;
  }
  if (!value.isFloat)
    return carried;
  double ulps = op.getUlps();
  // Inexact operands: machine and oracle round different numbers, each by half a unit.
  if (carried != 0 || ulps != 0)
    carried += (ulps + 1) * unitInLastPlace(type, std::min(magnitude, std::numeric_limits<double>::max()));
  // A formula may overflow inside where its result is that small: x / (1 + exp(-x)) at -100 is 0 in f32.
  bool isFormula = ulps > 1;
  if (double smallest = smallestNormal(type); isFormula && std::fabs(value.number) < smallest)
    carried += smallest;
  return carried;
}

static Array errorOf(ElementwiseOpInterface op, ArrayRef<const Bounded *> operands, const Array &value) {
  Array error(Float64Type::get(op.getContext()), value.shape);
  SmallVector<Scalar> scalars(operands.size());
  SmallVector<double> errors(operands.size());
  for (int64_t i = 0, size = value.size(); i < size; ++i) {
    for (auto [j, operand] : llvm::enumerate(operands)) {
      scalars[j] = operand->value.get(i);
      errors[j] = operand->error.numbers[i];
    }
    error.numbers[i] = elementError(op, scalars, errors, value.get(i), op->getResult(0).getType());
  }
  return error;
}

static FailureOr<Bounded> evaluateBounded(Operation *op, ArrayRef<const Bounded *> operands, Context &context) {
  SmallVector<const Array *> values, errors;
  for (const Bounded *operand : operands) {
    values.push_back(&operand->value);
    errors.push_back(&operand->error);
  }
  auto reference = cast<ReferenceOpInterface>(op);
  FailureOr<SmallVector<Array>> results = reference.evaluate(values, context);
  if (failed(results))
    return failure();
  Bounded result{std::move((*results)[0]), {}};
  if (isa<ViewOpInterface>(op)) {
    FailureOr<SmallVector<Array>> moved = reference.evaluate(errors, context);
    if (failed(moved))
      return failure();
    result.error = std::move((*moved)[0]);
  } else if (auto bounded = dyn_cast<BoundedErrorOpInterface>(op)) {
    result.error = bounded.evaluateError(values, errors, result.value);
  } else if (auto elementwise = dyn_cast<ElementwiseOpInterface>(op)) {
    result.error = errorOf(elementwise, operands, result.value);
  } else {
    result.error = Array(Float64Type::get(op->getContext()), result.value.shape);
  }
  return result;
}

FailureOr<std::vector<Bounded>> evaluateWithBounds(EntryOp entry, ArrayRef<const Array *> arguments) {
  auto symbols = bindSymbols(entry, arguments);
  if (failed(symbols))
    return failure();
  Context context(Precision::Typed, std::move(*symbols));
  DenseMap<Value, std::unique_ptr<Bounded>> values;
  Block &block = entry.getBody().front();
  for (auto [argument, array] : llvm::zip_equal(block.getArguments(), arguments))
    values[argument] =
        std::make_unique<Bounded>(Bounded{*array, Array(Float64Type::get(entry.getContext()), array->shape)});
  for (Operation &op : block.without_terminator()) {
    if (auto assumption = dyn_cast<AssumeDimsOp>(op)) {
      if (failed(assumption.evaluate({}, context)))
        return failure();
      continue;
    }
    // What has no operands is computed exactly.
    if (op.getNumOperands() != 0 && !isa<ElementwiseOpInterface, ViewOpInterface, BoundedErrorOpInterface>(op))
      return op.emitError("has no error analysis");
    SmallVector<const Bounded *> operands;
    for (Value operand : op.getOperands())
      operands.push_back(values.at(operand).get());
    FailureOr<Bounded> result = evaluateBounded(&op, operands, context);
    if (failed(result))
      return failure();
    values[op.getResult(0)] = std::make_unique<Bounded>(std::move(*result));
  }
  std::vector<Bounded> outputs;
  for (Value output : cast<ReturnOp>(block.getTerminator()).getOutputs())
    outputs.push_back(*values.at(output));
  return outputs;
}

} // namespace tenon::ref
