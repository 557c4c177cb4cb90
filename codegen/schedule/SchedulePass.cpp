// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/Passes.h"
#include "codegen/Target.h"
#include "codegen/schedule/Schedule.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace tenon {
#define GEN_PASS_DEF_SCHEDULEPASS
#include "codegen/Passes.h.inc"

namespace {
struct Schedule : impl::SchedulePassBase<Schedule> {
  using SchedulePassBase::SchedulePassBase;

  FailureOr<tile::KernelOp> build(KernelOp kernel, const schedule::Blocking &blocking, OpBuilder &builder) {
    auto anchor = kernel->getAttrOfType<AnchorAttr>(anchorAttr);
    switch (anchor ? anchor.getValue() : Anchor::map) {
    case Anchor::map:
      return schedule::buildMap(kernel, blocking, builder);
    case Anchor::contract:
      return schedule::buildContract(kernel, blocking, builder);
    case Anchor::pack:
      return schedule::buildPack(kernel, blocking, builder);
    case Anchor::row:
      return schedule::buildRow(kernel, blocking, builder);
    }
    llvm_unreachable("anchors are complete");
  }

  void runOnOperation() override {
    std::string error;
    Target machine = findTarget(target, error);
    if (!error.empty()) {
      getOperation().emitError(error);
      return signalPassFailure();
    }
    schedule::Blocking blocking = machine.blocking();
    for (auto kernel : llvm::make_early_inc_range(getOperation().getOps<KernelOp>())) {
      OpBuilder builder(kernel);
      if (failed(build(kernel, blocking, builder)))
        return signalPassFailure();
      kernel.erase();
    }
  }
};
} // namespace
} // namespace tenon
