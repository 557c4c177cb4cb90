// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Software pipelining of loops of products: what they multiply is copied to shared memory some steps ahead.
#include "codegen/Passes.h"
#include "codegen/SlowPath.h"
#include "codegen/ptx/TileLayout.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace tenon {
#define GEN_PASS_DEF_PIPELINELOADSPASS
#include "codegen/Passes.h.inc"

namespace {

/// Slots of a ring: while one is read, the others are on their way.
constexpr int64_t stages = 3;
/// The k of one matrix instruction: longer operands are read in parts, which need fewer registers.
constexpr int64_t partSteps = 16;

class LoopPipeliner {
public:
  explicit LoopPipeliner(scf::ForOp loop) : loop(loop), loc(loop.getLoc()) {}

  void run() {
    auto dots = llvm::to_vector(loop.getBody()->getOps<tile::DotOp>());
    for (tile::DotOp dot : dots)
      if (!collect(dot.getLhs()) || !collect(dot.getRhs())) {
        reportSlowPath(dot, SlowPathKind::NotPipelined, 0.5,
                       "operands are computed in a way that cannot run ahead: each step waits for its loads");
        return;
      }
    if (rings.empty())
      return;
    openRings();
    fillFirst();
    rewrite();
  }

private:
  bool isInvariant(Value value) const { return !loop->isAncestor(value.getParentRegion()->getParentOp()); }

  /// Whether an operand is computed in the loop, for products only, from loads that can run ahead.
  bool collect(Value value) {
    Operation *op = value.getDefiningOp();
    if (!op || isInvariant(value))
      return op && isa<arith::ConstantOp>(op);
    if (!llvm::all_of(op->getUsers(), [&](Operation *user) { return isa<tile::DotOp>(user) || feeding.contains(user); }))
      return false;
    feeding.insert(op);
    if (auto load = dyn_cast<tile::LoadOp>(op)) {
      auto view = load.getView().getDefiningOp<tile::ViewOp>();
      if (!view || !isInvariant(view.getBuffer()))
        return false;
      for (Value index : load.getIndices())
        if (index != loop.getInductionVar() && !isInvariant(index))
          return false;
      // Truth values have no bytes of their own in a ring.
      if (!isRepeated(load) && !load.getTile().getType().getElementType().isInteger(1))
        rings.try_emplace(load);
      return true;
    }
    if (op->getNumRegions() != 0 || op->getNumResults() != 1 || !isPure(op) || isa<tile::DotOp>(op))
      return false;
    return llvm::all_of(op->getOperands(), [&](Value operand) {
      return !isa<RankedTensorType>(operand.getType()) || collect(operand);
    });
  }

  /// Whether the tile has fewer different elements than places, as a scale for each k: it is read where it is needed.
  static bool isRepeated(tile::LoadOp load) {
    SymbolicShape strides = load.getView().getDefiningOp<tile::ViewOp>().getStrides().getShape();
    return llvm::any_of(llvm::zip(load.getTile().getType().getShape(), strides), [](auto pair) {
      return std::get<0>(pair) > 1 && std::get<1>(pair) == DimExpr(0);
    });
  }

  /// Indices in the new loop of what begins k steps on.
  SmallVector<Value> moved(OpBuilder &builder, ValueRange indices, int64_t k) {
    SmallVector<Value> result;
    for (Value index : indices)
      result.push_back(index == loop.getInductionVar() ? position : index);
    if (k != 0)
      result.back() = arith::AddIOp::create(builder, loc, result.back(), constant(builder, k));
    return result;
  }

  Value constant(OpBuilder &builder, int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }

  void openRings() {
    OpBuilder builder(loop);
    for (auto &[op, ring] : rings) {
      auto load = cast<tile::LoadOp>(op);
      auto view = load.getView().getDefiningOp<tile::ViewOp>();
      RankedTensorType tile = load.getTile().getType();
      bool transposed = ptx::getContiguousDimension(view, tile.getShape()) == unsigned(tile.getRank() - 2);
      ring = tgpu::RingOp::create(builder, loc, tgpu::RingType::get(builder.getContext(), stages, tile), transposed,
                                  nullptr, nullptr);
    }
    // Views are as pure as their operands: where one is opened in the loop it can be opened before.
    for (Operation *op : feeding)
      if (auto load = dyn_cast<tile::LoadOp>(op); load && !isInvariant(load.getView()))
        load.getView().getDefiningOp()->moveBefore(loop);
  }

  /// Begins the copies for the step of the loop at `position`, where there is one.
  void fill(OpBuilder &builder, Value slot, Value position) {
    Value guard = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, position, loop.getUpperBound());
    for (auto &[op, ring] : rings) {
      auto load = cast<tile::LoadOp>(op);
      SmallVector<Value> indices(load.getIndices());
      for (Value &index : indices)
        if (index == loop.getInductionVar())
          index = position;
      tgpu::FillOp::create(builder, loc, ring, slot, load.getView(), indices, guard);
    }
    // Also where nothing was copied: waiting counts groups.
    tgpu::CommitOp::create(builder, loc);
  }

  Value after(OpBuilder &builder, Value position, int64_t steps) {
    Value distance = arith::MulIOp::create(builder, loc, loop.getStep(), constant(builder, steps));
    return arith::AddIOp::create(builder, loc, position, distance);
  }

  void fillFirst() {
    OpBuilder builder(loop);
    // In a loop around this one others may still read what the last time filled.
    if (loop->getParentOfType<scf::ForOp>())
      tgpu::BarrierOp::create(builder, loc);
    for (int64_t stage = 0; stage + 1 < stages; ++stage)
      fill(builder, constant(builder, stage), after(builder, loop.getLowerBound(), stage));
  }

  /// The part of an operand from k on.
  Value emitPart(OpBuilder &builder, Value value, Value slot, int64_t k, int64_t size) {
    if (Value known = parts.lookup({value, k}))
      return known;
    auto type = cast<RankedTensorType>(value.getType());
    SmallVector<int64_t> shape(type.getShape());
    shape.back() = size;
    RankedTensorType part = type.clone(shape);
    Operation *op = value.getDefiningOp();
    Value result;
    if (auto ring = rings.lookup(op)) {
      SmallVector<int64_t> offsets(shape.size(), 0);
      offsets.back() = k;
      result = tgpu::ReadOp::create(builder, loc, part, ring, slot, offsets);
    } else if (auto splat = dyn_cast<arith::ConstantOp>(op)) {
      auto number = cast<SplatElementsAttr>(splat.getValue()).getSplatValue<Attribute>();
      result = arith::ConstantOp::create(builder, loc, SplatElementsAttr::get(part, number));
    } else if (auto inside = dyn_cast<tile::InsideOp>(op)) {
      result = tile::InsideOp::create(builder, loc, part, moved(builder, inside.getIndices(), k), inside.getSizes());
    } else if (auto load = dyn_cast<tile::LoadOp>(op)) {
      result = tile::LoadOp::create(builder, loc, part, load.getView(), moved(builder, load.getIndices(), k));
    } else {
      IRMapping operands;
      for (Value operand : op->getOperands())
        operands.map(operand, emitPart(builder, operand, slot, k, size));
      Operation *clone = builder.clone(*op, operands);
      clone->getResult(0).setType(part);
      result = clone->getResult(0);
    }
    parts[{value, k}] = result;
    return result;
  }

  /// The loop with the slot that it reads as one more carried value.
  void rewrite() {
    OpBuilder builder(loop);
    SmallVector<Value> carried(loop.getInitArgs());
    carried.push_back(constant(builder, 0));
    auto result = scf::ForOp::create(builder, loc, loop.getLowerBound(), loop.getUpperBound(), loop.getStep(), carried);
    builder.setInsertionPointToStart(result.getBody());
    position = result.getInductionVar();
    Value slot = result.getRegionIterArgs().back();
    tgpu::WaitOp::create(builder, loc, stages - 2);
    tgpu::BarrierOp::create(builder, loc);
    // Everybody has read the slot before this one.
    Value last = constant(builder, stages - 1), one = constant(builder, 1), zero = constant(builder, 0);
    Value isFirst = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, slot, zero);
    Value previous = arith::SelectOp::create(builder, loc, isFirst, last, arith::SubIOp::create(builder, loc, slot, one));
    fill(builder, previous, after(builder, position, stages - 1));

    IRMapping mapping;
    mapping.map(loop.getInductionVar(), position);
    for (auto [from, to] : llvm::zip(loop.getRegionIterArgs(), result.getRegionIterArgs()))
      mapping.map(from, to);
    for (Operation &op : loop.getBody()->without_terminator()) {
      auto dot = dyn_cast<tile::DotOp>(op);
      if (!dot) {
        if (!feeding.contains(&op))
          builder.clone(op, mapping);
        continue;
      }
      int64_t whole = dot.getLhs().getType().getShape().back(), size = std::min(whole, partSteps);
      Value sum = mapping.lookup(dot.getAccumulator());
      for (int64_t k = 0; k < whole; k += size) {
        Value lhs = emitPart(builder, dot.getLhs(), slot, k, size), rhs = emitPart(builder, dot.getRhs(), slot, k, size);
        sum = tile::DotOp::create(builder, loc, lhs, rhs, sum);
      }
      mapping.map(dot.getResult(), sum);
    }
    Value isLast = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, slot, last);
    Value next = arith::SelectOp::create(builder, loc, isLast, zero, arith::AddIOp::create(builder, loc, slot, one));
    SmallVector<Value> yielded;
    for (Value value : loop.getYieldedValues())
      yielded.push_back(mapping.lookup(value));
    yielded.push_back(next);
    scf::YieldOp::create(builder, loc, yielded);
    loop->replaceAllUsesWith(result.getResults().drop_back());
    loop.erase();
  }

  scf::ForOp loop;
  Location loc;
  llvm::MapVector<Operation *, tgpu::RingOp> rings;
  /// What the operands of products are computed with, from the products back.
  llvm::SmallSetVector<Operation *, 8> feeding;
  DenseMap<std::pair<Value, int64_t>, Value> parts;
  /// Of the step in the new loop.
  Value position;
};

struct PipelineLoads : impl::PipelineLoadsPassBase<PipelineLoads> {
  void runOnOperation() override {
    SmallVector<scf::ForOp> loops;
    getOperation().walk([&](scf::ForOp loop) { loops.push_back(loop); });
    for (scf::ForOp loop : loops)
      LoopPipeliner(loop).run();
  }
};

} // namespace
} // namespace tenon
