// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/reference/Elementwise.h"
#include "ir/reference/Interpreter.h"
#include "ir/tenon/TenonOps.h"

using namespace mlir;

namespace tenon {

using ref::Array;
using Evaluated = FailureOr<SmallVector<Array>>;

/// The result's elements, each from the operand's element at the index that `source` gives.
static Evaluated gather(Operation *op, const Array &operand, ref::Context &context,
                        function_ref<int64_t(ArrayRef<int64_t>)> source) {
  Type type = op->getResult(0).getType();
  auto shape = context.shapeOf(op, type);
  if (failed(shape))
    return failure();
  Array result(operand.element, *shape);
  SmallVector<int64_t> index(shape->size(), 0);
  for (int64_t i = 0, size = result.size(); i < size; ++i) {
    int64_t from = source(index);
    if (from < 0 || from >= operand.size())
      return op->emitError("reads outside of its operand");
    result.set(i, operand.get(from));
    for (size_t d = index.size(); d-- > 0;) {
      if (++index[d] < (*shape)[d])
        break;
      index[d] = 0;
    }
  }
  return SmallVector<Array>{std::move(result)};
}

/// Row-major distance between neighbours along each dimension.
static SmallVector<int64_t> stridesOf(const Array &array) {
  SmallVector<int64_t> strides(array.shape.size(), 1);
  for (size_t i = strides.size(); i-- > 1;)
    strides[i - 1] = strides[i] * array.shape[i];
  return strides;
}

static LogicalResult verifyElement(Operation *op) {
  Type from = getElementTypeOrSelf(op->getOperand(0)), to = getElementTypeOrSelf(op->getResult(0));
  if (from != to)
    return op->emitOpError("operand has element type ") << from << ", result " << to;
  return success();
}

//===- broadcast ----------------------------------------------------------------------------------------------------===//

LogicalResult BroadcastOp::verify() {
  SymbolicShape from = getShape(getX().getType()), to = getShape(getResult().getType());
  ArrayRef<int64_t> dimensions = getDimensions();
  if (dimensions.size() != from.size())
    return emitOpError("names ") << dimensions.size() << " dimensions for an operand of shape " << toString(from);
  for (auto [i, dimension] : llvm::enumerate(dimensions)) {
    if (dimension < 0 || dimension >= int64_t(to.size()) || (i > 0 && dimension <= dimensions[i - 1]))
      return emitOpError("dimensions must increase and lie within the result's shape ") << toString(to);
    if (from[i] != to[dimension] && from[i] != DimExpr(1))
      return emitOpError("operand of shape ") << toString(from) << " does not fit into shape " << toString(to)
                                              << " at dimension " << dimension;
  }
  return verifyElement(*this);
}

StridedView BroadcastOp::applyView(const StridedView &operand) {
  StridedView view{operand.offset, getShape(getResult().getType()), {}};
  view.strides.assign(view.sizes.size(), DimExpr(0));
  SymbolicShape from = getShape(getX().getType());
  for (auto [i, dimension] : llvm::enumerate(getDimensions()))
    if (from[i] == view.sizes[dimension])
      view.strides[dimension] = operand.strides[i];
  return view;
}

Evaluated BroadcastOp::evaluate(ArrayRef<const Array *> operands, ref::Context &context) {
  SmallVector<int64_t> strides = stridesOf(*operands[0]);
  return gather(*this, *operands[0], context, [&](ArrayRef<int64_t> index) {
    int64_t from = 0;
    for (auto [i, dimension] : llvm::enumerate(getDimensions()))
      if (operands[0]->shape[i] != 1)
        from += index[dimension] * strides[i];
    return from;
  });
}

bool BroadcastOp::hasGradient() { return true; }

/// Sums over the repetitions.
SmallVector<Value> BroadcastOp::buildVjp(OpBuilder &builder, Location loc, ValueRange, ValueRange cotangents) {
  Value dy = cotangents[0];
  Type type = getX().getType();
  SymbolicShape from = getShape(type), to = getShape(dy.getType());
  // Dimensions of the operand that are not repeated, and those of the result that are not summed.
  SmallVector<int64_t> own, kept, summed;
  for (auto [i, d] : llvm::enumerate(getDimensions()))
    if (from[i] == to[d]) {
      own.push_back(i);
      kept.push_back(d);
    }
  for (int64_t d = 0; d < int64_t(to.size()); ++d)
    if (!llvm::is_contained(kept, d))
      summed.push_back(d);
  if (summed.empty())
    return {dy};
  Type reduced = getTensorType(getContext(), getReducedShape(to, summed), getElementTypeOrSelf(dy));
  Value sum = ReduceOp::create(builder, loc, reduced, Reduction::add, dy, summed);
  return {sum.getType() == type ? sum : BroadcastOp::create(builder, loc, type, sum, own).getResult()};
}

//===- transpose ----------------------------------------------------------------------------------------------------===//

static bool isPermutation(ArrayRef<int64_t> permutation, size_t rank) {
  SmallVector<int64_t> sorted(permutation);
  llvm::sort(sorted);
  return llvm::equal(sorted, llvm::seq<int64_t>(0, rank));
}

LogicalResult TransposeOp::verify() {
  SymbolicShape from = getShape(getX().getType()), to = getShape(getResult().getType());
  if (!isPermutation(getPermutation(), from.size()))
    return emitOpError("permutation must name each dimension of shape ") << toString(from) << " once";
  if (to.size() != from.size() ||
      !llvm::all_of(llvm::enumerate(getPermutation()), [&](auto p) { return to[p.index()] == from[p.value()]; }))
    return emitOpError("operand of shape ") << toString(from) << " so permuted does not have the result's shape "
                                            << toString(to);
  return verifyElement(*this);
}

LogicalResult TransposeOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location, ValueRange operands,
                                            DictionaryAttr attributes, OpaqueProperties properties, RegionRange regions,
                                            SmallVectorImpl<Type> &types) {
  Adaptor adaptor(operands, attributes, properties, regions);
  SymbolicShape from = getShape(operands[0].getType()), to;
  if (!isPermutation(adaptor.getPermutation(), from.size()))
    return emitOptionalError(location, "permutation must name each dimension of shape ", toString(from), " once");
  for (int64_t dimension : adaptor.getPermutation())
    to.push_back(from[dimension]);
  types.push_back(getTensorType(context, to, getElementTypeOrSelf(operands[0])));
  return success();
}

StridedView TransposeOp::applyView(const StridedView &operand) {
  StridedView view{operand.offset, {}, {}};
  for (int64_t dimension : getPermutation()) {
    view.sizes.push_back(operand.sizes[dimension]);
    view.strides.push_back(operand.strides[dimension]);
  }
  return view;
}

Evaluated TransposeOp::evaluate(ArrayRef<const Array *> operands, ref::Context &context) {
  SmallVector<int64_t> strides = stridesOf(*operands[0]);
  return gather(*this, *operands[0], context, [&](ArrayRef<int64_t> index) {
    int64_t from = 0;
    for (auto [i, dimension] : llvm::enumerate(getPermutation()))
      from += index[i] * strides[dimension];
    return from;
  });
}

bool TransposeOp::hasGradient() { return true; }

SmallVector<Value> TransposeOp::buildVjp(OpBuilder &builder, Location loc, ValueRange, ValueRange cotangents) {
  SmallVector<int64_t> inverse(getPermutation().size());
  for (auto [i, dimension] : llvm::enumerate(getPermutation()))
    inverse[dimension] = i;
  return {TransposeOp::create(builder, loc, cotangents[0], inverse)};
}

//===- slice --------------------------------------------------------------------------------------------------------===//

LogicalResult SliceOp::verify() {
  SymbolicShape from = getShape(getX().getType()), to = getShape(getResult().getType()), starts = getStarts().getShape();
  ArrayRef<int64_t> strides = getStrides();
  if (to.size() != from.size() || starts.size() != from.size() || strides.size() != from.size())
    return emitOpError("needs a start, a stride and a size for each dimension of shape ") << toString(from);
  // Kernels come from entries, where this was checked with the entry's assumptions.
  if ((*this)->getParentOfType<KernelOp>())
    return verifyElement(*this);
  DimFacts facts = getFactsAround(*this);
  for (auto [i, stride] : llvm::enumerate(strides)) {
    if (to[i] == DimExpr(0))
      continue;
    DimExpr first = starts[i], last = first + (to[i] - DimExpr(1)) * DimExpr(stride);
    if (stride < 0)
      std::swap(first, last);
    if (!facts.provablyLessEqual(DimExpr(0), first) || !facts.provablyLessEqual(last + DimExpr(1), from[i]))
      return emitOpError("elements ") << first.str() << " to " << last.str() << " of dimension " << i
                                      << " cannot be shown to lie within shape " << toString(from)
                                      << "; declare bounds of the sizes or choose other starts";
  }
  return verifyElement(*this);
}

StridedView SliceOp::applyView(const StridedView &operand) {
  StridedView view{operand.offset, getShape(getResult().getType()), {}};
  SymbolicShape starts = getStarts().getShape();
  for (auto [i, stride] : llvm::enumerate(getStrides())) {
    view.offset = view.offset + starts[i] * operand.strides[i];
    view.strides.push_back(operand.strides[i] * DimExpr(stride));
  }
  return view;
}

Evaluated SliceOp::evaluate(ArrayRef<const Array *> operands, ref::Context &context) {
  SmallVector<int64_t> strides = stridesOf(*operands[0]), starts;
  for (const DimExpr &start : getStarts().getShape()) {
    std::optional<int64_t> value = start.evaluate(context.symbols);
    if (!value)
      return emitError("start ") << start.str() << " has no value";
    starts.push_back(*value);
  }
  return gather(*this, *operands[0], context, [&](ArrayRef<int64_t> index) -> int64_t {
    int64_t from = 0;
    for (auto [i, stride] : llvm::enumerate(getStrides())) {
      int64_t position = starts[i] + index[i] * stride;
      if (position < 0 || position >= operands[0]->shape[i])
        return -1;
      from += position * strides[i];
    }
    return from;
  });
}

//===- refine, size and constant ----------------------------------------------------------------------------------===//

LogicalResult RefineOp::verify() {
  SymbolicShape from = getShape(getX().getType()), to = getShape(getResult().getType());
  DimFacts facts = getFactsAround(*this);
  bool inKernel = bool((*this)->getParentOfType<KernelOp>());
  bool equal = from.size() == to.size() && (inKernel || llvm::all_of_zip(from, to, [&](auto &left, auto &right) {
                                              return facts.provablyEqual(left, right);
                                            }));
  if (!equal)
    return emitOpError("shapes ") << toString(from) << " and " << toString(to)
                                  << " are not equal by what the entry declares; assume it with tenon.assume_dims";
  return verifyElement(*this);
}

StridedView RefineOp::applyView(const StridedView &operand) {
  return {operand.offset, getShape(getResult().getType()), operand.strides};
}

Evaluated RefineOp::evaluate(ArrayRef<const Array *> operands, ref::Context &) {
  return SmallVector<Array>{*operands[0]};
}

Evaluated SizeOp::evaluate(ArrayRef<const Array *>, ref::Context &context) {
  Type type = getResult().getType();
  auto shape = context.shapeOf(*this, type);
  std::optional<int64_t> value = getExpr().getExpr().evaluate(context.symbols);
  if (!value)
    return emitError("size ") << getExpr().getExpr().str() << " has no value";
  if (failed(shape))
    return failure();
  Array result(getElementTypeOrSelf(type), *shape);
  for (int64_t i = 0, size = result.size(); i < size; ++i)
    result.set(i, ref::castTo(type, ref::Int{*value, 64}));
  return SmallVector<Array>{std::move(result)};
}

Evaluated ConstantOp::evaluate(ArrayRef<const Array *>, ref::Context &) {
  FailureOr<Array> array = ref::toArray(*this, getValue());
  if (failed(array))
    return failure();
  return SmallVector<Array>{std::move(*array)};
}

} // namespace tenon
