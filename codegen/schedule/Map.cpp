// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Groups of elementwise ops and views: each result is computed at its own index, operands are read through the views
// between, and neighbouring dimensions that every operand walks alike are merged.
#include "codegen/schedule/Schedule.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <map>
#include <set>

using namespace mlir;

namespace tenon::schedule {

namespace {

/// A value of the group as it is seen from the results, through these views; the one next to the results comes first.
using Path = std::pair<Value, SmallVector<Operation *, 4>>;

struct PathLess {
  bool operator()(const Path &a, const Path &b) const {
    const void *left = a.first.getAsOpaquePointer(), *right = b.first.getAsOpaquePointer();
    return left != right ? std::less<>()(left, right)
                         : std::lexicographical_compare(a.second.begin(), a.second.end(), b.second.begin(),
                                                        b.second.end(), std::less<>());
  }
};

class MapBuilder {
public:
  MapBuilder(KernelOp kernel, OpBuilder &builder)
      : kernel(kernel), body(kernel.getBody().front()), builder(builder), context(kernel.getContext()) {}

  FailureOr<tile::KernelOp> build();

private:
  /// All reads from arguments, in the order in which they are met.
  void collect(Value value, SmallVector<Operation *, 4> views);
  void chooseDimensions(ArrayRef<DimExpr> shape);
  StridedView merged(const StridedView &view) const;
  /// A dimension but the last along which some operand is contiguous.
  std::optional<size_t> findTransposed() const;
  Value openView(Value buffer, const StridedView &view);
  void computeIndices(ArrayRef<DimExpr> sizes);
  Value emit(Value value, SmallVector<Operation *, 4> views);
  Value emitElementwise(ElementwiseOpInterface op, const SmallVector<Operation *, 4> &views);
  RankedTensorType tileOf(Type element) const { return RankedTensorType::get(block, element); }

  KernelOp kernel;
  Block &body;
  OpBuilder &builder;
  MLIRContext *context;
  std::set<Path, PathLess> collected;
  std::map<Path, StridedView, PathLess> reads;
  std::map<Path, Value, PathLess> tiles;
  /// Dimensions of the results that each dimension of the kernel covers.
  SmallVector<SmallVector<unsigned, 4>> dimensions;
  SymbolicShape sizes;
  BlockShape block;
  SmallVector<Value> indices;
  Block *program = nullptr;
};

} // namespace

void MapBuilder::collect(Value value, SmallVector<Operation *, 4> views) {
  // Values are shared: without this the walk would be exponential in the group's depth.
  if (!collected.insert({value, views}).second)
    return;
  if (isa<BlockArgument>(value)) {
    StridedView view = StridedView::rowMajor(getShape(value.getType()));
    for (Operation *op : llvm::reverse(views))
      view = cast<ViewOpInterface>(op).applyView(view);
    reads.try_emplace({value, views}, std::move(view));
    return;
  }
  Operation *op = value.getDefiningOp();
  if (isa<ViewOpInterface>(op))
    views.push_back(op);
  for (Value operand : op->getOperands())
    collect(operand, views);
}

/// Two neighbouring dimensions are one where a step of the outer is `size of the inner` steps of the inner, everywhere.
void MapBuilder::chooseDimensions(ArrayRef<DimExpr> shape) {
  StridedView result = StridedView::rowMajor(shape);
  auto joins = [&](unsigned outer, unsigned inner) {
    auto walksOn = [&](const StridedView &view) {
      return view.strides[outer] == view.strides[inner] * view.sizes[inner];
    };
    return walksOn(result) && llvm::all_of(reads, [&](auto &read) { return walksOn(read.second); });
  };
  for (unsigned d = 0; d < shape.size(); ++d) {
    if (shape[d] == DimExpr(1))
      continue;
    if (!dimensions.empty() && joins(dimensions.back().back(), d))
      dimensions.back().push_back(d);
    else
      dimensions.push_back({d});
  }
  for (auto &group : dimensions) {
    DimExpr size(1);
    for (unsigned d : group)
      size = size * shape[d];
    sizes.push_back(size);
  }
  if (sizes.empty()) {
    dimensions.emplace_back();
    sizes.push_back(DimExpr(1));
  }
}

StridedView MapBuilder::merged(const StridedView &view) const {
  StridedView result{view.offset, sizes, {}};
  for (auto &group : dimensions)
    result.strides.push_back(group.empty() ? DimExpr(1) : view.strides[group.back()]);
  return result;
}

std::optional<size_t> MapBuilder::findTransposed() const {
  for (size_t d = 0; d + 1 < sizes.size(); ++d)
    for (const auto &[path, view] : reads)
      if (merged(view).strides[d] == DimExpr(1))
        return d;
  return std::nullopt;
}

Value MapBuilder::openView(Value buffer, const StridedView &view) {
  Type element = cast<tile::BufferType>(buffer.getType()).getElement();
  auto type = tile::ViewType::get(context, sizes.size(), element);
  return tile::ViewOp::create(builder, kernel.getLoc(), type, buffer, DimAttr::get(context, view.offset),
                              DimsAttr::get(context, view.sizes), DimsAttr::get(context, view.strides));
}

/// First element of the block along each dimension; the last dimension varies fastest over the blocks.
void MapBuilder::computeIndices(ArrayRef<DimExpr> blockCounts) {
  Location loc = kernel.getLoc();
  Value rest = tile::BlockOp::create(builder, loc);
  indices.resize(sizes.size());
  for (size_t d = sizes.size(); d-- > 0;) {
    Value coordinate = rest;
    if (blockCounts[d] == DimExpr(1)) {
      indices[d] = arith::ConstantIndexOp::create(builder, loc, 0);
      continue;
    }
    if (llvm::any_of(blockCounts.take_front(d), [](const DimExpr &count) { return count != DimExpr(1); })) {
      Value count = tile::SizeOp::create(builder, loc, DimAttr::get(context, blockCounts[d]));
      coordinate = arith::RemUIOp::create(builder, loc, rest, count);
      rest = arith::DivUIOp::create(builder, loc, rest, count);
    }
    Value edge = arith::ConstantIndexOp::create(builder, loc, block[d]);
    indices[d] = arith::MulIOp::create(builder, loc, coordinate, edge);
  }
}

Value MapBuilder::emitElementwise(ElementwiseOpInterface op, const SmallVector<Operation *, 4> &views) {
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

Value MapBuilder::emit(Value value, SmallVector<Operation *, 4> views) {
  auto found = tiles.find({value, views});
  if (found != tiles.end())
    return found->second;
  Value tile;
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    Value view = openView(program->getArgument(argument.getArgNumber()), merged(reads.at({value, views})));
    tile = tile::LoadOp::create(builder, kernel.getLoc(), tileOf(getElementTypeOrSelf(value)), view, indices);
  } else if (auto op = dyn_cast<ElementwiseOpInterface>(value.getDefiningOp())) {
    tile = emitElementwise(op, views);
  } else {
    SmallVector<Operation *, 4> longer(views);
    longer.push_back(value.getDefiningOp());
    tile = emit(value.getDefiningOp()->getOperand(0), longer);
  }
  tiles.emplace(Path{value, views}, tile);
  return tile;
}

FailureOr<tile::KernelOp> MapBuilder::build() {
  auto results = cast<YieldOp>(body.getTerminator()).getOutputs();
  if (results.empty())
    return kernel.emitError("computes nothing");
  SymbolicShape shape = getShape(results[0].getType());
  for (Operation &op : body.without_terminator())
    if (!isa<ElementwiseOpInterface, ViewOpInterface>(op))
      return op.emitError("is neither elementwise nor a view; a map kernel holds only these");
  for (Value result : results) {
    if (getShape(result.getType()) != shape)
      return kernel.emitError("results of a map kernel must have one shape");
    collect(result, {});
  }
  chooseDimensions(shape);
  block = chooseMapBlock(sizes, findTransposed());
  SmallVector<DimExpr> counts;
  DimExpr grid(1);
  for (auto [size, edge] : llvm::zip(sizes, block)) {
    counts.push_back(ceilDiv(size, DimExpr(edge)));
    grid = grid * counts.back();
  }

  SmallVector<Type> buffers;
  for (Type type : kernel.getArgumentTypes())
    buffers.push_back(tile::BufferType::get(context, getElementTypeOrSelf(type)));
  for (Value result : results)
    buffers.push_back(tile::BufferType::get(context, getElementTypeOrSelf(result)));
  auto program = tile::KernelOp::create(builder, kernel.getLoc(), kernel.getSymName(),
                                        FunctionType::get(context, buffers, {}), kernel.getSymbols(),
                                        DimAttr::get(context, grid), results.size(), nullptr, nullptr);
  OpBuilder::InsertionGuard guard(builder);
  this->program = builder.createBlock(&program.getBody(), {}, buffers,
                                      SmallVector<Location>(buffers.size(), kernel.getLoc()));
  computeIndices(counts);
  SmallVector<Value> values;
  for (Value result : results)
    values.push_back(emit(result, {}));
  for (auto [i, value] : llvm::enumerate(values)) {
    Value buffer = this->program->getArgument(kernel.getArgumentTypes().size() + i);
    Value view = openView(buffer, merged(StridedView::rowMajor(shape)));
    tile::StoreOp::create(builder, kernel.getLoc(), value, view, indices);
  }
  tile::ReturnOp::create(builder, kernel.getLoc());
  return program;
}

FailureOr<tile::KernelOp> buildMap(KernelOp kernel, OpBuilder &builder) { return MapBuilder(kernel, builder).build(); }

} // namespace tenon::schedule
