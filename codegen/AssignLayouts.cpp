// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/Passes.h"
#include "codegen/SlowPath.h"
#include "codegen/Target.h"
#include "codegen/schedule/Schedule.h"
#include "ir/reference/Interpreter.h"
#include "ir/tenon/TenonOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace tenon {
#define GEN_PASS_DEF_ASSIGNLAYOUTSPASS
#include "codegen/Passes.h.inc"

namespace {

/// How a contraction reads one of its operands.
struct PanelLayout {
  ArrayRef<int64_t> batch, contract;
  SmallVector<int64_t> free;
  int64_t height, depth;
  Rates rates;
};

/// Whether the operand's rows and columns are walked as one dimension each.
bool isMergeable(Value operand, const PanelLayout &layout) {
  SymbolicShape shape = getShape(operand.getType());
  return schedule::mergeDimensions(shape, layout.batch) && schedule::mergeDimensions(shape, layout.free) &&
         schedule::mergeDimensions(shape, layout.contract);
}

/// The panels of a constant, computed now; null after an error.
Value packConstant(ConstantOp constant, PackOp pack) {
  FailureOr<ref::Array> array = ref::toArray(constant, constant.getValue());
  ref::Context context(ref::Precision::Typed, {});
  if (failed(array))
    return {};
  FailureOr<SmallVector<ref::Array>> panels = pack.evaluate({&*array}, context);
  if (failed(panels))
    return {};
  OpBuilder builder(constant);
  auto type = cast<RankedTensorType>(pack.getResult().getType());
  return ConstantOp::create(builder, constant.getLoc(), ref::toAttribute(panels->front(), type));
}

/// Ops of the group that compute a value, in order.
SmallVector<Operation *> getProducers(Value value) {
  llvm::SetVector<Operation *> producers;
  SmallVector<Value> stack{value};
  while (!stack.empty())
    if (Operation *op = stack.pop_back_val().getDefiningOp(); op && producers.insert(op))
      llvm::append_range(stack, op->getOperands());
  SmallVector<Operation *> ordered = producers.takeVector();
  llvm::sort(ordered, [](Operation *left, Operation *right) { return left->isBeforeInBlock(right); });
  return ordered;
}

/// A new group before `group` that computes an operand of it, and `finish` of that.
GroupOp takeOut(GroupOp group, OpOperand &operand, Anchor anchor, Type type,
                function_ref<Value(OpBuilder &, Value)> finish) {
  SmallVector<Operation *> producers = getProducers(operand.get());
  llvm::SetVector<Value> arguments;
  if (auto argument = dyn_cast<BlockArgument>(operand.get()))
    arguments.insert(argument);
  for (Operation *op : producers)
    for (Value value : op->getOperands())
      if (isa<BlockArgument>(value))
        arguments.insert(value);
  SmallVector<Value> inputs;
  for (Value argument : arguments)
    inputs.push_back(group.getInputs()[cast<BlockArgument>(argument).getArgNumber()]);
  OpBuilder builder(group);
  Location loc = operand.getOwner()->getLoc();
  auto outer = GroupOp::create(builder, loc, type, inputs, anchor);
  Block &body = outer.getBody().emplaceBlock();
  builder.setInsertionPointToStart(&body);
  IRMapping mapping;
  for (Value argument : arguments)
    mapping.map(argument, body.addArgument(argument.getType(), loc));
  for (Operation *op : producers)
    builder.clone(*op, mapping);
  YieldOp::create(builder, loc, finish(builder, mapping.lookup(operand.get())));
  return outer;
}

/// Reads an operand from `value`, as an argument of the group, through `read`; what computed it here goes.
void replaceOperand(GroupOp group, OpOperand &operand, Value value, function_ref<Value(OpBuilder &, Value)> read) {
  SmallVector<Operation *> producers = getProducers(operand.get());
  Block &inner = group.getBody().front();
  group.getInputsMutable().append(value);
  OpBuilder builder = OpBuilder::atBlockBegin(&inner);
  operand.set(read(builder, inner.addArgument(value.getType(), operand.getOwner()->getLoc())));
  for (Operation *op : llvm::reverse(producers))
    if (op->use_empty())
      op->erase();
}

/// Reports that `bytes` are moved for an operand of a contraction.
void reportMoved(OpOperand &operand, const PanelLayout &layout, const DimExpr &bytes, SlowPathKind kind, const Twine &reason) {
  Operation *dot = operand.getOwner();
  SymbolicShape shape = getShape(operand.get().getType());
  DimExpr flops = getElementCount(getShape(dot->getResult(0).getType())) * DimExpr(2);
  for (int64_t d : layout.contract)
    flops = flops * shape[d];
  double share = shareOfMoving(bytes, flops, layout.rates.bytes, layout.rates.flops);
  reportSlowPath(dot, kind, share, "operand " + Twine(operand.getOperandNumber()) + " of dot_general " + reason + ": " +
                                       bytes.str() + " bytes are moved at each run");
}

/// Stores an operand that the group computes in memory first, where it could not be walked on the way.
void storeOperand(GroupOp group, OpOperand &operand, const PanelLayout &layout) {
  bool isSimple = layout.batch.size() <= 1 && layout.free.size() <= 1 && layout.contract.size() <= 1;
  if (isa<BlockArgument>(operand.get()) || isSimple)
    return;
  auto same = [](OpBuilder &, Value value) { return value; };
  reportMoved(operand, layout, getBytes(operand.get().getType()) * DimExpr(2), SlowPathKind::NotFused,
              "is stored before it is read, since rows or columns are several dimensions");
  GroupOp outer = takeOut(group, operand, Anchor::map, operand.get().getType(), same);
  replaceOperand(group, operand, outer.getOutputs().front(), same);
}

/// Packs the operand before the group, and unpacks it inside, where the schedule takes the two for the way to read it.
LogicalResult packOperand(GroupOp group, OpOperand &operand, const PanelLayout &layout) {
  storeOperand(group, operand, layout);
  Type plain = operand.get().getType();
  Location loc = operand.getOwner()->getLoc();
  // Pairs of k stay as they are; what is multiplied one by one is widened here, once.
  Type element = getElementTypeOrSelf(plain);
  Type packed = getTensorType(
      group.getContext(),
      getPanelShape(getShape(plain), layout.batch, layout.free, layout.contract, layout.height, layout.depth),
      layout.depth > 1 ? element : schedule::getAccumulator(element));
  GroupOp outer = takeOut(group, operand, Anchor::pack, packed, [&](OpBuilder &builder, Value value) -> Value {
    return PackOp::create(builder, loc, packed, value, layout.batch, layout.free, layout.contract, layout.height,
                          layout.depth);
  });
  Value panels = outer.getOutputs().front();
  auto argument = dyn_cast<BlockArgument>(operand.get());
  if (auto constant = argument ? group.getInputs()[argument.getArgNumber()].getDefiningOp<ConstantOp>() : nullptr) {
    panels = packConstant(constant, *outer.getBody().getOps<PackOp>().begin());
    outer.erase();
    if (!panels)
      return failure();
  }
  else
    reportMoved(operand, layout, getBytes(plain) + getBytes(packed), SlowPathKind::Copied,
                "is packed, since it is no constant");
  Type wide = withElementType(plain, getElementTypeOrSelf(packed));
  replaceOperand(group, operand, panels, [&](OpBuilder &builder, Value value) -> Value {
    return UnpackOp::create(builder, loc, wide, value, layout.batch, layout.free, layout.contract, layout.height,
                            layout.depth);
  });
  return success();
}

/// Copies an operand that a contraction would read as it lies in memory into the order [batch, free, contract], where it cannot
/// be walked so.
void orderOperand(GroupOp group, OpOperand &operand, const PanelLayout &layout,
                  function_ref<void(ArrayRef<int64_t>, ArrayRef<int64_t>)> setDimensions) {
  storeOperand(group, operand, layout);
  if (!isa<BlockArgument>(operand.get()) || isMergeable(operand.get(), layout))
    return;
  size_t batch = layout.batch.size(), contract = layout.contract.size();
  SmallVector<int64_t> permutation(layout.batch);
  llvm::append_range(permutation, layout.free);
  llvm::append_range(permutation, layout.contract);
  SymbolicShape shape = getShape(operand.get().getType()), ordered;
  for (int64_t d : permutation)
    ordered.push_back(shape[d]);
  Type type = getTensorType(group.getContext(), ordered, getElementTypeOrSelf(operand.get()));
  reportMoved(operand, layout, getBytes(type) * DimExpr(2), SlowPathKind::Copied,
              "is transposed first, since its rows or columns are several dimensions that are not walked as one");
  GroupOp outer = takeOut(group, operand, Anchor::map, type, [&](OpBuilder &builder, Value value) -> Value {
    return TransposeOp::create(builder, value.getLoc(), type, value, permutation);
  });
  replaceOperand(group, operand, outer.getOutputs().front(), [](OpBuilder &, Value value) { return value; });
  auto numbered = llvm::to_vector(llvm::seq<int64_t>(0, permutation.size()));
  setDimensions(ArrayRef(numbered).take_front(batch), ArrayRef(numbered).take_back(contract));
}

/// Inputs that only the packs read are no inputs of the group any more.
void dropUnusedInputs(GroupOp group) {
  Block &body = group.getBody().front();
  for (unsigned i = body.getNumArguments(); i-- > 0;)
    if (body.getArgument(i).use_empty()) {
      body.eraseArgument(i);
      group.getInputsMutable().erase(i);
    }
}

struct AssignLayouts : impl::AssignLayoutsPassBase<AssignLayouts> {
  using AssignLayoutsPassBase::AssignLayoutsPassBase;

  static LogicalResult assign(GroupOp group, DotGeneralOp dot, const Target &machine) {
    schedule::Blocking blocking = machine.blocking();
    schedule::ProductBlock block = schedule::getProductBlock(blocking, getElementTypeOrSelf(dot.getX()));
    SmallVector<int64_t> batch(dot.getXBatch()), contract(dot.getXContract()), yBatch(dot.getYBatch()), yContract(dot.getYContract());
    PanelLayout x{batch, contract, dot.getXFree(), block.rows, block.depth, machine.rates()};
    PanelLayout y{yBatch, yContract, dot.getYFree(), block.columns, block.depth, machine.rates()};
    if (!blocking.packsOperands) {
      orderOperand(group, dot.getXMutable(), x, [&](ArrayRef<int64_t> newBatch, ArrayRef<int64_t> newContract) {
        dot.setXBatch(newBatch);
        dot.setXContract(newContract);
      });
      orderOperand(group, dot.getYMutable(), y, [&](ArrayRef<int64_t> newBatch, ArrayRef<int64_t> newContract) {
        dot.setYBatch(newBatch);
        dot.setYContract(newContract);
      });
      dropUnusedInputs(group);
      return success();
    }
    // Of 16-bit floats only bf16 is multiplied in pairs, where both operands can be packed so. What is computed on the way
    // would not be 0 in the column that an odd number of them lacks.
    bool isPlain = isa<BlockArgument>(dot.getX()) && isa<BlockArgument>(dot.getY());
    DimExpr steps = contract.size() == 1 ? getShape(dot.getX().getType())[contract.front()] : DimExpr(1);
    if (!getElementTypeOrSelf(dot.getX()).isBF16() || (!isPlain && !getFactsAround(group).isMultipleOf(steps, 2)) || !isMergeable(dot.getX(), x) || !isMergeable(dot.getY(), y))
      x.depth = y.depth = 1;
    if (block.depth != x.depth && getElementTypeOrSelf(dot.getX()).isBF16())
      reportSlowPath(dot, SlowPathKind::NotOnMatrixUnit, 0.5,
                     "bf16 is multiplied in f32: pairs of k need operands that are walked as [batch, rows, k], and an even k "
                     "where one is computed on the way");
    if (failed(packOperand(group, dot.getXMutable(), x)) || failed(packOperand(group, dot.getYMutable(), y)))
      return failure();
    dropUnusedInputs(group);
    return success();
  }

  void runOnOperation() override {
    std::string error;
    Target machine = findTarget(target, error);
    if (!error.empty()) {
      getOperation().emitError(error);
      return signalPassFailure();
    }
    SmallVector<GroupOp> groups;
    getOperation().walk([&](GroupOp group) {
      if (group.getAnchor() == Anchor::contract)
        groups.push_back(group);
    });
    for (GroupOp group : groups)
      for (auto dot : llvm::make_early_inc_range(group.getBody().getOps<DotGeneralOp>()))
        if (failed(assign(group, dot, machine)))
          return signalPassFailure();
    // Constants that are read as panels alone.
    getOperation().walk([](ConstantOp constant) {
      if (constant->use_empty())
        constant.erase();
    });
  }
};

} // namespace
} // namespace tenon
