// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/reference/Array.h"

#include "ir/tenon/Shape.h"
#include "llvm/ADT/APFloat.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Operation.h"

using namespace mlir;

namespace tenon::ref {

Int Int::wrap(uint64_t bits, unsigned width) {
  if (width == 1)
    return {int64_t(bits & 1), 1};
  unsigned shift = 64 - width;
  return {int64_t(bits << shift) >> shift, width};
}

Scalar Scalar::of(double value) {
  Scalar scalar;
  scalar.number = value;
  scalar.isFloat = true;
  return scalar;
}

Scalar Scalar::of(Int value) {
  Scalar scalar;
  scalar.integer = value;
  return scalar;
}

Array::Array(Type element, ArrayRef<int64_t> shape) : element(element), shape(shape) {
  if (isFloat())
    numbers.resize(size());
  else
    integers.resize(size());
}

int64_t Array::size() const {
  int64_t count = 1;
  for (int64_t dim : shape)
    count *= dim;
  return count;
}

Scalar Array::get(int64_t index) const {
  if (isFloat())
    return Scalar::of(numbers[index]);
  return Scalar::of(Int{integers[index], element.getIntOrFloatBitWidth()});
}

void Array::set(int64_t index, const Scalar &value) {
  if (isFloat())
    numbers[index] = value.number;
  else
    integers[index] = value.integer.value;
}

double toDouble(llvm::APFloat value) {
  bool losesInfo;
  value.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return value.convertToDouble();
}

double roundTo(Type type, double value) {
  auto floatType = cast<FloatType>(type);
  if (floatType.getWidth() == 64)
    return value;
  if (floatType.isF32())
    return float(value);
  llvm::APFloat number(value);
  bool losesInfo;
  number.convert(floatType.getFloatSemantics(), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return toDouble(number);
}

FailureOr<SmallVector<int64_t>> Context::shapeOf(Operation *op, Type type) const {
  SmallVector<int64_t> shape;
  // Bounds what one tensor may take, so that a hostile size is an error and not an exhausted memory.
  int64_t count = 1;
  constexpr int64_t largestCount = int64_t(1) << 28;
  for (const DimExpr &dim : getShape(type)) {
    std::optional<int64_t> size = dim.evaluate(symbols);
    if (!size)
      return op->emitError("size ") << dim.str() << " has no value: a symbol in it is not bound, or it overflows";
    if (*size < 0)
      return op->emitError("size ") << dim.str() << " is " << *size << ", which is negative";
    shape.push_back(*size);
    if (__builtin_mul_overflow(count, std::max<int64_t>(*size, 1), &count) || count > largestCount)
      return op->emitError("a tensor of more than 2^28 elements is too large for the reference interpreter");
  }
  return shape;
}

} // namespace tenon::ref
