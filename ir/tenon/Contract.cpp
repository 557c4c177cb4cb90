// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/reference/ErrorBound.h"
#include "ir/reference/Offsets.h"
#include "ir/tenon/TenonOps.h"
#include <cmath>

using namespace mlir;

namespace tenon {

using ref::Array;

static SmallVector<int64_t> freeDimensions(Type type, ArrayRef<int64_t> batch, ArrayRef<int64_t> contract) {
  SmallVector<int64_t> free;
  for (int64_t d = 0; d < cast<RankedTensorType>(type).getRank(); ++d)
    if (!llvm::is_contained(batch, d) && !llvm::is_contained(contract, d))
      free.push_back(d);
  return free;
}

SymbolicShape getDotShape(Type xType, Type yType, ArrayRef<int64_t> xBatch, ArrayRef<int64_t> yBatch,
                          ArrayRef<int64_t> xContract, ArrayRef<int64_t> yContract) {
  SymbolicShape x = getShape(xType), y = getShape(yType), shape;
  for (int64_t d : xBatch)
    shape.push_back(x[d]);
  for (int64_t d : freeDimensions(xType, xBatch, xContract))
    shape.push_back(x[d]);
  for (int64_t d : freeDimensions(yType, yBatch, yContract))
    shape.push_back(y[d]);
  return shape;
}

SmallVector<int64_t> DotGeneralOp::getXFree() {
  return freeDimensions(getX().getType(), getXBatch(), getXContract());
}
SmallVector<int64_t> DotGeneralOp::getYFree() {
  return freeDimensions(getY().getType(), getYBatch(), getYContract());
}

/// Each of `dimensions` and `others` names a dimension of the operand, none twice.
static bool areDistinct(Type type, ArrayRef<int64_t> dimensions, ArrayRef<int64_t> others) {
  llvm::SmallDenseSet<int64_t> seen;
  for (int64_t d : llvm::concat<const int64_t>(dimensions, others))
    if (d < 0 || d >= cast<RankedTensorType>(type).getRank() || !seen.insert(d).second)
      return false;
  return true;
}

LogicalResult DotGeneralOp::verify() {
  Type xType = getX().getType(), yType = getY().getType();
  if (getElementTypeOrSelf(xType) != getElementTypeOrSelf(yType))
    return emitOpError("operands have element types ") << getElementTypeOrSelf(xType) << " and "
                                                       << getElementTypeOrSelf(yType) << "; cast one of them";
  if (getXBatch().size() != getYBatch().size() || getXContract().size() != getYContract().size() ||
      !areDistinct(xType, getXBatch(), getXContract()) || !areDistinct(yType, getYBatch(), getYContract()))
    return emitOpError("batch and contract must pair dimensions of both operands, each at most once");
  SymbolicShape x = getShape(xType), y = getShape(yType);
  auto checkPairs = [&](ArrayRef<int64_t> left, ArrayRef<int64_t> right) -> LogicalResult {
    for (auto [i, j] : llvm::zip(left, right))
      if (x[i] != y[j])
        return emitOpError("pairs dimension ") << i << " of shape " << toString(x) << " with dimension " << j
                                               << " of shape " << toString(y) << "; they differ";
    return success();
  };
  if (failed(checkPairs(getXBatch(), getYBatch())) || failed(checkPairs(getXContract(), getYContract())))
    return failure();
  SymbolicShape expected = getDotShape(xType, yType, getXBatch(), getYBatch(), getXContract(), getYContract());
  if (getShape(getResult().getType()) != expected)
    return emitOpError("gives shape ") << toString(expected) << ", the result has shape "
                                       << toString(getShape(getResult().getType()));
  return success();
}

/// Calls `sum` with, for each element of the result in order, the offsets of the paired elements of x and y.
static void forEachSum(DotGeneralOp op, const Array &x, const Array &y,
                       function_ref<void(int64_t index, int64_t xBase, int64_t yBase, ArrayRef<int64_t> xSteps,
                                         ArrayRef<int64_t> ySteps)>
                           sum) {
  std::vector<int64_t> xBatch = ref::listOffsets(x, op.getXBatch()), yBatch = ref::listOffsets(y, op.getYBatch());
  std::vector<int64_t> xFree = ref::listOffsets(x, op.getXFree()), yFree = ref::listOffsets(y, op.getYFree());
  std::vector<int64_t> xSteps = ref::listOffsets(x, op.getXContract()), ySteps = ref::listOffsets(y, op.getYContract());
  int64_t index = 0;
  for (auto [xb, yb] : llvm::zip_equal(xBatch, yBatch))
    for (int64_t xf : xFree)
      for (int64_t yf : yFree)
        sum(index++, xb + xf, yb + yf, xSteps, ySteps);
}

FailureOr<SmallVector<Array>> DotGeneralOp::evaluate(ArrayRef<const Array *> operands, ref::Context &context) {
  auto shape = context.shapeOf(*this, getResult().getType());
  if (failed(shape))
    return failure();
  const Array &x = *operands[0], &y = *operands[1];
  Array result(getElementTypeOrSelf(getResult().getType()), *shape);
  bool rounds = context.precision == ref::Precision::Typed;
  forEachSum(*this, x, y, [&](int64_t index, int64_t xBase, int64_t yBase, ArrayRef<int64_t> xSteps,
                              ArrayRef<int64_t> ySteps) {
    double sum = 0;
    for (auto [i, j] : llvm::zip_equal(xSteps, ySteps))
      sum += x.numbers[xBase + i] * y.numbers[yBase + j];
    result.numbers[index] = rounds ? ref::roundTo(result.element, sum) : sum;
  });
  return SmallVector<Array>{std::move(result)};
}

/// A sum of K products in any order: |error| <= (K + 1) u sum |x y|, u half a unit of the accumulator (Higham, Accuracy
/// and Stability of Numerical Algorithms, 2nd edition, section 3.1), for machine and oracle; the operands' own errors; and
/// the rounding of the result. Units that flush subnormals lose up to 2^-126 of an operand of each product.
Array DotGeneralOp::evaluateError(ArrayRef<const Array *> operands, ArrayRef<const Array *> errors,
                                  const Array &result) {
  const Array &x = *operands[0], &y = *operands[1];
  bool isDouble = getElementTypeOrSelf(getX().getType()).isF64();
  double unit = std::ldexp(1.0, isDouble ? -53 : -24), flushed = isDouble ? 0 : std::ldexp(1.0, -126);
  double largestSum = isDouble ? std::numeric_limits<double>::max() : std::numeric_limits<float>::max();
  Array error(Float64Type::get(getContext()), result.shape);
  forEachSum(*this, x, y, [&](int64_t index, int64_t xBase, int64_t yBase, ArrayRef<int64_t> xSteps,
                              ArrayRef<int64_t> ySteps) {
    double carried = 0, absolute = 0;
    bool isFinite = true;
    for (auto [i, j] : llvm::zip_equal(xSteps, ySteps)) {
      double a = std::fabs(x.numbers[xBase + i]), b = std::fabs(y.numbers[yBase + j]);
      double da = errors[0]->numbers[xBase + i], db = errors[1]->numbers[yBase + j];
      if (!std::isfinite(a) || !std::isfinite(b)) {
        // An infinity times what counts as 0 is NaN.
        if (double other = std::min(a, b); other > 0 && other < flushed)
          absolute = INFINITY;
        isFinite = false;
        continue;
      }
      carried += a * db + b * da + da * db + flushed * (a + b + 1);
      absolute += (a + da) * (b + db);
    }
    // A partial sum may overflow in one order and not in another.
    if (!(absolute < largestSum / 2)) {
      error.numbers[index] = INFINITY;
      return;
    }
    // Infinities and NaN are the same in every order.
    if (!isFinite)
      return;
    double sum = carried + 2 * (double(xSteps.size()) + 1) * unit * absolute;
    error.numbers[index] = ref::addRounding(result.element, result.numbers[index], sum);
  });
  return error;
}

//===- Gradient -------------------------------------------------------------------------------------------------------===//

bool DotGeneralOp::hasGradient() { return true; }

namespace {

/// `value`, whose dimension i is dimension order[i] of the operand, in the operand's own order.
Value permuteBack(OpBuilder &builder, Location loc, Value value, ArrayRef<int64_t> order) {
  SmallVector<int64_t> permutation(order.size());
  for (auto [i, dimension] : llvm::enumerate(order))
    permutation[dimension] = i;
  return TransposeOp::create(builder, loc, value, permutation);
}

/// Dimensions `dimensions` of an operand, ordered as their partners are in the other operand.
SmallVector<int64_t> inOrderOf(ArrayRef<int64_t> partners, ArrayRef<int64_t> dimensions) {
  SmallVector<std::pair<int64_t, int64_t>> pairs;
  for (auto [partner, dimension] : llvm::zip(partners, dimensions))
    pairs.emplace_back(partner, dimension);
  llvm::sort(pairs);
  return llvm::map_to_vector(pairs, [](auto pair) { return pair.second; });
}

} // namespace

SmallVector<Value> DotGeneralOp::buildVjp(OpBuilder &builder, Location loc, ValueRange residuals,
                                          ValueRange cotangents) {
  Value x = residuals[0], y = residuals[1], dy = cotangents[0];
  Type element = getElementTypeOrSelf(x);
  // Products take one element type: the wider of operand and cotangent.
  Type wide = getElementTypeOrSelf(dy).getIntOrFloatBitWidth() > element.getIntOrFloatBitWidth()
                  ? getElementTypeOrSelf(dy)
                  : element;
  Value cotangent = castElements(builder, loc, dy, wide);
  auto range = [](int64_t first, int64_t count) { return llvm::to_vector(llvm::seq<int64_t>(first, first + count)); };
  SmallVector<int64_t> xFree = getXFree(), yFree = getYFree();
  int64_t batches = getXBatch().size();
  SmallVector<int64_t> batch = range(0, batches), rows = range(batches, xFree.size()),
                       columns = range(batches + xFree.size(), yFree.size());
  auto product = [&](Value left, Value right, ArrayRef<int64_t> leftBatch, ArrayRef<int64_t> rightBatch,
                     ArrayRef<int64_t> leftContract, ArrayRef<int64_t> rightContract) -> Value {
    SymbolicShape shape =
        getDotShape(left.getType(), right.getType(), leftBatch, rightBatch, leftContract, rightContract);
    Type type = getTensorType(left.getContext(), shape, getElementTypeOrSelf(left));
    return DotGeneralOp::create(builder, loc, type, left, right, leftBatch, rightBatch, leftContract, rightContract);
  };
  // dx[batch, xFree, contract] = sum over yFree of dy * y; the contracted dimensions come in y's order.
  SmallVector<int64_t> xOrder(getXBatch()), yOrder(getYBatch());
  llvm::append_range(xOrder, xFree);
  llvm::append_range(xOrder, inOrderOf(getYContract(), getXContract()));
  Value dx = product(cotangent, castElements(builder, loc, y, wide), batch, getYBatch(), columns, yFree);
  // dy[batch, contract, yFree] = sum over xFree of x * dy.
  llvm::append_range(yOrder, inOrderOf(getXContract(), getYContract()));
  llvm::append_range(yOrder, yFree);
  Value dyOperand = product(castElements(builder, loc, x, wide), cotangent, getXBatch(), batch, xFree, rows);
  return {castElements(builder, loc, permuteBack(builder, loc, dx, xOrder), element),
          castElements(builder, loc, permuteBack(builder, loc, dyOperand, yOrder), element)};
}

} // namespace tenon
