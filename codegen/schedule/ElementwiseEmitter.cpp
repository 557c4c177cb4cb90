// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/schedule/ElementwiseEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace tenon::schedule {

bool ElementwiseEmitter::PathLess::operator()(const Path &a, const Path &b) const {
  const void *left = a.first.getAsOpaquePointer(), *right = b.first.getAsOpaquePointer();
  return left != right ? std::less<>()(left, right)
                       : std::lexicographical_compare(a.second.begin(), a.second.end(), b.second.begin(),
                                                      b.second.end(), std::less<>());
}

ElementwiseEmitter::ElementwiseEmitter(KernelOp kernel, OpBuilder &builder, Value given)
    : kernel(kernel), body(kernel.getBody().front()), builder(builder),
      roots(cast<YieldOp>(body.getTerminator()).getOutputs()), isStored(true), given(given) {}

ElementwiseEmitter::ElementwiseEmitter(KernelOp kernel, OpBuilder &builder, Value root, Block *program)
    : kernel(kernel), body(kernel.getBody().front()), builder(builder), roots{root}, isStored(false), program(program) {}

LogicalResult ElementwiseEmitter::check() {
  if (roots.empty())
    return kernel.emitError("computes nothing");
  shape = getShape(roots[0].getType());
  for (Value result : roots) {
    if (getShape(result.getType()) != shape)
      return kernel.emitError("results of a kernel must have one shape");
    collect(result, {});
  }
  return checkCollected();
}

LogicalResult ElementwiseEmitter::checkCollected() {
  for (const Path &path : collected) {
    Operation *op = path.first.getDefiningOp();
    if (op && !isGiven(path) && !isa<ElementwiseOpInterface, ViewOpInterface, SizeOp>(op))
      return op->emitError("is neither elementwise nor a view");
  }
  return success();
}

StridedView ElementwiseEmitter::viewOf(Value value, ArrayRef<Operation *> views) {
  StridedView view = StridedView::rowMajor(getShape(value.getType()));
  for (Operation *op : llvm::reverse(views))
    view = cast<ViewOpInterface>(op).applyView(view);
  return view;
}

void ElementwiseEmitter::collect(Value value, Views views) {
  views = canonical(value, std::move(views));
  // Values are shared: without this the walk would be exponential in the group's depth.
  if (!collected.insert({value, views}).second || isGiven({value, views}))
    return;
  if (isa<BlockArgument>(value)) {
    reads.try_emplace({value, views}, viewOf(value, views));
    return;
  }
  Operation *op = value.getDefiningOp();
  if (isa<ViewOpInterface>(op))
    views.push_back(op);
  for (Value operand : op->getOperands())
    collect(operand, views);
}

/// Two neighbouring dimensions are one where a step of the outer is `size of the inner` steps of the inner, everywhere.
bool ElementwiseEmitter::joins(unsigned outer, unsigned inner) const {
  auto walksOn = [&](const StridedView &view) {
    return view.strides[outer] == view.strides[inner] * view.sizes[inner];
  };
  bool isRowMajor = !isStored || walksOn(StridedView::rowMajor(shape));
  return isRowMajor && llvm::all_of(reads, [&](auto &read) { return walksOn(read.second); });
}

void ElementwiseEmitter::mergeDimensions(ArrayRef<int64_t> apart) {
  auto isApart = [&](unsigned d) { return llvm::is_contained(apart, int64_t(d)); };
  SmallVector<SmallVector<unsigned, 4>> groups;
  for (unsigned d = 0; d < shape.size(); ++d) {
    if (shape[d] == DimExpr(1))
      continue;
    if (!groups.empty() && isApart(groups.back().back()) == isApart(d) && joins(groups.back().back(), d))
      groups.back().push_back(d);
    else
      groups.push_back({d});
  }
  if (groups.empty())
    groups.emplace_back();
  bool isMergeable = setDimensions(groups);
  assert(isMergeable && "each group was joined before");
  (void)isMergeable;
}

bool ElementwiseEmitter::setDimensions(ArrayRef<SmallVector<unsigned, 4>> groups) {
  dimensions.assign(groups.begin(), groups.end());
  sizes.clear();
  for (SmallVector<unsigned, 4> &group : dimensions) {
    // A dimension of size 1 is walked in any way.
    llvm::erase_if(group, [&](unsigned d) { return shape[d] == DimExpr(1); });
    for (size_t i = 1; i < group.size(); ++i)
      if (!joins(group[i - 1], group[i]))
        return false;
    DimExpr size(1);
    for (unsigned d : group)
      size = size * shape[d];
    sizes.push_back(size);
  }
  return true;
}

StridedView ElementwiseEmitter::merged(const StridedView &view) const {
  StridedView result{view.offset, sizes, {}};
  // A dimension of size 1 is walked in any way; the last as one whose elements are neighbours.
  for (auto [d, group] : llvm::enumerate(dimensions))
    result.strides.push_back(!group.empty() ? view.strides[group.back()] : DimExpr(d + 1 == dimensions.size() ? 1 : 0));
  return result;
}

std::optional<size_t> ElementwiseEmitter::findTransposed() const {
  for (size_t d = 0; d + 1 < sizes.size(); ++d)
    for (const auto &[path, view] : reads)
      if (StridedView walked = merged(view); walked.strides[d] == DimExpr(1) && walked.strides.back() != DimExpr(0))
        return d;
  return std::nullopt;
}

tile::KernelOp ElementwiseEmitter::open(BlockShape blockShape, const DimExpr &grid) {
  block = std::move(blockShape);
  MLIRContext *context = kernel.getContext();
  SmallVector<Type> buffers;
  for (Type type : llvm::concat<const Type>(kernel.getArgumentTypes(), kernel.getResultTypes()))
    buffers.push_back(tile::BufferType::get(context, getElementTypeOrSelf(type)));
  auto result = tile::KernelOp::create(builder, kernel.getLoc(), kernel.getSymName(),
                                       FunctionType::get(context, buffers, {}), kernel.getSymbols(),
                                       DimAttr::get(context, grid), kernel.getResultTypes().size(), nullptr, nullptr);
  program = builder.createBlock(&result.getBody(), {}, buffers,
                                SmallVector<Location>(buffers.size(), kernel.getLoc()));
  return result;
}

Value ElementwiseEmitter::openView(Value buffer, const StridedView &view) {
  MLIRContext *context = kernel.getContext();
  Type element = cast<tile::BufferType>(buffer.getType()).getElement();
  auto type = tile::ViewType::get(context, sizes.size(), element);
  return tile::ViewOp::create(builder, kernel.getLoc(), type, buffer, DimAttr::get(context, view.offset),
                              DimsAttr::get(context, view.sizes), DimsAttr::get(context, view.strides));
}

Value ElementwiseEmitter::openRead(const Path &path) {
  return openView(program->getArgument(cast<BlockArgument>(path.first).getArgNumber()), merged(reads.at(path)));
}

Value ElementwiseEmitter::emitElementwise(ElementwiseOpInterface op, const Views &views) {
  Location loc = op.getLoc();
  auto isNarrow = [&](Type element) { return isa<FloatType>(element) && element.getIntOrFloatBitWidth() == 16; };
  Type result = getElementTypeOrSelf(op->getResult(0)), computed = result;
  if (!op.isTypeExact() && isNarrow(result))
    computed = builder.getF32Type();
  SmallVector<Value> operands;
  for (Value operand : op->getOperands()) {
    Value tile = emit(operand, views);
    if (!op.isTypeExact() && isNarrow(getElementTypeOrSelf(tile)))
      tile = arith::ExtFOp::create(builder, loc, tileOf(builder.getF32Type()), tile);
    operands.push_back(tile);
  }
  Value value = op.buildBody(builder, loc, operands, tileOf(computed));
  // Every result is rounded to its declared type, fused or not: that keeps fusion exact.
  if (computed != result)
    value = arith::TruncFOp::create(builder, loc, tileOf(result), value);
  return value;
}

Value ElementwiseEmitter::emit(Value value, Views views) {
  views = canonical(value, std::move(views));
  auto found = tiles.find({value, views});
  if (found != tiles.end())
    return found->second;
  Value tile;
  if (isa<BlockArgument>(value)) {
    tile = tile::LoadOp::create(builder, kernel.getLoc(), tileOf(getElementTypeOrSelf(value)), openRead({value, views}),
                                indices);
  } else if (auto size = value.getDefiningOp<SizeOp>()) {
    Value number = tile::SizeOp::create(builder, size.getLoc(), size.getExpr());
    tile = tile::SplatOp::create(builder, size.getLoc(), tileOf(getElementTypeOrSelf(value)), number);
  } else if (auto op = dyn_cast<ElementwiseOpInterface>(value.getDefiningOp())) {
    tile = emitElementwise(op, views);
  } else {
    Views longer(views);
    longer.push_back(value.getDefiningOp());
    tile = emit(value.getDefiningOp()->getOperand(0), longer);
  }
  tiles.emplace(Path{value, views}, tile);
  return tile;
}

void ElementwiseEmitter::emitResults() {
  SmallVector<Value> values;
  for (Value result : roots)
    values.push_back(emit(result, {}));
  for (auto [i, value] : llvm::enumerate(values)) {
    Value view = openView(getBuffer(kernel.getArgumentTypes().size() + i), merged(StridedView::rowMajor(shape)));
    tile::StoreOp::create(builder, kernel.getLoc(), value, view, indices);
  }
  tile::ReturnOp::create(builder, kernel.getLoc());
}

Value ElementwiseEmitter::emitRoot(BlockShape tile) {
  block = std::move(tile);
  return emit(roots[0], {});
}

} // namespace tenon::schedule
