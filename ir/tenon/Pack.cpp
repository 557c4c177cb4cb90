// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/tenon/TenonOps.h"

using namespace mlir;

namespace tenon {

using ref::Array;

static DimExpr product(ArrayRef<DimExpr> shape, ArrayRef<int64_t> dimensions) {
  DimExpr result(1);
  for (int64_t d : dimensions)
    result = result * shape[d];
  return result;
}

SymbolicShape getPanelShape(ArrayRef<DimExpr> x, ArrayRef<int64_t> batch, ArrayRef<int64_t> rows,
                            ArrayRef<int64_t> columns, int64_t height, int64_t depth) {
  SymbolicShape shape;
  for (int64_t d : batch)
    shape.push_back(x[d]);
  shape.append({ceilDiv(product(x, rows), DimExpr(height)), ceilDiv(product(x, columns), DimExpr(depth)),
                DimExpr(height), DimExpr(depth)});
  return shape;
}

/// `plain` is the type of the tensor, `packed` that of its panels.
template <typename Op> static LogicalResult verifyPanels(Op op, Type plain, Type packed) {
  // Read as signed: TableGen's accessor is unsigned.
  if (int64_t(op.getHeight()) < 1 || int64_t(op.getDepth()) < 1)
    return op.emitOpError("height and depth must be at least 1");
  SymbolicShape shape = getShape(plain);
  llvm::SmallDenseSet<int64_t> seen;
  for (ArrayRef<int64_t> list : {op.getBatch(), op.getRows(), op.getColumns()})
    for (int64_t d : list)
      if (d < 0 || d >= int64_t(shape.size()) || !seen.insert(d).second)
        return op.emitOpError("batch, rows and columns must name each dimension of shape ") << toString(shape)
                                                                                            << " once";
  if (seen.size() != shape.size())
    return op.emitOpError("batch, rows and columns must name each dimension of shape ") << toString(shape) << " once";
  SymbolicShape expected =
      getPanelShape(shape, op.getBatch(), op.getRows(), op.getColumns(), op.getHeight(), op.getDepth());
  if (getShape(packed) != expected)
    return op.emitOpError("panels of shape ") << toString(shape) << " have shape " << toString(expected) << ", not "
                                              << toString(getShape(packed));
  return success();
}

LogicalResult PackOp::verify() {
  Type from = getElementTypeOrSelf(getX()), to = getElementTypeOrSelf(getResult());
  bool widens = isa<FloatType>(from) && isa<FloatType>(to) &&
                llvm::APFloat::isRepresentableBy(cast<FloatType>(from).getFloatSemantics(),
                                                 cast<FloatType>(to).getFloatSemantics());
  if (from != to && !widens)
    return emitOpError("of ") << from << " cannot give " << to;
  return verifyPanels(*this, getX().getType(), getResult().getType());
}

LogicalResult UnpackOp::verify() {
  if (getElementTypeOrSelf(getX()) != getElementTypeOrSelf(getResult()))
    return emitOpError("changes the element type");
  return verifyPanels(*this, getResult().getType(), getX().getType());
}

/// Calls `visit` with the row-major index of each element of the plain tensor of shape `plain` and that of its place in
/// the panels.
template <typename Op>
static void forEachElement(Op op, ArrayRef<int64_t> plain, ArrayRef<int64_t> packed,
                           function_ref<void(int64_t plain, int64_t packed)> visit) {
  int64_t size = 1;
  for (int64_t dim : plain)
    size *= dim;
  SmallVector<int64_t> index(plain.size(), 0);
  auto fold = [&](ArrayRef<int64_t> dimensions) {
    int64_t position = 0;
    for (int64_t d : dimensions)
      position = position * plain[d] + index[d];
    return position;
  };
  int64_t height = op.getHeight(), depth = op.getDepth();
  ArrayRef<int64_t> tail = packed.take_back(4);
  for (int64_t i = 0; i < size; ++i) {
    int64_t row = fold(op.getRows()), column = fold(op.getColumns());
    int64_t panel = fold(op.getBatch()) * tail[0] + row / height;
    visit(i, ((panel * tail[1] + column / depth) * height + row % height) * depth + column % depth);
    for (size_t d = index.size(); d-- > 0;) {
      if (++index[d] < plain[d])
        break;
      index[d] = 0;
    }
  }
}

FailureOr<SmallVector<Array>> PackOp::evaluate(ArrayRef<const Array *> operands, ref::Context &context) {
  auto shape = context.shapeOf(*this, getResult().getType());
  if (failed(shape))
    return failure();
  Array result(getElementTypeOrSelf(getResult().getType()), *shape);
  forEachElement(*this, operands[0]->shape, *shape,
                 [&](int64_t plain, int64_t packed) { result.set(packed, operands[0]->get(plain)); });
  return SmallVector<Array>{std::move(result)};
}

FailureOr<SmallVector<Array>> UnpackOp::evaluate(ArrayRef<const Array *> operands, ref::Context &context) {
  auto shape = context.shapeOf(*this, getResult().getType());
  if (failed(shape))
    return failure();
  Array result(getElementTypeOrSelf(getResult().getType()), *shape);
  forEachElement(*this, *shape, operands[0]->shape,
                 [&](int64_t plain, int64_t packed) { result.set(plain, operands[0]->get(packed)); });
  return SmallVector<Array>{std::move(result)};
}

} // namespace tenon
