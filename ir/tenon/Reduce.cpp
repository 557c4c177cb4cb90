// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/reference/Elementwise.h"
#include "ir/reference/ErrorBound.h"
#include "ir/reference/Offsets.h"
#include "ir/tenon/Gradient.h"
#include "ir/tenon/TenonOps.h"
#include <cmath>

using namespace mlir;

namespace tenon {

using ref::Array;

SmallVector<int64_t> ReduceOp::getKept() {
  SmallVector<int64_t> kept;
  for (int64_t d = 0; d < cast<RankedTensorType>(getX().getType()).getRank(); ++d)
    if (!llvm::is_contained(getDims(), d))
      kept.push_back(d);
  return kept;
}

SymbolicShape getReducedShape(ArrayRef<DimExpr> shape, ArrayRef<int64_t> dims) {
  SymbolicShape kept;
  for (auto [d, size] : llvm::enumerate(shape))
    if (!llvm::is_contained(dims, int64_t(d)))
      kept.push_back(size);
  return kept;
}

LogicalResult ReduceOp::verify() {
  Type from = getElementTypeOrSelf(getX()), to = getElementTypeOrSelf(getResult());
  SymbolicShape shape = getShape(getX().getType());
  ArrayRef<int64_t> dims = getDims();
  if (dims.empty())
    return emitOpError("names no dimension of shape ") << toString(shape) << "; use the operand itself";
  for (auto [i, d] : llvm::enumerate(dims))
    if (d < 0 || d >= int64_t(shape.size()) || (i > 0 && d <= dims[i - 1]))
      return emitOpError("dims must increase and lie within the operand's shape ") << toString(shape);
  if (from != to)
    return emitOpError("operand has element type ") << from << ", result " << to;
  if (from.isInteger(1) && getKind() != Reduction::maximum && getKind() != Reduction::minimum)
    return emitOpError("of truth values is maximum or minimum, not ")
           << stringifyReduction(getKind()) << "; cast first";
  SymbolicShape expected = getReducedShape(shape, dims);
  if (getShape(getResult().getType()) != expected)
    return emitOpError("of shape ") << toString(shape) << " gives shape " << toString(expected)
                                    << ", the result has shape " << toString(getShape(getResult().getType()));
  return success();
}

//===- Reference --------------------------------------------------------------------------------------------------===//

template <typename T> static T combine(Reduction kind, T x, T y) {
  switch (kind) {
  case Reduction::add:
    return x + y;
  case Reduction::multiply:
    return x * y;
  case Reduction::maximum:
    return ref::maximumOf(x, y);
  case Reduction::minimum:
    return ref::minimumOf(x, y);
  }
  llvm_unreachable("reductions are complete");
}

static double neutralNumber(Reduction kind) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return kind == Reduction::add        ? 0
         : kind == Reduction::multiply ? 1
         : kind == Reduction::maximum  ? -infinity
                                       : infinity;
}

static ref::Int neutralInteger(Reduction kind, unsigned width) {
  // Of one bit the smallest number is 0: truth values have no sign.
  uint64_t smallest = width == 1 ? 0 : uint64_t(1) << (width - 1);
  uint64_t bits = kind == Reduction::add        ? 0
                  : kind == Reduction::multiply ? 1
                  : kind == Reduction::maximum  ? smallest
                                                : ~smallest;
  return ref::Int::wrap(bits, width);
}

FailureOr<SmallVector<Array>> ReduceOp::evaluate(ArrayRef<const Array *> operands, ref::Context &context) {
  auto shape = context.shapeOf(*this, getResult().getType());
  if (failed(shape))
    return failure();
  const Array &x = *operands[0];
  Array result(x.element, *shape);
  bool rounds = context.precision == ref::Precision::Typed;
  std::vector<int64_t> steps = ref::listOffsets(x, getDims());
  for (auto [i, base] : llvm::enumerate(ref::listOffsets(x, getKept()))) {
    if (x.isFloat()) {
      double value = neutralNumber(getKind());
      for (int64_t step : steps)
        value = combine(getKind(), value, x.numbers[base + step]);
      result.numbers[i] = rounds ? ref::roundTo(x.element, value) : value;
      continue;
    }
    ref::Int value = neutralInteger(getKind(), x.element.getIntOrFloatBitWidth());
    for (int64_t step : steps)
      value = combine(getKind(), value, x.get(base + step).integer);
    result.integers[i] = value.value;
  }
  return SmallVector<Array>{std::move(result)};
}

namespace {

/// What is known of the elements that one result is made of.
struct Elements {
  int64_t count = 0;
  /// Sums of magnitudes (with the errors) and of errors; the largest error.
  double sum = 0, errors = 0, largestError = 0;
  /// The largest and the smallest magnitude that a product of some finite elements may have, those that are 0 left out.
  double largestProduct = 1, smallestProduct = 1;
  /// The product of the finite magnitudes, and what the operands' errors may change of it.
  double product = 1, productError = 0;
  bool isFinite = true;

  void add(double value, double error) {
    ++count;
    errors += error;
    largestError = std::max(largestError, error);
    if (!std::isfinite(value)) {
      isFinite = false;
      return;
    }
    double magnitude = std::fabs(value), most = magnitude + error, least = std::max(magnitude - error, 0.0);
    sum += most;
    largestProduct *= std::max(most, 1.0);
    if (most != 0)
      smallestProduct *= std::min(least, 1.0);
    productError = productError * most + product * error;
    product *= magnitude;
  }
};

/// Accumulators of a reduction: half a unit of their last place (0: exact), their largest and smallest normal number.
struct Accumulator {
  double unit, largest, smallest;

  explicit Accumulator(Type element) {
    unsigned width = element.getIntOrFloatBitWidth();
    if (isa<IntegerType>(element))
      *this = {0, std::ldexp(1.0, width - 1), 0};
    else if (width == 64)
      *this = {std::ldexp(1.0, -53), std::numeric_limits<double>::max(), std::numeric_limits<double>::min()};
    else
      *this = {std::ldexp(1.0, -24), std::numeric_limits<float>::max(), std::numeric_limits<float>::min()};
  }

private:
  Accumulator(double unit, double largest, double smallest) : unit(unit), largest(largest), smallest(smallest) {}
};

/// Before the rounding of the result. n sums in any order: |error| <= (n - 1) u sum |x| (Higham, Accuracy and Stability
/// of Numerical Algorithms, 2nd edition, section 4.2); a product of n: (n - 1) u |product| (section 3.1); each for
/// machine and oracle. Infinity where one order may leave the range of the accumulator and another one not.
double errorOf(Reduction kind, const Elements &x, const Accumulator &accumulator) {
  if (kind == Reduction::maximum || kind == Reduction::minimum)
    return x.largestError;
  double rounded = 2 * double(x.count) * accumulator.unit;
  if (kind == Reduction::add) {
    // Where operands are exact, integers wrap alike in every order.
    if (accumulator.unit == 0 && x.errors == 0)
      return 0;
    if (!(x.sum < accumulator.largest / 2) || !std::isfinite(x.errors))
      return INFINITY;
    return x.isFinite ? x.errors + rounded * x.sum : 0;
  }
  if (accumulator.unit == 0 && x.errors == 0)
    return 0;
  bool underflows = x.smallestProduct < accumulator.smallest;
  if (!(x.largestProduct < accumulator.largest / 2) || !std::isfinite(x.errors) || (underflows && !x.isFinite))
    return INFINITY;
  if (!x.isFinite)
    return 0;
  // A partial product below the normal range loses up to the smallest normal number.
  double lost = underflows ? double(x.count) * accumulator.smallest * x.largestProduct : 0;
  return x.productError + rounded * (x.product + x.productError) + lost;
}

} // namespace

Array ReduceOp::evaluateError(ArrayRef<const Array *> operands, ArrayRef<const Array *> errors, const Array &result) {
  const Array &x = *operands[0];
  Accumulator accumulator(x.element);
  Array error(Float64Type::get(getContext()), result.shape);
  std::vector<int64_t> steps = ref::listOffsets(x, getDims());
  for (auto [i, base] : llvm::enumerate(ref::listOffsets(x, getKept()))) {
    Elements elements;
    for (int64_t step : steps)
      elements.add(x.isFloat() ? x.numbers[base + step] : double(x.integers[base + step]),
                   errors[0]->numbers[base + step]);
    error.numbers[i] = errorOf(getKind(), elements, accumulator);
    bool rounds = getKind() == Reduction::add || getKind() == Reduction::multiply;
    if (rounds && result.isFloat())
      error.numbers[i] = ref::addRounding(result.element, result.numbers[i], error.numbers[i]);
  }
  return error;
}

//===- Gradient ---------------------------------------------------------------------------------------------------===//

bool ReduceOp::hasGradient() { return isa<FloatType>(getElementTypeOrSelf(getX())); }

SmallVector<Value> ReduceOp::buildVjp(OpBuilder &builder, Location loc, ValueRange residuals, ValueRange cotangents) {
  using namespace grad;
  Scope scope(builder, loc);
  auto [x, r] = scope.terms<2>(residuals);
  Term dy = scope.term(cotangents[0]);
  auto repeat = [&](const Term &term) {
    return scope.term(BroadcastOp::create(builder, loc, getX().getType(), term.value, getKept()));
  };
  auto reduce = [&](Reduction kind, const Term &term) {
    return scope.term(ReduceOp::create(builder, loc, r.value.getType(), kind, term.value, getDims()));
  };
  auto count = [&](const Term &condition) { return reduce(Reduction::add, where(condition, splat(1, x), zero(x))); };
  if (getKind() == Reduction::add)
    return scope.gradients({repeat(dy)});
  if (getKind() != Reduction::multiply) {
    Term isReached = equal(x, repeat(r));
    return scope.gradients({where(isReached, repeat(dy / count(isReached)), zero(x))});
  }
  // The product of the other elements: of rows without a 0 that of all over x; at the only 0 of a row that of the rest.
  Term isZero = equal(x, zero(x)), factors = where(isZero, splat(1, x), x);
  Term product = reduce(Reduction::multiply, factors) * dy, zeros = count(isZero);
  Term atOthers = where(equal(zeros, zero(zeros)), product, zero(product));
  Term atZero = where(equal(zeros, splat(1, zeros)), product, zero(product));
  return scope.gradients({where(isZero, repeat(atZero), repeat(atOthers) / factors)});
}

} // namespace tenon
