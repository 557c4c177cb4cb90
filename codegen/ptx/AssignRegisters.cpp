// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Layouts of tiles: values that must agree are classes of a union-find; of a class's wishes the most demanding wins.
#include "codegen/Passes.h"
#include "codegen/SlowPath.h"
#include "codegen/Target.h"
#include "codegen/ptx/DotLayout.h"
#include "codegen/ptx/KernelLowering.h"
#include "codegen/ptx/SharedTile.h"
#include "codegen/ptx/TileLayout.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace tenon {
#define GEN_PASS_DEF_ASSIGNREGISTERSPASS
#include "codegen/Passes.h.inc"

namespace {

/// From the least to the most demanding.
enum class Priority { None, Access, Row, Dot };

std::string typeName(Value tile) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  getElementTypeOrSelf(tile).print(stream);
  return text;
}

bool isTile(Value value) { return isa<RankedTensorType>(value.getType()); }

class Assigner {
public:
  Assigner(tile::KernelOp kernel, const ptx::Level &level) : kernel(kernel), warps(level.warps) {}

  LogicalResult run() {
    separateConstants();
    if (failed(collect()) || failed(chooseOthers()))
      return failure();
    chooseRows();
    for (auto &[value, parent] : parents)
      assign(value);
    insertConversions();
    return placeRings();
  }

private:
  struct Wish {
    Priority priority = Priority::None;
    std::optional<LinearLayout> layout;
    /// The operand that must be so, where it is one.
    OpOperand *use = nullptr;
  };

  /// A constant costs no registers: each use has its own, in the layout of its class.
  void separateConstants() {
    SmallVector<arith::ConstantOp> constants;
    kernel.getBody().walk([&](arith::ConstantOp op) {
      if (isTile(op.getResult()))
        constants.push_back(op);
    });
    for (arith::ConstantOp op : constants) {
      if (op->use_empty()) {
        op.erase();
        continue;
      }
      for (OpOperand &use : llvm::make_early_inc_range(op->getUses()))
        if (&use != &*op->getUses().begin())
          use.set(OpBuilder(op).clone(*op)->getResult(0));
    }
  }

  /// The root of a value's class.
  Value find(Value value) {
    while (parents[value] != value)
      value = parents[value];
    return value;
  }
  void add(Value value) { parents.try_emplace(value, value); }
  void join(Value left, Value right) {
    add(left);
    add(right);
    parents[find(left)] = find(right);
  }
  void wish(Value value, Priority priority, LinearLayout layout, OpOperand *use = nullptr) {
    add(value);
    wishes.emplace_back(value, Wish{priority, std::move(layout), use});
  }

  LogicalResult collect() {
    WalkResult result = kernel.getBody().walk([&](Operation *op) {
      for (Value value : op->getResults())
        if (isTile(value))
          add(value);
      if (failed(visit(op)))
        return WalkResult::interrupt();
      return WalkResult::advance();
    });
    for (auto &[value, wanted] : wishes)
      consider(value, wanted);
    return failure(result.wasInterrupted());
  }

  void consider(Value value, const Wish &wanted) {
    Wish &best = chosen[find(value)];
    if (wanted.priority > best.priority)
      best = wanted;
  }

  /// Tiles of size 1 along a dimension lie as the larger tiles that they were made of, or are repeated to, without it.
  void chooseRows() {
    auto derive = [&](Value narrow, Value wide, OpOperand *use) {
      LinearLayout layout = ptx::narrow(*chosen[find(wide)].layout, cast<RankedTensorType>(narrow.getType()));
      wishes.emplace_back(narrow, Wish{Priority::Row, std::move(layout), use});
      consider(narrow, wishes.back().second);
    };
    kernel.getBody().walk([&](Operation *op) {
      if (auto reduce = dyn_cast<tile::ReduceOp>(op))
        derive(reduce.getResult(), reduce.getTile(), nullptr);
      if (auto broadcast = dyn_cast<tile::BroadcastOp>(op))
        derive(broadcast.getTile(), broadcast.getResult(), &broadcast.getTileMutable());
    });
  }

  LogicalResult visit(Operation *op) {
    if (auto load = dyn_cast<tile::LoadOp>(op))
      return visitAccess(op, load.getTile(), load.getView());
    if (auto store = dyn_cast<tile::StoreOp>(op))
      return visitAccess(op, store.getTile(), store.getView());
    if (auto dot = dyn_cast<tile::DotOp>(op))
      return visitDot(dot);
    if (isa<tgpu::ReadOp, tgpu::ConvertOp, tile::ReduceOp, tile::BroadcastOp, scf::YieldOp>(op))
      return success();
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      for (auto [i, result] : llvm::enumerate(loop.getResults())) {
        if (!isTile(result))
          continue;
        join(loop.getInitArgs()[i], result);
        join(loop.getRegionIterArgs()[i], result);
        join(loop.getYieldedValues()[i], result);
      }
      return success();
    }
    // Elementwise: what is on tiles has one layout.
    Value first;
    for (Value value : llvm::concat<Value>(op->getResults(), op->getOperands())) {
      if (!isTile(value))
        continue;
      if (first && cast<RankedTensorType>(first.getType()).getShape() != cast<RankedTensorType>(value.getType()).getShape())
        return op->emitError("has tiles of different shapes, which has no GPU lowering");
      if (first)
        join(value, first);
      first = value;
    }
    return success();
  }

  LogicalResult visitDot(tile::DotOp dot) {
    join(dot.getAccumulator(), dot.getResult());
    Result<ptx::DotLayouts> layouts = ptx::chooseDotLayouts(dot, warps);
    if (!layouts.ok())
      return dot.emitError("has no layout: ") << layouts.error().message;
    if (!ptx::usesMatrixUnit(dot))
      reportSlowPath(dot, SlowPathKind::NotOnMatrixUnit, 0.9,
                     Twine("products of ") + typeName(dot.getLhs()) +
                         " are added one by one: the matrix unit takes tiles of 16-bit floats, at 20 times the rate");
    wish(dot.getResult(), Priority::Dot, layouts->result);
    wish(dot.getLhs(), Priority::Dot, layouts->lhs, &dot.getLhsMutable());
    wish(dot.getRhs(), Priority::Dot, layouts->rhs, &dot.getRhsMutable());
    return success();
  }

  LogicalResult visitAccess(Operation *op, Value tile, Value view) {
    auto type = cast<RankedTensorType>(tile.getType());
    Result<LinearLayout> layout =
        distribute(type, ptx::getContiguousDimension(view.getDefiningOp<tile::ViewOp>(), type.getShape()));
    if (!layout.ok())
      return op->emitError("has no layout: ") << layout.error().message;
    wish(tile, Priority::Access, *std::move(layout));
    return success();
  }

  /// Neighbours along dimension `first` go to one thread as far as an access of 16 bytes reaches, then to the next lanes and
  /// warps; then the other dimensions follow from the last on.
  Result<LinearLayout> distribute(RankedTensorType type, std::optional<unsigned> first) const {
    ArrayRef<int64_t> shape = type.getShape();
    for (int64_t size : shape)
      if (!llvm::isPowerOf2_64(size))
        return invalidArgument("a size of " + std::to_string(size) + " is no power of two");
    SmallVector<unsigned> order;
    if (first)
      order.push_back(*first);
    for (unsigned d = shape.size(); d-- > 0;)
      if (d != first)
        order.push_back(d);
    constexpr int64_t accessBytes = 16, lanes = 32;
    int64_t perThread = std::max<int64_t>(1, type.getNumElements() / (lanes * warps));
    int64_t width = std::min({perThread, accessBytes / getElementBytes(type.getElementType()), shape[order[0]]});
    SmallVector<unsigned> warpsAlong(shape.size(), 1);
    int64_t lanesLeft = lanes, warpsLeft = warps;
    for (unsigned d : order) {
      int64_t room = d == order[0] ? shape[d] / width : shape[d];
      int64_t taken = std::min(lanesLeft, room);
      lanesLeft /= taken;
      warpsAlong[d] = std::min(warpsLeft, room / taken);
      warpsLeft /= warpsAlong[d];
    }
    warpsAlong[order.back()] *= warpsLeft;
    return LinearLayout::blocked(shape.vec(), order, width, warpsAlong);
  }

  /// Tiles that come from nowhere and go nowhere, such as the sum of a repeated number.
  LogicalResult chooseOthers() {
    for (auto &[value, parent] : parents) {
      Wish &best = chosen[find(value)];
      if (best.layout)
        continue;
      Result<LinearLayout> layout = distribute(cast<RankedTensorType>(value.getType()), std::nullopt);
      if (!layout.ok())
        return emitError(value.getLoc(), "a tile has no layout: ") << layout.error().message;
      best = {Priority::Access, *std::move(layout)};
    }
    return success();
  }

  void assign(Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    RankedTensorType encoded = ptx::withLayout(type, *chosen[find(value)].layout);
    value.setType(encoded);
    if (auto constant = value.getDefiningOp<arith::ConstantOp>()) {
      auto splat = cast<SplatElementsAttr>(constant.getValue());
      constant.setValueAttr(SplatElementsAttr::get(encoded, splat.getSplatValue<Attribute>()));
    }
  }

  /// What an op wants or gives otherwise than the class of the value has it.
  void insertConversions() {
    for (auto &[value, wanted] : wishes) {
      if (wanted.priority == Priority::Access)
        continue;
      auto own = cast<RankedTensorType>(value.getType());
      RankedTensorType type = ptx::withLayout(own, *wanted.layout);
      if (type == own)
        continue;
      OpBuilder builder(kernel.getContext());
      if (auto reduce = value.getDefiningOp<tile::ReduceOp>()) {
        builder.setInsertionPointAfter(reduce);
        value.setType(type);
        auto convert = tgpu::ConvertOp::create(builder, reduce.getLoc(), own, value);
        value.replaceAllUsesExcept(convert, convert);
        continue;
      }
      if (!wanted.use)
        continue;
      Operation *user = wanted.use->getOwner();
      builder.setInsertionPoint(user);
      wanted.use->set(tgpu::ConvertOp::create(builder, user->getLoc(), type, value));
    }
  }

  /// Rings one after the other in shared memory, each with the swizzle that its reads want; then what single ops need.
  LogicalResult placeRings() {
    int64_t next = 0;
    constexpr int64_t alignment = 128;
    WalkResult result = kernel.getBody().walk([&](tgpu::RingOp ring) {
      Result<Swizzle> swizzle = ptx::chooseSwizzle(ring, warps);
      if (!swizzle.ok()) {
        ring.emitError("cannot be placed: ") << swizzle.error().message;
        return WalkResult::interrupt();
      }
      ring.setOffset(next);
      ring.setSwizzle(ArrayRef<int64_t>{swizzle->base, swizzle->bits, swizzle->shift});
      next = llvm::alignTo(next + ptx::getSlotBytes(ring) * ring.getRing().getType().getStages(), alignment);
      return WalkResult::advance();
    });
    kernel.getBody().walk([&](Operation *op) {
      if (!isa<tile::ReduceOp, tgpu::ConvertOp>(op))
        return;
      // Of a reduction each thread gives what it holds of the result; a conversion passes the whole tile.
      auto type = cast<RankedTensorType>(op->getResult(0).getType());
      int64_t elements = type.getNumElements();
      if (auto layout = dyn_cast<tgpu::LayoutAttr>(type.getEncoding()); layout && isa<tile::ReduceOp>(op))
        elements = 32 * warps << layout.getRegisters().size();
      op->setAttr(ptx::scratchAttr, OpBuilder(op).getI64IntegerAttr(next));
      next = llvm::alignTo(next + elements * getElementBytes(type.getElementType()), alignment);
    });
    return failure(result.wasInterrupted());
  }

  tile::KernelOp kernel;
  unsigned warps;
  llvm::MapVector<Value, Value> parents;
  std::vector<std::pair<Value, Wish>> wishes;
  DenseMap<Value, Wish> chosen;
};

struct AssignRegisters : impl::AssignRegistersPassBase<AssignRegisters> {
  using AssignRegistersPassBase::AssignRegistersPassBase;

  void runOnOperation() override {
    std::string error;
    Target machine = findTarget(target, error);
    if (!machine.ptx) {
      getOperation().emitError("there is no GPU target \"") << target << "\"";
      return signalPassFailure();
    }
    for (auto kernel : getOperation().getOps<tile::KernelOp>())
      if (failed(Assigner(kernel, *machine.ptx).run()))
        return signalPassFailure();
  }
};

} // namespace
} // namespace tenon
