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
    if (!blocking.packsOperands)
      return;
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
        schedule::ProductBlock block = schedule::getProductBlock(blocking, getElementTypeOrSelf(dot.getX()));
        packOperand(group, dot.getXMutable(), {dot.getXBatch(), dot.getXContract(), dot.getXFree(), block.rows});
        packOperand(group, dot.getYMutable(), {dot.getYBatch(), dot.getYContract(), dot.getYFree(), block.columns});
        dropUnusedInputs(group);
      }
  }
};

} // namespace
} // namespace tenon
