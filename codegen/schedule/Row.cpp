// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reductions over the same dimensions with all that belongs to their rows. A block takes one row, or where the reduced
// dimensions are not the innermost ones a strip of neighbouring rows. It passes over its elements as often as one
// reduction needs the result of another, and once more for what is made of all; a row that is one tile is read once.
#include "codegen/schedule/ElementwiseEmitter.h"
#include "ir/tile/Reduction.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace tenon::schedule {

namespace {

/// Emits values at two levels: of the elements of a row, and of the row, whose tiles have size 1 along what is reduced.
/// What does not change along a row is computed at its level, before the loops.
class RowEmitter : public ElementwiseEmitter {
public:
  RowEmitter(KernelOp kernel, const Blocking &blocking, OpBuilder &builder)
      : ElementwiseEmitter(kernel, builder), blocking(blocking), loc(kernel.getLoc()) {}

  FailureOr<tile::KernelOp> build();

private:
  using Sums = SmallVector<Value>;

  LogicalResult findReductions();
  LogicalResult collectValues();
  void splitDimensions();
  void chooseBlocks();
  DimExpr splitGrid(SmallVector<DimExpr> &counts);
  void setKeptIndices(ArrayRef<DimExpr> counts);
  unsigned widestBits();
  /// The pass in which a value can be computed: after those of the reductions that it needs.
  unsigned passOf(Value value);

  Views canonical(Value value, Views views) const override;
  bool isGiven(const Path &path) override;
  Value emit(Value value, Views views) override;
  Value openRead(const Path &path) override;

  void emitPass(unsigned pass);
  Sums emitLoops(size_t depth, ValueRange carried, function_ref<Sums(ValueRange)> emitStep);
  Value emitOperand(ReduceOp op);
  bool vanishesOutside(ReduceOp op) const;
  Value maskOfStep();
  void finish(ReduceOp op, Value sum);
  void store(Value tile, unsigned result, const StridedView &view);
  void storeRows();
  /// `view` at the level of the row.
  StridedView ofRow(StridedView view) const;
  void switchLevel();

  Value constant(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }
  Value splat(TypedAttr number) {
    return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(tileOf(number.getType()), Attribute(number)));
  }
  static Type accumulatorOf(ReduceOp op) {
    Type element = getElementTypeOrSelf(op.getX());
    return isa<FloatType>(element) ? getAccumulator(element) : element;
  }
  auto results() { return cast<YieldOp>(body.getTerminator()).getOutputs(); }

  const Blocking &blocking;
  Location loc;
  SmallVector<ReduceOp> reductions;
  SmallVector<int64_t> dims;
  SymbolicShape keptShape;
  StridedView repeated;
  /// Repeats a tensor of the kept shape along the reduced dimensions: the one way to it, where there are several.
  Operation *repeat = nullptr;
  /// A reduction that is needed at other elements than those of its row.
  Operation *misplaced = nullptr;
  DenseMap<Value, unsigned> passes;

  /// Of each dimension of the kernel.
  SmallVector<bool> isReduced;
  /// Whether tiles run along a reduced dimension, the last; else they run along a kept one.
  bool isAlongRow = false;
  /// Whether the row is one tile.
  bool isWhole = false;

  /// The level that is not current.
  struct Level {
    BlockShape block;
    SmallVector<Value> indices;
    std::map<Path, Value, PathLess> tiles;
  } other;
  bool isAtRow = false;
  /// The outermost loop of the pass: values of the row are computed before it.
  Operation *loopOfPass = nullptr;
  std::map<Path, Value, PathLess> views;
  Value mask;
};

} // namespace

//===- What the kernel is -----------------------------------------------------------------------------------------===//

LogicalResult RowEmitter::findReductions() {
  for (auto op : body.getOps<ReduceOp>()) {
    if (reductions.empty()) {
      shape = getShape(op.getX().getType());
      dims.assign(op.getDims().begin(), op.getDims().end());
    } else if (getShape(op.getX().getType()) != shape || op.getDims() != ArrayRef(dims)) {
      return op.emitError("is over other dimensions or of another shape than the reduction before it in the kernel");
    }
    reductions.push_back(op);
  }
  if (reductions.empty())
    return kernel.emitError("has no reduction");
  keptShape = getReducedShape(shape, dims);
  repeated = StridedView::repeated(shape, dims);
  OpBuilder end(body.getTerminator());
  Type type = getTensorType(kernel.getContext(), shape, getElementTypeOrSelf(reductions[0].getResult()));
  repeat = BroadcastOp::create(end, loc, type, reductions[0].getResult(), reductions[0].getKept());
  return success();
}

LogicalResult RowEmitter::collectValues() {
  for (ReduceOp op : reductions)
    collect(op.getX(), {});
  for (Value result : results()) {
    SymbolicShape ofResult = getShape(result.getType());
    if (ofResult == shape)
      collect(result, {});
    else if (ofResult == keptShape)
      collect(result, {repeat});
    else
      return kernel.emitError("has a result of shape ")
             << toString(ofResult) << "; rows of " << toString(shape) << " give that shape or " << toString(keptShape);
  }
  if (misplaced)
    return misplaced->emitError("is needed at other elements than those of its row");
  return checkCollected();
}

ElementwiseEmitter::Views RowEmitter::canonical(Value value, Views views) const {
  bool isOfRow = !views.empty() && getShape(value.getType()) == keptShape && viewOf(value, views).isLike(repeated);
  return isOfRow ? Views{repeat} : views;
}

bool RowEmitter::isGiven(const Path &path) {
  auto op = path.first.getDefiningOp<ReduceOp>();
  if (op && path.second != Views{repeat})
    misplaced = op;
  return bool(op);
}

unsigned RowEmitter::passOf(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return 0;
  if (auto found = passes.find(value); found != passes.end())
    return found->second;
  unsigned pass = 0;
  for (Value operand : op->getOperands())
    pass = std::max(pass, passOf(operand) + isa<ReduceOp>(op));
  return passes[value] = pass;
}

//===- How it is walked -------------------------------------------------------------------------------------------===//

void RowEmitter::splitDimensions() {
  mergeDimensions(dims);
  for (auto &group : dimensions)
    isReduced.push_back(!group.empty() && llvm::is_contained(dims, int64_t(group.back())));
  // Reduced dimensions of size 1 alone are one loop of one step.
  if (!llvm::is_contained(isReduced, true)) {
    SmallVector<SmallVector<unsigned, 4>> groups(dimensions.begin(), dimensions.end());
    llvm::erase_if(groups, [](auto &group) { return group.empty(); });
    isReduced.assign(groups.size() + 1, false);
    isReduced.front() = true;
    groups.insert(groups.begin(), SmallVector<unsigned, 4>());
    bool isMergeable = setDimensions(groups);
    assert(isMergeable && "each group was joined before");
    (void)isMergeable;
  }
  isAlongRow = isReduced.back();
}

unsigned RowEmitter::widestBits() {
  unsigned widest = 8;
  auto widen = [&](Type type) {
    Type element = getElementTypeOrSelf(type);
    // 16-bit floats are computed in f32.
    unsigned bits =
        isa<FloatType>(element) ? getAccumulator(element).getIntOrFloatBitWidth() : element.getIntOrFloatBitWidth();
    widest = std::max(widest, bits);
  };
  for (BlockArgument argument : body.getArguments())
    widen(argument.getType());
  for (Operation &op : body.without_terminator())
    widen(op.getResult(0).getType());
  return widest;
}

void RowEmitter::chooseBlocks() {
  const DimExpr &size = sizes.back();
  int64_t length = size.constant().value_or(0);
  isWhole = isAlongRow && llvm::count(isReduced, true) == 1 && length > 0 && length <= blocking.wholeRow;
  block.assign(sizes.size(), 1);
  other.block = block;
  int64_t width = chooseRowWidth(size, isWhole ? blocking.wholeRow : blocking.rowBytes * 8 / widestBits());
  block.back() = width;
  if (!isAlongRow)
    other.block.back() = width;
}

/// Blocks along the kept dimensions, and their number.
DimExpr RowEmitter::splitGrid(SmallVector<DimExpr> &counts) {
  DimExpr grid(1);
  for (auto [size, edge, reduced] : llvm::zip(sizes, block, isReduced))
    if (!reduced) {
      counts.push_back(ceilDiv(size, DimExpr(edge)));
      grid = grid * counts.back();
    }
  return grid;
}

void RowEmitter::setKeptIndices(ArrayRef<DimExpr> counts) {
  SmallVector<Value> position = splitBlock(builder, loc, counts);
  Value zero = constant(0);
  size_t next = 0;
  for (auto [edge, reduced] : llvm::zip(block, isReduced)) {
    if (reduced) {
      indices.push_back(zero);
      continue;
    }
    bool isOnly = counts[next] == DimExpr(1);
    Value index = position[next++];
    indices.push_back(edge == 1 || isOnly ? index
                                          : arith::MulIOp::create(builder, loc, index, constant(edge)).getResult());
  }
  other.indices = indices;
}

//===- Values -----------------------------------------------------------------------------------------------------===//

void RowEmitter::switchLevel() {
  std::swap(block, other.block);
  std::swap(indices, other.indices);
  std::swap(tiles, other.tiles);
  isAtRow = !isAtRow;
}

StridedView RowEmitter::ofRow(StridedView view) const {
  for (auto [size, reduced] : llvm::zip(view.sizes, isReduced))
    if (reduced)
      size = DimExpr(1);
  return view;
}

Value RowEmitter::emit(Value value, Views path) {
  path = canonical(value, std::move(path));
  if (isAtRow || !viewOf(value, path).isConstantAlong(dims))
    return ElementwiseEmitter::emit(value, std::move(path));
  if (auto found = tiles.find({value, path}); found != tiles.end())
    return found->second;
  Value tile;
  {
    OpBuilder::InsertionGuard guard(builder);
    if (loopOfPass)
      builder.setInsertionPoint(loopOfPass);
    switchLevel();
    tile = emit(value, path);
    switchLevel();
  }
  if (block != other.block)
    tile = tile::BroadcastOp::create(builder, loc, tileOf(getElementTypeOrSelf(tile)), tile);
  tiles.emplace(Path{value, std::move(path)}, tile);
  return tile;
}

/// One view for all passes: what is read again is still in a cache.
Value RowEmitter::openRead(const Path &path) {
  Value &view = views[path];
  if (view)
    return view;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(program);
  StridedView whole = merged(viewOf(path.first, path.second));
  return view = openView(getBuffer(cast<BlockArgument>(path.first).getArgNumber()), isAtRow ? ofRow(whole) : whole);
}

//===- Passes -----------------------------------------------------------------------------------------------------===//

/// Which elements of the step exist; null where all do.
Value RowEmitter::maskOfStep() {
  std::optional<int64_t> size = sizes.back().constant();
  if (!isAlongRow || (size && *size % block.back() == 0))
    return {};
  if (!mask)
    mask = tile::InsideOp::create(builder, loc, tileOf(builder.getI1Type()), indices,
                                  DimsAttr::get(kernel.getContext(), sizes));
  return mask;
}

/// Whether the operand is 0 beyond the end of the row, as what is loaded from there is.
bool RowEmitter::vanishesOutside(ReduceOp op) const {
  Value value = op.getX();
  Views path;
  while (auto view = value.getDefiningOp<ViewOpInterface>()) {
    path.push_back(view);
    value = view->getOperand(0);
  }
  return op.getKind() == Reduction::add && isa<BlockArgument>(value) && !viewOf(value, path).isConstantAlong(dims);
}

/// The operand's tile in the accumulator's type, neutral where the row has ended.
Value RowEmitter::emitOperand(ReduceOp op) {
  Value tile = emit(op.getX(), {});
  Type accumulator = accumulatorOf(op);
  if (getElementTypeOrSelf(tile) != accumulator)
    tile = arith::ExtFOp::create(builder, loc, tileOf(accumulator), tile);
  Value inside = vanishesOutside(op) ? Value() : maskOfStep();
  if (!inside)
    return tile;
  Value neutral = splat(tile::getNeutral(op.getKind(), accumulator));
  return arith::SelectOp::create(builder, loc, inside, tile, neutral);
}

RowEmitter::Sums RowEmitter::emitLoops(size_t dimension, ValueRange carried, function_ref<Sums(ValueRange)> emitStep) {
  while (dimension < sizes.size() && !isReduced[dimension])
    ++dimension;
  if (isWhole || dimension == sizes.size())
    return emitStep(carried);
  Value size = tile::SizeOp::create(builder, loc, DimAttr::get(kernel.getContext(), sizes[dimension]));
  Value first = constant(0), width = constant(block[dimension]);
  auto loop = scf::ForOp::create(builder, loc, first, size, width, carried);
  if (!loopOfPass)
    loopOfPass = loop;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  indices[dimension] = loop.getInductionVar();
  Sums sums = emitLoops(dimension + 1, loop.getRegionIterArgs(), emitStep);
  if (!carried.empty())
    scf::YieldOp::create(builder, loc, sums);
  return Sums(loop.getResults());
}

void RowEmitter::emitPass(unsigned pass) {
  SmallVector<ReduceOp> reduced;
  llvm::copy_if(reductions, std::back_inserter(reduced), [&](ReduceOp op) { return passOf(op.getX()) == pass; });
  Sums start;
  for (ReduceOp op : reduced)
    start.push_back(isWhole ? Value() : splat(tile::getNeutral(op.getKind(), accumulatorOf(op))));
  Sums sums = emitLoops(0, start, [&](ValueRange carried) {
    if (!isWhole) {
      tiles.clear();
      mask = {};
    }
    Sums next;
    for (auto [op, sum] : llvm::zip(reduced, carried)) {
      Value tile = emitOperand(op);
      next.push_back(isWhole ? tile : tile::combine(builder, loc, op.getKind(), sum, tile));
    }
    for (auto [i, result] : llvm::enumerate(results()))
      if (getShape(result.getType()) == shape && passOf(result) == pass)
        store(emit(result, {}), i, merged(StridedView::rowMajor(shape)));
    return next;
  });
  loopOfPass = nullptr;
  for (auto [op, sum] : llvm::zip(reduced, sums))
    finish(op, sum);
}

/// The row's tile of a reduction from that of its steps.
void RowEmitter::finish(ReduceOp op, Value sum) {
  Type element = getElementTypeOrSelf(op.getResult()), accumulator = accumulatorOf(op);
  switchLevel();
  if (isAlongRow)
    sum = tile::ReduceOp::create(builder, loc, tileOf(accumulator), op.getKind(), sum, block.size() - 1);
  if (element != accumulator)
    sum = arith::TruncFOp::create(builder, loc, tileOf(element), sum);
  tiles[{op.getResult(), {repeat}}] = sum;
  switchLevel();
}

void RowEmitter::store(Value tile, unsigned result, const StridedView &view) {
  Value target = openView(getBuffer(kernel.getArgumentTypes().size() + result), view);
  tile::StoreOp::create(builder, loc, tile, target, indices);
}

void RowEmitter::storeRows() {
  switchLevel();
  for (auto [i, result] : llvm::enumerate(results()))
    if (getShape(result.getType()) == keptShape)
      store(emit(result, {repeat}), i, ofRow(merged(repeated)));
  switchLevel();
}

FailureOr<tile::KernelOp> RowEmitter::build() {
  if (failed(findReductions()) || failed(collectValues()))
    return failure();
  splitDimensions();
  chooseBlocks();
  SmallVector<DimExpr> counts;
  DimExpr grid = splitGrid(counts);
  OpBuilder::InsertionGuard guard(builder);
  tile::KernelOp result = open(block, grid);
  setKeptIndices(counts);
  unsigned last = 0;
  for (ReduceOp op : reductions)
    last = std::max(last, passOf(op.getX()));
  for (Value value : results())
    if (getShape(value.getType()) == shape)
      last = std::max(last, passOf(value));
  for (unsigned pass = 0; pass <= last; ++pass)
    emitPass(pass);
  storeRows();
  tile::ReturnOp::create(builder, loc);
  return result;
}

FailureOr<tile::KernelOp> buildRow(KernelOp kernel, const Blocking &blocking, OpBuilder &builder) {
  return RowEmitter(kernel, blocking, builder).build();
}

} // namespace tenon::schedule
