// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/Passes.h"
#include "codegen/Target.h"
#include "codegen/schedule/Schedule.h"
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
  int64_t height;
};

/// Packs the operand before the group, and unpacks it inside, where the schedule takes the two for the way to read it.
void packOperand(GroupOp group, OpOperand &operand, const PanelLayout &layout) {
  auto argument = cast<BlockArgument>(operand.get());
  Value input = group.getInputs()[argument.getArgNumber()];
  Type plain = input.getType();
  Location loc = operand.getOwner()->getLoc();
  Type packed = getTensorType(group.getContext(),
                              getPanelShape(getShape(plain), layout.batch, layout.free, layout.contract, layout.height, 1),
                              schedule::getAccumulator(getElementTypeOrSelf(plain)));
  OpBuilder builder(group);
  auto outer = GroupOp::create(builder, loc, packed, input, Anchor::pack);
  Block &body = outer.getBody().emplaceBlock();
  builder.setInsertionPointToStart(&body);
  Value pack = PackOp::create(builder, loc, packed, body.addArgument(plain, loc), layout.batch, layout.free,
                              layout.contract, layout.height, 1);
  YieldOp::create(builder, loc, pack);

  Block &inner = group.getBody().front();
  group.getInputsMutable().append(outer.getOutputs());
  BlockArgument panels = inner.addArgument(packed, loc);
  builder.setInsertionPointToStart(&inner);
  Type wide = withElementType(plain, getElementTypeOrSelf(packed));
  operand.set(UnpackOp::create(builder, loc, wide, panels, layout.batch, layout.free, layout.contract, layout.height, 1));
}

/// Copies an operand that a contraction would read as it lies in memory into the order [batch, free, contract], where it cannot
/// be walked so.
void orderOperand(GroupOp group, OpOperand &operand, ArrayRef<int64_t> batch, ArrayRef<int64_t> free,
                  ArrayRef<int64_t> contract, function_ref<void(ArrayRef<int64_t>, ArrayRef<int64_t>)> setDimensions) {
  SymbolicShape shape = getShape(operand.get().getType());
  if (schedule::mergeDimensions(shape, batch) && schedule::mergeDimensions(shape, free) &&
      schedule::mergeDimensions(shape, contract))
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
        packOperand(group, dot.getXMutable(), {dot.getXBatch(), dot.getXContract(), dot.getXFree(), block.rows});
        packOperand(group, dot.getYMutable(), {dot.getYBatch(), dot.getYContract(), dot.getYFree(), block.columns});
        dropUnusedInputs(group);
      }
  }
};

} // namespace
} // namespace tenon
