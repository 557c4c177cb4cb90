// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/Passes.h"
#include "codegen/schedule/Schedule.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace tenon {
#define GEN_PASS_DEF_SCHEDULEPASS
#include "codegen/Passes.h.inc"

namespace {
struct Schedule : impl::SchedulePassBase<Schedule> {
  using SchedulePassBase::SchedulePassBase;

  FailureOr<tile::KernelOp> build(KernelOp kernel, OpBuilder &builder) {
    auto anchor = kernel->getAttrOfType<AnchorAttr>(anchorAttr);
    switch (anchor ? anchor.getValue() : Anchor::map) {
    case Anchor::map:
      return schedule::buildMap(kernel, builder);
    case Anchor::contract:
      return schedule::buildContract(kernel, builder);
    case Anchor::pack:
      return schedule::buildPack(kernel, builder);
    case Anchor::row:
      return schedule::buildRow(kernel, builder, {rowBytes, wholeRow});
    }
    llvm_unreachable("anchors are complete");
  }

  void runOnOperation() override {
    constexpr int64_t widestElement = 8;
    if (rowBytes < widestElement || !llvm::isPowerOf2_64(rowBytes) ||
        (wholeRow != 0 && !llvm::isPowerOf2_64(wholeRow))) {
      getOperation().emitError("row-bytes is ")
          << rowBytes << ", whole-row " << wholeRow << "; expected powers of two, row-bytes of at least 8";
      return signalPassFailure();
    }
    for (auto kernel : llvm::make_early_inc_range(getOperation().getOps<KernelOp>())) {
      OpBuilder builder(kernel);
      if (failed(build(kernel, builder)))
        return signalPassFailure();
      kernel.erase();
    }
  }
};
} // namespace
} // namespace tenon
