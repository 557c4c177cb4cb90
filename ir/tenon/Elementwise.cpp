// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What elementwise ops share: verification, and the few entries that are not an expression.
#include "ir/reference/Elementwise.h"
#include "ir/tenon/TenonOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace tenon {

LogicalResult detail::verifyElementwise(Operation *op) {
  Type result = op->getResult(0).getType();
  for (auto [index, operand] : llvm::enumerate(op->getOperandTypes()))
    if (getShape(operand) != getShape(result))
      return op->emitOpError("operand ")
             << index << " has shape " << toString(getShape(operand)) << ", but the result has shape "
             << toString(getShape(result)) << "; elementwise ops take equal shapes, insert a broadcast";
  return success();
}

SmallVector<Value> detail::operandsAndResults(Operation *op) {
  SmallVector<Value> values(op->getOperands());
  llvm::append_range(values, op->getResults());
  return values;
}

Value castElements(OpBuilder &builder, Location loc, Value value, Type element) {
  if (getElementTypeOrSelf(value) == element)
    return value;
  return CastOp::create(builder, loc, withElementType(value.getType(), element), value);
}

LogicalResult CompareOp::verify() {
  if (getRelation() >= Comparison::ult && !isa<IntegerType>(getElementTypeOrSelf(getX())))
    return emitOpError("relation ") << stringifyComparison(getRelation()) << " takes integers, found "
                                    << getElementTypeOrSelf(getX());
  return success();
}

LogicalResult BitcastOp::verify() {
  Type from = getElementTypeOrSelf(getX()), to = getElementTypeOrSelf(getResult());
  if (from.getIntOrFloatBitWidth() != to.getIntOrFloatBitWidth())
    return emitOpError("from ") << from << " to " << to << ": the types have different widths";
  return success();
}

LogicalResult SplatOp::verify() {
  Type element = getElementTypeOrSelf(getResult());
  if (!isa<FloatAttr, IntegerAttr>(getValue()) || getValue().getType() != element)
    return emitOpError("value ") << getValue() << " is not a number of the result's element type " << element;
  return success();
}

FailureOr<SmallVector<ref::Array>> SplatOp::evaluate(ArrayRef<const ref::Array *> operands, ref::Context &context) {
  return ref::evaluateElementwise(*this, operands, context);
}

ref::Scalar SplatOp::evaluateScalar(ArrayRef<ref::Scalar>) {
  if (auto number = dyn_cast<FloatAttr>(getValue()))
    return ref::Scalar::of(number.getValueAsDouble());
  APInt bits = cast<IntegerAttr>(getValue()).getValue();
  return ref::Scalar::of(ref::Int::wrap(bits.getZExtValue(), bits.getBitWidth()));
}

Value SplatOp::buildBody(OpBuilder &builder, Location loc, ValueRange, Type resultType) {
  TypedAttr value = getValue();
  if (auto shaped = dyn_cast<ShapedType>(resultType))
    value = DenseElementsAttr::get(shaped, Attribute(value));
  return arith::ConstantOp::create(builder, loc, value);
}

} // namespace tenon
