// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Each tile is one vector: loops stay loops and carry them. Accesses are masked only where they may leave their view. A
// loop along a row is split into its whole steps and a masked last one; where a block as a whole may reach beyond the
// edge, its code exists twice.
#include "codegen/cpu/LowerRow.h"

#include "codegen/cpu/KernelCode.h"
#include "ir/tile/Reduction.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace tenon::cpu {

namespace {

/// What reads or writes a tile, or asks where it lies.
struct Access {
  SmallVector<Value> indices;
  SymbolicShape sizes;
  ArrayRef<int64_t> shape;

  static std::optional<Access> of(Operation *op) {
    if (auto load = dyn_cast<tile::LoadOp>(op))
      return Access{load.getIndices(), sizesOf(load.getView()), load.getTile().getType().getShape()};
    if (auto store = dyn_cast<tile::StoreOp>(op))
      return Access{store.getIndices(), sizesOf(store.getView()), store.getTile().getType().getShape()};
    if (auto inside = dyn_cast<tile::InsideOp>(op))
      return Access{inside.getIndices(), inside.getSizes().getShape(), inside.getTile().getType().getShape()};
    return std::nullopt;
  }
  static SymbolicShape sizesOf(Value view) { return view.getDefiningOp<tile::ViewOp>().getSizes().getShape(); }
};

/// The loop that counts this index, where one does.
scf::ForOp loopOf(Value index) {
  auto argument = dyn_cast<BlockArgument>(index);
  auto loop = argument ? dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp()) : scf::ForOp();
  return loop && loop.getInductionVar() == index ? loop : scf::ForOp();
}

class RowLowering : KernelCode {
public:
  RowLowering(tile::KernelOp kernel, OpBuilder &builder, unsigned registerBits)
      : KernelCode(kernel, builder, registerBits) {}

  LogicalResult run();

private:
  LogicalResult check();
  LogicalResult checkLoop(scf::ForOp loop);
  LogicalResult checkTile(Operation &op);

  bool isBelow(Value index, const DimExpr &size);
  bool isWithin(Value index, int64_t extent, const DimExpr &size);
  bool isInside(const Access &access, size_t dimension);
  Value blockIsInside();
  Value maskOf(const Access &access);

  void lowerBody(Block &body);
  void lowerLoop(scf::ForOp loop);
  SmallVector<Value> emitLoop(scf::ForOp loop, Value first, Value last, ValueRange carried);
  bool canPairSteps(scf::ForOp loop) const;
  SmallVector<Value> emitSteps(scf::ForOp loop, Value first, Value last, SmallVector<Value> carried);
  Value canGoAhead(scf::ForOp loop, Value first);
  SmallVector<Value> emitWholeSteps(scf::ForOp loop, Value first, Value last, ValueRange carried);
  void emitPrefetch(tile::LoadOp load, const Run &run, int64_t lanes);
  void lowerTile(Operation &op);
  Run runOf(Value view, ValueRange starts, int64_t lanes, Value mask);
  Value lowerReduce(tile::ReduceOp op);
  static int64_t lanesOf(Value tile) { return cast<RankedTensorType>(tile.getType()).getShape().back(); }

  /// What loads ask for in advance: so many bytes on, or the same place of the next row.
  struct Ahead {
    int64_t bytes = 0;
    bool isNextRow = false;
  } ahead;
  /// The vectors of tiles.
  IRMapping values;
  SmallVector<Operation *> tileOps;
  /// The size of tiles that are not one element.
  int64_t width = 1;
  /// Loops in whose current code each step lies within the last one's bound.
  llvm::SmallPtrSet<Operation *, 4> wholeSteps;
  /// Whether the current code is of blocks that may reach beyond the edge.
  bool isEdge = false;
};

} // namespace

//===- What is lowered --------------------------------------------------------------------------------------------===//

LogicalResult RowLowering::checkLoop(scf::ForOp loop) {
  if (!isConstantIntValue(loop.getStep(), 1) && getConstantIntValue(loop.getStep()).value_or(0) < 1)
    return loop.emitError("has no CPU lowering: its step is no positive number");
  for (Type type : loop.getResultTypes())
    if (!isa<RankedTensorType>(type))
      return loop.emitError("has no CPU lowering: it carries something that is no tile");
  return success();
}

LogicalResult RowLowering::checkTile(Operation &op) {
  if (isa<tile::DotOp>(op))
    return op.emitError("has no CPU lowering beside reductions and loops of other tiles");
  for (Value value : llvm::concat<Value>(op.getOperands(), op.getResults())) {
    auto tile = dyn_cast<RankedTensorType>(value.getType());
    if (!tile)
      continue;
    ArrayRef<int64_t> shape = tile.getShape();
    bool isRow = !shape.empty() && llvm::all_of(shape.drop_back(), [](int64_t size) { return size == 1; });
    if (!isRow || (shape.back() != 1 && width != 1 && shape.back() != width) || !llvm::isPowerOf2_64(shape.back()))
      return op.emitError("has a tile of ") << tile << "; programs with loops have tiles [.., 1] and [.., W] here, "
                                            << "W one power of two";
    width = std::max(width, shape.back());
  }
  auto reduce = dyn_cast<tile::ReduceOp>(op);
  if (reduce && getElementTypeOrSelf(reduce.getTile()).isBF16())
    return op.emitError("of bf16 has no CPU lowering; accumulate in f32");
  return success();
}

LogicalResult RowLowering::check() {
  WalkResult result = kernel.getBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isa<tile::ReturnOp, scf::YieldOp>(op))
      return WalkResult::advance();
    if (auto loop = dyn_cast<scf::ForOp>(op))
      return failed(checkLoop(loop)) ? WalkResult::interrupt() : WalkResult::advance();
    if (op->getNumRegions() != 0) {
      op->emitError("has no CPU lowering: tile programs are straight lines and loops");
      return WalkResult::interrupt();
    }
    FailureOr<bool> isTile = isOnTiles(*op);
    if (failed(isTile) || (*isTile && failed(checkTile(*op))))
      return WalkResult::interrupt();
    if (*isTile)
      tileOps.push_back(op);
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  // More registers than there are would all be spilled.
  constexpr int64_t mostRegisters = 16;
  if (width * widestBits(tileOps) > mostRegisters * registerBits)
    return kernel.emitError("has tiles of ")
           << width << " elements, more than " << mostRegisters << " registers; take shorter steps";
  if (llvm::none_of(tileOps, [](Operation *op) { return isa<tile::StoreOp>(op); }))
    return kernel.emitError("stores nothing");
  return success();
}

//===- Edges ------------------------------------------------------------------------------------------------------===//

/// Whether an index is below the size by how it is made: of the block's number by divisions and remainders.
bool RowLowering::isBelow(Value index, const DimExpr &size) {
  if (index.getDefiningOp<tile::BlockOp>())
    return kernel.getGrid().getExpr() == size;
  auto divisorOf = [](Operation *op) { return op->getOperand(1).getDefiningOp<tile::SizeOp>(); };
  if (auto rest = index.getDefiningOp<arith::RemUIOp>())
    return divisorOf(rest) && divisorOf(rest).getExpr().getExpr() == size;
  if (auto quotient = index.getDefiningOp<arith::DivUIOp>())
    return divisorOf(quotient) && isBelow(quotient.getLhs(), size * divisorOf(quotient).getExpr().getExpr());
  return false;
}

/// As isBelow(), of `extent` indices from the first on: a multiple of the extent where that divides the size.
bool RowLowering::isWithin(Value index, int64_t extent, const DimExpr &size) {
  if (std::optional<int64_t> number = getConstantIntValue(index))
    return *number >= 0 && size.constant() && *number + extent <= *size.constant();
  if (extent == 1)
    return isBelow(index, size);
  auto product = index.getDefiningOp<arith::MulIOp>();
  DimExpr count = floorDiv(size, DimExpr(extent));
  return product && isConstantIntValue(product.getRhs(), extent) && count * DimExpr(extent) == size &&
         isBelow(product.getLhs(), count);
}

/// Whether the tile is known to lie within the size of this dimension.
bool RowLowering::isInside(const Access &access, size_t d) {
  Value index = access.indices[d];
  if (scf::ForOp loop = loopOf(index)) {
    auto bound = loop.getUpperBound().getDefiningOp<tile::SizeOp>();
    bool endsThere = bound && bound.getExpr().getExpr() == access.sizes[d] &&
                     getConstantIntValue(loop.getLowerBound()).value_or(-1) >= 0;
    bool isOne = access.shape[d] == 1;
    return endsThere && (isOne || (wholeSteps.contains(loop) && isConstantIntValue(loop.getStep(), access.shape[d])));
  }
  if (isWithin(index, access.shape[d], access.sizes[d]))
    return true;
  bool isOfBlock = index.getParentBlock() == &kernel.getBody().front();
  return isOfBlock && !isEdge;
}

/// Whether all tiles at indices of the block lie within their views; null where that is known.
Value RowLowering::blockIsInside() {
  Value all;
  std::vector<std::tuple<Value, DimExpr, int64_t>> seen;
  isEdge = true;
  for (Operation *op : tileOps) {
    std::optional<Access> access = Access::of(op);
    for (size_t d = 0; access && d < access->shape.size(); ++d) {
      Value index = access->indices[d];
      std::tuple<Value, DimExpr, int64_t> condition(index, access->sizes[d], access->shape[d]);
      if (loopOf(index) || index.getParentBlock() != &kernel.getBody().front() || isInside(*access, d) ||
          llvm::is_contained(seen, condition))
        continue;
      seen.push_back(condition);
      Value end = add(indexOf(index), constant(access->shape[d]));
      Value fits = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sle, end, sizes->emit(access->sizes[d]));
      all = all ? arith::AndIOp::create(builder, loc, all, fits).getResult() : fits;
    }
  }
  isEdge = false;
  return all;
}

/// The elements of an access that exist; null where all do.
Value RowLowering::maskOf(const Access &access) {
  size_t last = access.shape.size() - 1;
  auto dimensions = llvm::seq<size_t>(0, access.shape.size());
  if (llvm::all_of(dimensions, [&](size_t d) { return isInside(access, d); }))
    return {};
  int64_t lanes = access.shape[last];
  Value limit = constant(lanes);
  if (!isInside(access, last)) {
    Value left = subtract(sizes->emit(access.sizes[last]), indexOf(access.indices[last]));
    limit = arith::MaxSIOp::create(builder, loc, arith::MinSIOp::create(builder, loc, left, limit), constant(0));
  }
  for (size_t d = 0; d < last; ++d)
    if (!isInside(access, d)) {
      Value exists = isLess(indexOf(access.indices[d]), sizes->emit(access.sizes[d]));
      limit = arith::SelectOp::create(builder, loc, exists, limit, constant(0));
    }
  return KernelCode::maskOf(limit, lanes);
}

//===- Code -------------------------------------------------------------------------------------------------------===//

KernelCode::Run RowLowering::runOf(Value opened, ValueRange starts, int64_t lanes, Value mask) {
  auto view = opened.getDefiningOp<tile::ViewOp>();
  SymbolicShape strides = view.getStrides().getShape();
  Value offset = sizes->emit(view.getOffset().getExpr());
  for (auto [start, stride] : llvm::zip(starts, strides))
    offset = add(offset, multiply(indexOf(start), sizes->emit(stride)));
  auto argument = cast<BlockArgument>(view.getBuffer());
  Type element = view.getView().getType().getElement();
  // One element lies beside itself.
  Run run{advance(buffers[argument.getArgNumber()], element, offset),
          element,
          lanes == 1 ? DimExpr(1) : strides.back(),
          {}};
  // Where nothing may exist nothing may be read.
  if (run.stride == DimExpr(0) && !mask)
    run.repeated = LLVM::LoadOp::create(builder, loc, memoryType(element), run.address);
  return run;
}

/// The tree of tile.reduce: the second half of the vector is combined with the first until one element is left.
Value RowLowering::lowerReduce(tile::ReduceOp op) {
  Value vector = values.lookup(op.getTile());
  // Dimensions but the last have size 1.
  if (int64_t(op.getDim()) + 1 != cast<RankedTensorType>(op.getTile().getType()).getRank())
    return vector;
  for (int64_t half = lanesOf(op.getTile()) / 2; half > 0; half /= 2) {
    auto low = llvm::to_vector(llvm::seq<int64_t>(0, half)), high = llvm::to_vector(llvm::seq<int64_t>(half, 2 * half));
    Value first = vector::ShuffleOp::create(builder, loc, vector, vector, low);
    Value second = vector::ShuffleOp::create(builder, loc, vector, vector, high);
    vector = tile::combine(builder, loc, op.getKind(), first, second);
  }
  return vector;
}

void RowLowering::lowerTile(Operation &op) {
  std::optional<Access> access = Access::of(&op);
  Value mask = access ? maskOf(*access) : Value();
  if (auto read = dyn_cast<tile::LoadOp>(op)) {
    int64_t lanes = lanesOf(read.getTile());
    Run run = runOf(read.getView(), read.getIndices(), lanes, mask);
    if (!mask)
      emitPrefetch(read, run, lanes);
    values.map(read.getTile(), load(run, constant(0), lanes, mask));
  } else if (auto write = dyn_cast<tile::StoreOp>(op)) {
    int64_t lanes = lanesOf(write.getTile());
    Run run = runOf(write.getView(), write.getIndices(), lanes, mask);
    store(run, values.lookup(write.getTile()), constant(0), lanes, mask);
  } else if (auto inside = dyn_cast<tile::InsideOp>(op)) {
    values.map(inside.getTile(), mask ? mask : allLanes(lanesOf(inside.getTile())));
  } else if (auto reduce = dyn_cast<tile::ReduceOp>(op)) {
    values.map(reduce.getResult(), lowerReduce(reduce));
  } else if (auto broadcast = dyn_cast<tile::BroadcastOp>(op)) {
    Value vector = values.lookup(broadcast.getTile());
    int64_t lanes = lanesOf(broadcast.getResult());
    if (lanes != lanesOf(broadcast.getTile())) {
      auto type = VectorType::get(lanes, cast<VectorType>(vector.getType()).getElementType());
      Value element = vector::ExtractOp::create(builder, loc, vector, ArrayRef<int64_t>{0});
      vector = vector::BroadcastOp::create(builder, loc, type, element);
    }
    values.map(broadcast.getResult(), vector);
  } else {
    lowerElementwise(&op, lanesOf(op.getResult(0)), values);
  }
}

SmallVector<Value> RowLowering::emitLoop(scf::ForOp loop, Value first, Value last, ValueRange carried) {
  Value step = indexOf(loop.getStep());
  auto lowered = scf::ForOp::create(builder, loc, first, last, step, carried);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(lowered.getBody());
  indices.map(loop.getInductionVar(), toIndex(lowered.getInductionVar()));
  for (auto [argument, vector] : llvm::zip(loop.getRegionIterArgs(), lowered.getRegionIterArgs()))
    values.map(argument, vector);
  lowerBody(*loop.getBody());
  SmallVector<Value> next;
  for (Value tile : loop.getYieldedValues())
    next.push_back(values.lookup(tile));
  if (!next.empty())
    scf::YieldOp::create(builder, loc, next);
  return SmallVector<Value>(lowered.getResults());
}

/// Whether the loop may hold its tiles in pairs: what it takes from outside has no places.
bool RowLowering::canPairSteps(scf::ForOp loop) const {
  SmallVector<Operation *> ops;
  for (Operation &op : loop.getBody()->without_terminator()) {
    if (isa<scf::ForOp>(op))
      return false;
    if (!llvm::is_contained(tileOps, &op))
      continue;
    ops.push_back(&op);
    for (Value operand : op.getOperands()) {
      bool isOutside = isa<RankedTensorType>(operand.getType()) && operand.getParentBlock() != loop.getBody();
      if (isOutside && lanesOf(operand) > 1 &&
          !isa_and_present<arith::ConstantOp, tile::SplatOp>(operand.getDefiningOp()))
        return false;
    }
  }
  return canPair(ops);
}

SmallVector<Value> RowLowering::emitSteps(scf::ForOp loop, Value first, Value last, SmallVector<Value> carried) {
  bool pairs = canPairSteps(loop);
  if (pairs)
    llvm::transform(carried, carried.begin(), [&](Value vector) { return splitPairs(vector); });
  inPairs = pairs;
  carried = emitLoop(loop, first, last, carried);
  inPairs = false;
  if (pairs)
    llvm::transform(carried, carried.begin(), [&](Value vector) { return joinPairs(vector); });
  return carried;
}

/// What a loop may do where the kernel's data does not fit the caches; null where it never may.
Value RowLowering::canGoAhead(scf::ForOp loop, Value first) {
  if (isEdge)
    return {};
  auto stores = llvm::to_vector(loop.getBody()->getOps<tile::StoreOp>());
  if (stores.empty())
    return exceedsCaches(tile::getTraffic(kernel).read);
  SmallVector<Run> written;
  indices.map(loop.getInductionVar(), toIndex(first));
  for (tile::StoreOp store : stores) {
    int64_t lanes = lanesOf(store.getTile());
    written.push_back(runOf(store.getView(), store.getIndices(), lanes, {}));
    if (lanes * 8 * getElementBytes(written.back().element) % registerBits != 0)
      written.back().stride = DimExpr(0);
  }
  return canStream(written);
}

/// Steps that are whole registers: twice where the kernel's data may exceed the caches. Then stores bypass them; the
/// memory is asked some steps ahead while a pass over a row only reads, and for the next row while another stores.
/// Within the caches asking only costs (measured on Zen 5, RMS norm of 2048 f32 in L3: 0.78 of a copy instead of 0.85).
SmallVector<Value> RowLowering::emitWholeSteps(scf::ForOp loop, Value first, Value last, ValueRange carried) {
  constexpr int64_t readAhead = 2048;
  Value large = canGoAhead(loop, first);
  if (!large)
    return emitSteps(loop, first, last, SmallVector<Value>(carried));
  SmallVector<Type> types(carried.getTypes());
  auto either = scf::IfOp::create(builder, loc, types, large, /*withElseRegion=*/true);
  auto emit = [&](Block *block) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(block);
    SmallVector<Value> results = emitSteps(loop, first, last, SmallVector<Value>(carried));
    if (!types.empty())
      scf::YieldOp::create(builder, loc, results);
  };
  streams = !loop.getBody()->getOps<tile::StoreOp>().empty();
  ahead = Ahead{streams ? 0 : readAhead, streams};
  emit(either.thenBlock());
  streams = false;
  ahead = {};
  emit(either.elseBlock());
  return SmallVector<Value>(either.getResults());
}

/// Asks for the cache lines that a load of `lanes` elements will want later.
void RowLowering::emitPrefetch(tile::LoadOp load, const Run &run, int64_t lanes) {
  auto view = load.getView().getDefiningOp<tile::ViewOp>();
  SymbolicShape strides = view.getStrides().getShape();
  if ((ahead.bytes == 0 && !ahead.isNextRow) || run.stride != DimExpr(1) || run.repeated)
    return;
  Value distance = constant(ahead.bytes);
  if (ahead.isNextRow) {
    // The dimension that the rows follow each other in; what all rows share is in the caches already.
    DimExpr row(0);
    for (const DimExpr &stride : llvm::drop_end(strides))
      row = stride == DimExpr(0) ? row : stride;
    if (row == DimExpr(0))
      return;
    distance = multiply(sizes->emit(row), constant(getElementBytes(run.element)));
  }
  prefetch(advance(run.address, builder.getI8Type(), distance), lanes * getElementBytes(run.element));
}

void RowLowering::lowerLoop(scf::ForOp loop) {
  Value first = indexOf(loop.getLowerBound()), last = indexOf(loop.getUpperBound());
  SmallVector<Value> carried;
  for (Value tile : loop.getInitArgs())
    carried.push_back(values.lookup(tile));
  int64_t step = *getConstantIntValue(loop.getStep());
  if (step > 1) {
    Value steps = subtract(last, first), rest = arith::RemSIOp::create(builder, loc, steps, constant(step));
    Value whole = subtract(last, rest);
    wholeSteps.insert(loop);
    carried = emitWholeSteps(loop, first, whole, carried);
    wholeSteps.erase(loop);
    first = whole;
  }
  // Of a number of whole steps there is no rest.
  auto bound = loop.getUpperBound().getDefiningOp<tile::SizeOp>();
  std::optional<int64_t> size = bound ? bound.getExpr().getExpr().constant() : std::nullopt;
  bool isWhole = step > 1 && size && *size % step == 0 && isConstantIntValue(loop.getLowerBound(), 0);
  if (!isWhole)
    carried = emitLoop(loop, first, last, carried);
  for (auto [result, vector] : llvm::zip(loop.getResults(), carried))
    values.map(result, vector);
}

void RowLowering::lowerBody(Block &body) {
  for (Operation &op : body.without_terminator()) {
    if (auto loop = dyn_cast<scf::ForOp>(op))
      lowerLoop(loop);
    else if (llvm::is_contained(tileOps, &op))
      lowerTile(op);
    else if (&body != &kernel.getBody().front())
      lowerIndex(op);
  }
}

LogicalResult RowLowering::run() {
  if (failed(check()))
    return failure();
  openFunction();
  // Indices of the block depend on no tile.
  Block &body = kernel.getBody().front();
  for (Operation &op : body.without_terminator())
    if (!isa<scf::ForOp>(op))
      lowerIndex(op);
  Value inside = blockIsInside();
  if (!inside) {
    lowerBody(body);
    return success();
  }
  auto either = scf::IfOp::create(builder, loc, inside, /*withElseRegion=*/true);
  builder.setInsertionPointToStart(either.thenBlock());
  lowerBody(body);
  builder.setInsertionPointToStart(either.elseBlock());
  isEdge = true;
  lowerBody(body);
  return success();
}

bool isOfRows(tile::KernelOp kernel) {
  WalkResult result = kernel.getBody().walk([&](Operation *op) {
    auto loop = dyn_cast<scf::ForOp>(op);
    bool isOther = loop && loop.getOps<tile::DotOp>().empty();
    return isOther || isa<tile::ReduceOp, tile::BroadcastOp, tile::InsideOp>(op) ? WalkResult::interrupt()
                                                                                 : WalkResult::advance();
  });
  return result.wasInterrupted();
}

LogicalResult lowerRows(tile::KernelOp kernel, OpBuilder &builder, unsigned registerBits) {
  return RowLowering(kernel, builder, registerBits).run();
}

} // namespace tenon::cpu
