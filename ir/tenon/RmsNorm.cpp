// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/reference/ErrorBound.h"
#include "ir/tenon/Gradient.h"
#include "ir/tenon/TenonOps.h"
#include <cmath>

using namespace mlir;

namespace tenon {

using ref::Array;

LogicalResult RmsNormOp::verify() {
  Type element = getElementTypeOrSelf(getX()), ofWeight = getElementTypeOrSelf(getWeight());
  SymbolicShape shape = getShape(getX().getType()), weight = getShape(getWeight().getType());
  ArrayRef<int64_t> dims = getDims();
  int64_t kept = int64_t(shape.size()) - int64_t(dims.size());
  if (dims.empty() || kept < 0 || !llvm::equal(dims, llvm::seq<int64_t>(kept, shape.size())))
    return emitOpError("dims must be the last dimensions of shape ") << toString(shape) << ", in order";
  if (element != ofWeight)
    return emitOpError("operands have element types ") << element << " and " << ofWeight << "; cast one of them";
  if (ArrayRef<DimExpr>(weight) != ArrayRef(shape).drop_front(kept))
    return emitOpError("over the last ") << dims.size() << " dimensions of shape " << toString(shape)
                                         << " has a weight of shape " << toString(weight);
  double eps = getEps().convertToDouble();
  if (!(eps >= 0) || std::isinf(eps))
    return emitOpError("has eps = ") << eps << "; expected a number of at least 0";
  return success();
}

//===- Reference --------------------------------------------------------------------------------------------------===//

FailureOr<SmallVector<Array>> RmsNormOp::evaluate(ArrayRef<const Array *> operands, ref::Context &context) {
  const Array &x = *operands[0], &weight = *operands[1];
  Array result(x.element, x.shape);
  bool rounds = context.precision == ref::Precision::Typed;
  double eps = getEps().convertToDouble();
  int64_t length = weight.size();
  for (int64_t row = 0; row < result.size(); row += length) {
    double squares = 0;
    for (int64_t i = 0; i < length; ++i)
      squares += x.numbers[row + i] * x.numbers[row + i];
    double scale = 1 / std::sqrt(squares / double(length) + eps);
    for (int64_t i = 0; i < length; ++i) {
      double value = x.numbers[row + i] * scale * weight.numbers[i];
      result.numbers[row + i] = rounds ? ref::roundTo(x.element, value) : value;
    }
  }
  return SmallVector<Array>{std::move(result)};
}

namespace {

/// 1 / sqrt(mean(x^2) + eps) of one row, and what it may differ by.
struct Scale {
  double value = 0, error = 0;
  bool isFinite = true;

  /// `smallest` and `largest` are the accumulator's numbers, `unit` half a unit of its last place.
  Scale(ArrayRef<double> x, ArrayRef<double> errors, double eps, double unit, double smallest, double largest) {
    double squares = 0, most = 0;
    for (auto [number, of] : llvm::zip_equal(x, errors)) {
      isFinite &= bool(std::isfinite(number));
      if (!std::isfinite(number))
        continue;
      squares += number * number;
      most += (std::fabs(number) + of) * (std::fabs(number) + of);
    }
    double mean = squares / double(x.size()) + eps, carried = (most - squares) / double(x.size());
    // n squares and their sum: (n + 1) u each for machine and oracle; then the reciprocal of n, two products' roundings
    // and eps with its own. A square below the normal range is lost.
    double bound = carried + (2 * double(x.size()) + 8) * unit * (mean + carried) + smallest;
    value = 1 / std::sqrt(mean);
    double above = 1 / std::sqrt(std::max(mean - bound, 0.0)), below = 1 / std::sqrt(mean + bound);
    // rsqrt is within 2 units in the last place, 4 u.
    error = std::max(above - value, value - below) + 5 * unit * above;
    if (!(most < largest / 2) || !std::isfinite(above))
      error = INFINITY;
  }
};

} // namespace

/// The scale carries the row's errors; two products and the rounding of the result follow.
Array RmsNormOp::evaluateError(ArrayRef<const Array *> operands, ArrayRef<const Array *> errors, const Array &result) {
  const Array &x = *operands[0], &weight = *operands[1];
  bool isDouble = x.element.isF64();
  double unit = std::ldexp(1.0, isDouble ? -53 : -24);
  double smallest = isDouble ? std::numeric_limits<double>::min() : std::numeric_limits<float>::min();
  double largest = isDouble ? std::numeric_limits<double>::max() : std::numeric_limits<float>::max();
  Array error(Float64Type::get(getContext()), result.shape);
  int64_t length = weight.size();
  for (int64_t row = 0; row < result.size(); row += length) {
    Scale scale(ArrayRef(x.numbers).slice(row, length), ArrayRef(errors[0]->numbers).slice(row, length),
                getEps().convertToDouble(), unit, smallest, largest);
    for (int64_t i = 0; i < length; ++i) {
      double a = std::fabs(x.numbers[row + i]), da = errors[0]->numbers[row + i];
      double w = std::fabs(weight.numbers[i]), dw = errors[1]->numbers[i];
      double &bound = error.numbers[row + i];
      if (!std::isfinite(scale.error) || !std::isfinite(da) || !std::isfinite(dw)) {
        bound = INFINITY;
      } else if (!scale.isFinite || !std::isfinite(w)) {
        // NaN and infinities come alike, unless a product that vanishes on the way meets an infinite weight.
        bound = scale.isFinite && a != 0 && (a - da) * (scale.value - scale.error) < smallest ? INFINITY : 0;
      } else {
        double scaled = a * scale.error + da * (scale.value + scale.error);
        double most = (a + da) * (scale.value + scale.error) * (w + dw);
        double before = scaled * (w + dw) + a * scale.value * dw + 4 * unit * most + smallest * (w + dw + 1);
        bound = ref::addRounding(x.element, result.numbers[row + i], before);
      }
    }
  }
  return error;
}

//===- Expansion --------------------------------------------------------------------------------------------------===//

Value divideBySize(OpBuilder &builder, Location loc, Value value, const DimExpr &size) {
  using namespace grad;
  Scope scope(builder, loc);
  Term x = scope.term(value);
  if (std::optional<int64_t> number = size.constant())
    return (x * (1 / double(*number))).value;
  return (x / scope.term(SizeOp::create(builder, loc, value.getType(), DimAttr::get(builder.getContext(), size))))
      .value;
}

SmallVector<Value> RmsNormOp::expand(OpBuilder &builder) {
  using namespace grad;
  Location loc = getLoc();
  Scope scope(builder, loc);
  Type element = getElementTypeOrSelf(getX()), wide = element.isF64() ? element : builder.getF32Type();
  SymbolicShape shape = getShape(getX().getType());
  auto ofRow = llvm::to_vector(llvm::seq<int64_t>(0, shape.size() - getDims().size()));
  Term x = scope.term(castElements(builder, loc, getX(), wide));
  Term weight = scope.term(castElements(builder, loc, getWeight(), wide));
  Type reduced = getTensorType(getContext(), getReducedShape(shape, getDims()), wide);
  Value squares = ReduceOp::create(builder, loc, reduced, Reduction::add, (x * x).value, getDims());
  DimExpr length = getElementCount(ArrayRef(shape).take_back(getDims().size()));
  Term mean = scope.term(divideBySize(builder, loc, squares, length));
  Term scale = rsqrt(mean + getEps().convertToDouble());
  auto repeat = [&](const Term &term, ArrayRef<int64_t> dimensions) {
    return scope.term(BroadcastOp::create(builder, loc, x.value.getType(), term.value, dimensions));
  };
  Term y = x * repeat(scale, ofRow) * repeat(weight, getDims());
  return {castElements(builder, loc, y.value, element)};
}

} // namespace tenon
