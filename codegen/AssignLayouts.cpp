// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/Passes.h"
#include "codegen/Target.h"
#include "codegen/schedule/Schedule.h"
#include "ir/reference/Interpreter.h"
#include "ir/tenon/TenonOps.h"

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

/// Packs the operand before the group, and unpacks it inside, where the schedule takes the two for the way to read it.
LogicalResult packOperand(GroupOp group, OpOperand &operand, const PanelLayout &layout) {
  auto argument = cast<BlockArgument>(operand.get());
  Value input = group.getInputs()[argument.getArgNumber()];
  Type plain = input.getType();
  Location loc = operand.getOwner()->getLoc();
  // Pairs of k stay as they are; what is multiplied one by one is widened here, once.
  Type element = getElementTypeOrSelf(plain);
  Type packed = getTensorType(
      group.getContext(),
      getPanelShape(getShape(plain), layout.batch, layout.free, layout.contract, layout.height, layout.depth),
      layout.depth > 1 ? element : schedule::getAccumulator(element));
  OpBuilder builder(group);
  auto outer = GroupOp::create(builder, loc, packed, input, Anchor::pack);
  Block &body = outer.getBody().emplaceBlock();
  builder.setInsertionPointToStart(&body);
  Value pack = PackOp::create(builder, loc, packed, body.addArgument(plain, loc), layout.batch, layout.free,
                              layout.contract, layout.height, layout.depth);
  YieldOp::create(builder, loc, pack);
  Value panelsInMemory = outer.getOutputs().front();
  if (auto constant = input.getDefiningOp<ConstantOp>()) {
    panelsInMemory = packConstant(constant, pack.getDefiningOp<PackOp>());
    outer.erase();
    if (!panelsInMemory)
      return failure();
  }

  Block &inner = group.getBody().front();
  group.getInputsMutable().append(panelsInMemory);
  BlockArgument panels = inner.addArgument(packed, loc);
  builder.setInsertionPointToStart(&inner);
  Type wide = withElementType(plain, getElementTypeOrSelf(packed));
  operand.set(UnpackOp::create(builder, loc, wide, panels, layout.batch, layout.free, layout.contract, layout.height,
                               layout.depth));
  return success();
}

/// Copies an operand that a contraction would read as it lies in memory into the order [batch, free, contract], where it cannot
/// be walked so.
void orderOperand(GroupOp group, OpOperand &operand, ArrayRef<int64_t> batch, ArrayRef<int64_t> free,
                  ArrayRef<int64_t> contract, function_ref<void(ArrayRef<int64_t>, ArrayRef<int64_t>)> setDimensions) {
  SymbolicShape shape = getShape(operand.get().getType());
  if (isMergeable(operand.get(), {batch, contract, llvm::to_vector(free), 1, 1}))
    return;
  SmallVector<int64_t> permutation(batch);
  llvm::append_range(permutation, free);
  llvm::append_range(permutation, contract);
  SymbolicShape ordered;
  for (int64_t d : permutation)
    ordered.push_back(shape[d]);
  auto argument = cast<BlockArgument>(operand.get());
  Location loc = operand.getOwner()->getLoc();
  Type type = getTensorType(group.getContext(), ordered, getElementTypeOrSelf(argument));
  OpBuilder builder(group);
  auto outer = GroupOp::create(builder, loc, type, group.getInputs()[argument.getArgNumber()], Anchor::map);
  Block &body = outer.getBody().emplaceBlock();
  builder.setInsertionPointToStart(&body);
  Value transposed = TransposeOp::create(builder, loc, type, body.addArgument(argument.getType(), loc), permutation);
  YieldOp::create(builder, loc, transposed);
  group.getInputsMutable().append(outer.getOutputs());
  operand.set(group.getBody().front().addArgument(type, loc));
  auto numbered = llvm::to_vector(llvm::seq<int64_t>(0, permutation.size()));
  setDimensions(ArrayRef(numbered).take_front(batch.size()), ArrayRef(numbered).take_back(contract.size()));
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

  void runOnOperation() override {
    std::string error;
    Target machine = findTarget(target, error);
    if (!error.empty()) {
      getOperation().emitError(error);
      return signalPassFailure();
    }
    schedule::Blocking blocking = machine.blocking();
    SmallVector<GroupOp> groups;
    getOperation().walk([&](GroupOp group) {
      if (group.getAnchor() == Anchor::contract)
        groups.push_back(group);
    });
    for (GroupOp group : groups)
      for (auto dot : llvm::make_early_inc_range(group.getBody().getOps<DotGeneralOp>())) {
        if (!isa<BlockArgument>(dot.getX()) || !isa<BlockArgument>(dot.getY())) {
          dot.emitError("has an operand that its group computes; only what comes from memory can be packed");
          return signalPassFailure();
        }
        if (!blocking.packsOperands) {
          orderOperand(group, dot.getXMutable(), dot.getXBatch(), dot.getXFree(), dot.getXContract(), [&](auto batch, auto contract) {
            dot.setXBatch(batch);
            dot.setXContract(contract);
          });
          orderOperand(group, dot.getYMutable(), dot.getYBatch(), dot.getYFree(), dot.getYContract(), [&](auto batch, auto contract) {
            dot.setYBatch(batch);
            dot.setYContract(contract);
          });
          dropUnusedInputs(group);
          continue;
        }
        schedule::ProductBlock block = schedule::getProductBlock(blocking, getElementTypeOrSelf(dot.getX()));
        PanelLayout x{dot.getXBatch(), dot.getXContract(), dot.getXFree(), block.rows, block.depth};
        PanelLayout y{dot.getYBatch(), dot.getYContract(), dot.getYFree(), block.columns, block.depth};
        // Of 16-bit floats only bf16 is multiplied in pairs, where both operands can be packed so.
        if (!getElementTypeOrSelf(dot.getX()).isBF16() || !isMergeable(dot.getX(), x) || !isMergeable(dot.getY(), y))
          x.depth = y.depth = 1;
        if (failed(packOperand(group, dot.getXMutable(), x)) || failed(packOperand(group, dot.getYMutable(), y)))
          return signalPassFailure();
        dropUnusedInputs(group);
      }
    // Constants that are read as panels alone.
    getOperation().walk([](ConstantOp constant) {
      if (constant->use_empty())
        constant.erase();
    });
  }
};

} // namespace
} // namespace tenon
