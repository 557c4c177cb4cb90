// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A tile program as a function of the CPU kernel ABI. The tile ops of a block become one loop nest: over the rows of
// the tile, then along the row in steps of a few vector registers, the last one masked.
#include "codegen/Passes.h"
#include "codegen/cpu/CpuLevel.h"
#include "codegen/cpu/DotLoop.h"
#include "codegen/cpu/KernelCode.h"
#include "codegen/cpu/LowerRow.h"
#include "codegen/cpu/TransposedTile.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace tenon {
#define GEN_PASS_DEF_LOWERTILETOCPUPASS
#include "codegen/Passes.h.inc"

namespace {

/// How far ahead the memory is asked where data does not come from caches: a body of many ops leaves the machine too
/// little room to look ahead by itself.
constexpr int64_t streamAhead = 4096;

/// An elementary function's part of bodyCost().
constexpr int64_t functionCost = 12;

class KernelLowering : cpu::KernelCode {
public:
  KernelLowering(tile::KernelOp kernel, OpBuilder &builder, const cpu::Level &level)
      : KernelCode(kernel, builder, level.registerBits), level(level) {}

  LogicalResult run();

private:
  /// An access with what does not change along a row: where it is, and the number of elements that exist where that is
  /// not the loop's own.
  struct Row {
    Run run;
    Value limit;
  };

  LogicalResult check();
  void lowerIndices();
  void lowerRows(size_t dimension);
  void lowerDotLoops();
  LLVM::LLVMFuncOp openProducts(const cpu::DotLoop &dot);
  void lowerTransposedTiles();
  int64_t scratchStride(tile::LoadOp load) const;
  Value panelAddress(tile::LoadOp load);
  Value loadScratch(scf::ForOp loop, Value column, int64_t lanes);
  void openRow(Operation *access, tile::ViewOp view, ValueRange indices);
  Value limitOf(tile::ViewOp view, ArrayRef<Value> indices);
  void prefetchShortRows();
  void lowerRow();
  void lowerStep(Value column, int64_t lanes, Value mask);
  /// `mask` with the access's own limit.
  Value maskWithin(const Row &row, Value column, int64_t lanes, Value mask);
  /// As many lanes as fit a register for the widest type of the body, so that every value has whole registers.
  int64_t laneCount() const { return registerBits / widestBits(tileOps); }
  int64_t bodyCost(int64_t conversion) const;
  int64_t stepRegisters() const;

  const cpu::Level &level;
  SmallVector<Operation *> tileOps;
  tile::StoreOp firstStore;
  /// Number of valid elements of the tile along each dimension, and the loop's position.
  SmallVector<Value> counts, positions;
  DenseMap<Operation *, Row> rows;
  SmallVector<cpu::DotLoop> dotLoops;
  /// Accumulators of each dot loop and copies of transposed tiles in the workspace, row-major; bytes of it in use.
  DenseMap<Operation *, Value> scratch;
  int64_t workspaceUsed = 0;
};

/// What the loop nest relies on: straight-line code whose tiles all have one shape.
LogicalResult KernelLowering::check() {
  RankedTensorType shape;
  for (Operation &op : kernel.getBody().front().without_terminator()) {
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      std::string reason;
      std::optional<cpu::DotLoop> dot = cpu::DotLoop::match(loop, reason);
      if (!dot)
        return op.emitError("has no CPU lowering: it ") << reason;
      if (dot->isPairs() && !level.hasBf16Dot)
        return op.emitError("multiplies pairs of bf16, for which ") << level.name << " has no instruction";
      int64_t columns = dot->getAccumulator().getShape().back();
      int64_t lanes = registerBits / dot->getAccumulator().getElementTypeBitWidth();
      if (columns > lanes && columns % lanes != 0)
        return op.emitError("has ") << columns << " columns, which are no whole registers of " << lanes;
      dotLoops.push_back(*dot);
    } else if (op.getNumRegions() != 0) {
      return op.emitError("has no CPU lowering: tile programs are straight lines and loops of tile.dot");
    }
    FailureOr<bool> isTile = isOnTiles(op);
    if (failed(isTile))
      return failure();
    if (!*isTile)
      continue;
    tileOps.push_back(&op);
    Type type = isa<tile::StoreOp>(op) ? cast<tile::StoreOp>(op).getTile().getType() : op.getResult(0).getType();
    auto tile = cast<RankedTensorType>(type);
    if (shape && shape.getShape() != tile.getShape())
      return op.emitError("has a tile of another shape than the ops before it");
    shape = tile;
    if (auto store = dyn_cast<tile::StoreOp>(op); store && !firstStore)
      firstStore = store;
  }
  if (!firstStore)
    return kernel.emitError("stores nothing");
  return success();
}

void KernelLowering::lowerIndices() {
  for (Operation &op : kernel.getBody().front().without_terminator())
    lowerIndex(op);
  auto view = firstStore.getView().getDefiningOp<tile::ViewOp>();
  ArrayRef<int64_t> shape = firstStore.getTile().getType().getShape();
  for (auto [size, index, extent] : llvm::zip(view.getSizes().getShape(), firstStore.getIndices(), shape)) {
    Value rest = arith::SubIOp::create(builder, loc, sizes->emit(size), indexOf(index));
    counts.push_back(arith::MinSIOp::create(builder, loc, rest, constant(extent)));
  }
}

Value KernelLowering::panelAddress(tile::LoadOp load) {
  auto view = load.getView().getDefiningOp<tile::ViewOp>();
  Value panel = indexOf(load.getIndices()[0]);
  Value offset =
      add(sizes->emit(view.getOffset().getExpr()), multiply(panel, sizes->emit(view.getStrides().getShape()[0])));
  auto argument = cast<BlockArgument>(view.getBuffer());
  return advance(buffers[argument.getArgNumber()], view.getView().getType().getElement(), offset);
}

/// The loop of products as a function of its own: in one with the epilogue, the constants of functions there would take
/// the accumulators' registers (measured: a GELU behind 12x32 products cost four times its own time).
LLVM::LLVMFuncOp KernelLowering::openProducts(const cpu::DotLoop &dot) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(kernel);
  auto type =
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(builder.getContext()), {pointer, pointer, i64, pointer});
  std::string name = (kernel.getSymName() + "_products" + Twine(scratch.size())).str();
  auto function = LLVM::LLVMFuncOp::create(builder, loc, name, type, LLVM::Linkage::Internal);
  Block *block = function.addEntryBlock(builder);
  builder.setInsertionPointToStart(block);
  cpu::emitDotLoop(dot, builder, registerBits, block->getArgument(0), block->getArgument(1), block->getArgument(2),
                   block->getArgument(3));
  LLVM::ReturnOp::create(builder, loc, ValueRange());
  return function;
}

void KernelLowering::lowerDotLoops() {
  for (const cpu::DotLoop &dot : dotLoops) {
    RankedTensorType tile = dot.getAccumulator();
    Value place = advance(workspace, builder.getI8Type(), constant(workspaceUsed));
    workspaceUsed += tile.getNumElements() * tile.getElementTypeBitWidth() / 8;
    scratch[dot.loop] = place;
    Value steps = indexOf(scf::ForOp(dot.loop).getUpperBound());
    LLVM::LLVMFuncOp products = openProducts(dot);
    LLVM::CallOp::create(builder, loc, products,
                         ValueRange{panelAddress(dot.lhs), panelAddress(dot.rhs), steps, place});
  }
}

int64_t KernelLowering::scratchStride(tile::LoadOp load) const {
  return llvm::alignTo(load.getTile().getType().getShape().back(), tile::transposeGranule);
}

/// Tiles that are read down their columns are turned round once, in square blocks; the loops then read rows.
void KernelLowering::lowerTransposedTiles() {
  for (Operation *op : tileOps) {
    auto load = dyn_cast<tile::LoadOp>(op);
    std::optional<unsigned> contiguous = load ? tile::getTransposedDimension(load) : std::nullopt;
    if (!contiguous)
      continue;
    auto view = load.getView().getDefiningOp<tile::ViewOp>();
    SymbolicShape viewSizes = view.getSizes().getShape(), strides = view.getStrides().getShape();
    ArrayRef<int64_t> shape = load.getTile().getType().getShape();
    Type element = load.getTile().getType().getElementType();
    Value offset = sizes->emit(view.getOffset().getExpr());
    auto rest = [&](unsigned d) -> Value {
      Value left = arith::SubIOp::create(builder, loc, sizes->emit(viewSizes[d]), indexOf(load.getIndices()[d]));
      return arith::MinSIOp::create(builder, loc, left, constant(shape[d]));
    };
    unsigned last = shape.size() - 1;
    Value columns = rest(last);
    for (auto [d, stride] : llvm::enumerate(strides)) {
      Value index = indexOf(load.getIndices()[d]);
      offset = add(offset, multiply(index, sizes->emit(stride)));
      if (d == *contiguous || d == last)
        continue;
      // Outside of the view there is nothing to read.
      Value inside = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, index, sizes->emit(viewSizes[d]));
      columns = arith::SelectOp::create(builder, loc, inside, columns, constant(0));
    }
    auto argument = cast<BlockArgument>(view.getBuffer());
    Value place = advance(workspace, builder.getI8Type(), constant(workspaceUsed));
    workspaceUsed +=
        llvm::alignTo(shape[*contiguous], tile::transposeGranule) * scratchStride(load) * getElementBytes(element);
    scratch[load] = place;
    cpu::TransposedTile tile{advance(buffers[argument.getArgNumber()], element, offset), sizes->emit(strides[last]),
                             rest(*contiguous), columns, cpu::memoryType(element)};
    emitTranspose(builder, loc, tile, cpu::getTransposeLanes(registerBits, tile.element), place, scratchStride(load));
  }
}

/// The workspace has room behind the last row: whole registers are read.
Value KernelLowering::loadScratch(scf::ForOp loop, Value column, int64_t lanes) {
  auto tile = cast<RankedTensorType>(loop.getResult(0).getType());
  ArrayRef<int64_t> shape = tile.getShape();
  Value row = constant(0);
  for (auto [d, position] : llvm::enumerate(positions))
    row = add(multiply(row, constant(shape[d])), position);
  Value index = add(multiply(row, constant(shape.back())), column);
  Value address = advance(scratch.at(loop), tile.getElementType(), index);
  Value vector = LLVM::LoadOp::create(builder, loc, VectorType::get(lanes, tile.getElementType()), address,
                                      tile.getElementTypeBitWidth() / 8);
  return inPairs ? splitPairs(vector) : vector;
}

/// Elements of the row, from the tile's first on, that lie in the view: none where the row itself does not.
Value KernelLowering::limitOf(tile::ViewOp view, ArrayRef<Value> at) {
  SymbolicShape viewSizes = view.getSizes().getShape();
  Value limit = arith::SubIOp::create(builder, loc, sizes->emit(viewSizes.back()), at.back());
  limit = arith::MinSIOp::create(builder, loc, limit, constant(firstStore.getTile().getType().getShape().back()));
  for (auto [index, size] : llvm::zip(at.drop_back(), ArrayRef(viewSizes).drop_back())) {
    Value inside = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, index, sizes->emit(size));
    limit = arith::SelectOp::create(builder, loc, inside, limit, constant(0));
  }
  return limit;
}

void KernelLowering::openRow(Operation *access, tile::ViewOp view, ValueRange starts) {
  Value offset = sizes->emit(view.getOffset().getExpr());
  SymbolicShape strides = view.getStrides().getShape();
  SmallVector<Value> at;
  for (auto [d, stride] : llvm::enumerate(strides)) {
    Value index = indexOf(starts[d]);
    if (d < positions.size())
      index = add(index, positions[d]);
    at.push_back(index);
    offset = add(offset, multiply(index, sizes->emit(stride)));
  }
  auto argument = cast<BlockArgument>(view.getBuffer());
  Type element = view.getView().getType().getElement();
  Row row{{advance(buffers[argument.getArgNumber()], element, offset), element, strides.back(), {}}, {}};
  if (Value copy = scratch.lookup(access)) {
    auto load = cast<tile::LoadOp>(access);
    unsigned dimension = *tile::getTransposedDimension(load);
    row.run.address = advance(copy, element, multiply(positions[dimension], constant(scratchStride(load))));
    row.run.stride = DimExpr(1);
  }
  // The loops run over what the first store writes: accesses to the same elements need no bounds of their own.
  auto stored = firstStore.getView().getDefiningOp<tile::ViewOp>();
  if (view.getSizes() != stored.getSizes() || !llvm::equal(starts, firstStore.getIndices()))
    row.limit = limitOf(view, at);
  if (strides.back() == DimExpr(0) && !row.limit)
    row.run.repeated = LLVM::LoadOp::create(builder, loc, cpu::memoryType(element), row.run.address);
  rows[access] = row;
}

void KernelLowering::lowerRows(size_t dimension) {
  if (dimension + 1 == counts.size())
    return lowerRow();
  OpBuilder::InsertionGuard guard(builder);
  auto loop = scf::ForOp::create(builder, loc, constant(0), counts[dimension], constant(1));
  builder.setInsertionPointToStart(loop.getBody());
  positions.push_back(loop.getInductionVar());
  lowerRows(dimension + 1);
  positions.pop_back();
}

/// About how many operations each element takes, each conversion counted as so many.
int64_t KernelLowering::bodyCost(int64_t conversion) const {
  int64_t cost = 0;
  for (Operation *op : tileOps)
    cost += isa<arith::ExtFOp, arith::TruncFOp>(op)                ? conversion
            : isa_and_present<math::MathDialect>(op->getDialect()) ? functionCost
                                                                   : 1;
  return cost;
}

/// Small bodies take several registers at a time, to overlap their latencies; large ones would spill.
int64_t KernelLowering::stepRegisters() const {
  bool isNarrow = llvm::all_of(tileOps, [](Operation *op) {
    return !isa<tile::LoadOp, tile::StoreOp>(op) ||
           getElementTypeOrSelf(isa<tile::LoadOp>(op) ? op->getResult(0) : op->getOperand(0)).isBF16();
  });
  // bf16 is computed in twice the registers that it takes in memory.
  int64_t registers = bodyCost(0) > functionCost + 4 ? 2 : isNarrow ? 8 : 4;
  // Of a short row a larger step would only be the masked rest.
  int64_t extent = tile::StoreOp(firstStore).getTile().getType().getShape().back();
  return std::clamp<int64_t>(extent / laneCount(), 1, registers);
}

/// Short rows far apart are not a pattern that the machine sees by itself: some rows ahead are asked for (measured on
/// Zen 5: packing 1024x1024 f32 out of L3: 0.19 ms instead of 0.60).
void KernelLowering::prefetchShortRows() {
  constexpr int64_t shortRow = 512, rowsAhead = 8;
  for (Operation *op : tileOps) {
    auto load = dyn_cast<tile::LoadOp>(op);
    if (!load || scratch.contains(op) || counts.size() < 2)
      continue;
    const Run &run = rows.at(op).run;
    SymbolicShape strides = load.getView().getDefiningOp<tile::ViewOp>().getStrides().getShape();
    int64_t bytes = load.getTile().getType().getShape().back() * getElementBytes(run.element);
    const DimExpr &next = strides[strides.size() - 2];
    if (run.repeated || run.stride != DimExpr(1) || bytes > shortRow || next == DimExpr(0) ||
        next == DimExpr(load.getTile().getType().getShape().back()))
      continue;
    Value distance = multiply(sizes->emit(next), constant(rowsAhead));
    prefetch(advance(run.address, run.element, distance), bytes);
  }
}

void KernelLowering::lowerRow() {
  rows.clear();
  for (Operation *op : tileOps) {
    if (auto load = dyn_cast<tile::LoadOp>(op))
      openRow(op, load.getView().getDefiningOp<tile::ViewOp>(), load.getIndices());
    if (auto store = dyn_cast<tile::StoreOp>(op))
      openRow(op, store.getView().getDefiningOp<tile::ViewOp>(), store.getIndices());
  }
  if (dotLoops.empty())
    prefetchShortRows();
  int64_t lanes = laneCount(), step = lanes * stepRegisters();
  Value count = counts.back();
  Value rest = arith::RemSIOp::create(builder, loc, count, constant(step));
  Value whole = arith::SubIOp::create(builder, loc, count, rest);
  bool pairs = step % 2 == 0 && canPair(tileOps);
  auto loop = [&](Value first, Value last, int64_t width, bool masked) {
    OpBuilder::InsertionGuard guard(builder);
    inPairs = pairs && !masked;
    auto columns = scf::ForOp::create(builder, loc, first, last, constant(width));
    builder.setInsertionPointToStart(columns.getBody());
    Value column = columns.getInductionVar(), mask;
    if (masked) {
      mask = maskOf(arith::SubIOp::create(builder, loc, last, column), width);
    }
    lowerStep(column, width, mask);
    inPairs = false;
  };
  SmallVector<Run> written;
  for (Operation *op : tileOps)
    if (isa<tile::StoreOp>(op))
      written.push_back(rows.at(op).run);
  // A step must be whole registers of each.
  bool mayStream = dotLoops.empty() && llvm::all_of(written, [&](const Run &run) {
                     return step * 8 * getElementBytes(run.element) % registerBits == 0;
                   });
  if (Value stream = mayStream ? canStream(written) : Value()) {
    OpBuilder::InsertionGuard guard(builder);
    auto either = scf::IfOp::create(builder, loc, stream, /*withElseRegion=*/true);
    builder.setInsertionPointToStart(either.thenBlock());
    streams = true;
    loop(constant(0), whole, step, false);
    streams = false;
    builder.setInsertionPointToStart(either.elseBlock());
    loop(constant(0), whole, step, false);
  } else {
    loop(constant(0), whole, step, false);
  }
  loop(whole, count, lanes, true);
}

Value KernelLowering::maskWithin(const Row &row, Value column, int64_t lanes, Value mask) {
  if (!row.limit)
    return mask;
  Value own = maskOf(arith::SubIOp::create(builder, loc, row.limit, column), lanes);
  return mask ? arith::AndIOp::create(builder, loc, own, mask).getResult() : own;
}

void KernelLowering::lowerStep(Value column, int64_t lanes, Value mask) {
  IRMapping values;
  for (Operation *op : tileOps) {
    const Row row = rows.lookup(op);
    if (auto read = dyn_cast<tile::LoadOp>(op)) {
      if (streams && bodyCost(3) >= functionCost && row.run.stride == DimExpr(1) && !row.run.repeated)
        prefetch(advance(advance(row.run.address, row.run.element, column), builder.getI8Type(), constant(streamAhead)),
                 lanes * getElementBytes(row.run.element));
      values.map(read.getTile(), load(row.run, column, lanes, maskWithin(row, column, lanes, mask)));
    } else if (auto loop = dyn_cast<scf::ForOp>(op))
      values.map(loop.getResult(0), loadScratch(loop, column, lanes));
    else if (auto write = dyn_cast<tile::StoreOp>(op))
      store(row.run, values.lookup(write.getTile()), column, lanes, maskWithin(row, column, lanes, mask));
    else
      lowerElementwise(op, lanes, values);
  }
}

LogicalResult KernelLowering::run() {
  if (failed(check()))
    return failure();
  openFunction();
  lowerIndices();
  lowerDotLoops();
  lowerTransposedTiles();
  lowerRows(0);
  return success();
}

struct LowerTileToCpu : impl::LowerTileToCpuPassBase<LowerTileToCpu> {
  using LowerTileToCpuPassBase::LowerTileToCpuPassBase;

  void runOnOperation() override {
    const cpu::Level *level = cpu::findLevel(target);
    if (!level) {
      getOperation().emitError("there is no CPU level \"") << target << "\"";
      return signalPassFailure();
    }
    for (Operation &op : llvm::make_early_inc_range(*getOperation().getBody())) {
      if (auto kernel = dyn_cast<tile::KernelOp>(op)) {
        OpBuilder builder(kernel);
        LogicalResult lowered = cpu::isOfRows(kernel) ? cpu::lowerRows(kernel, builder, level->registerBits)
                                                      : KernelLowering(kernel, builder, *level).run();
        if (failed(lowered))
          return signalPassFailure();
      }
      op.erase();
    }
  }
};

} // namespace
} // namespace tenon
