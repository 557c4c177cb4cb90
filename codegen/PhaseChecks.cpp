// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/PhaseChecks.h"

#include "ir/tenon/TenonOps.h"
#include "ir/tgpu/TgpuDialect.h"
#include "ir/tile/TileDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace tenon {

/// Every op below the module satisfies `allowed`.
static LogicalResult checkAll(ModuleOp module, StringRef phase, function_ref<bool(Operation *)> allowed) {
  WalkResult result = module.getBodyRegion().walk([&](Operation *op) {
    if (allowed(op))
      return WalkResult::advance();
    op->emitOpError("must not be left after phase ") << phase;
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

template <typename... Dialects> static bool isOf(Operation *op) { return isa_and_present<Dialects...>(op->getDialect()); }

static bool isGraph(Operation *op) {
  return isOf<TenonDialect>(op) && !isa<CompositeOpInterface, GroupOp, LaunchOp, KernelOp, YieldOp>(op);
}

LogicalResult checkExpanded(ModuleOp module) { return checkAll(module, "expand-composites", isGraph); }
LogicalResult checkGraph(ModuleOp module) { return checkAll(module, "simplify", isGraph); }

LogicalResult checkFused(ModuleOp module) {
  return checkAll(module, "fuse", [](Operation *op) {
    if (isa<EntryOp>(op->getParentOp()))
      return isa<GroupOp, ConstantOp, AssumeDimsOp, ReturnOp>(op);
    return isOf<TenonDialect>(op) && !isa<LaunchOp, KernelOp>(op);
  });
}

LogicalResult checkOutlined(ModuleOp module) {
  return checkAll(module, "outline", [](Operation *op) {
    if (isa<EntryOp>(op->getParentOp()))
      return isa<LaunchOp, ConstantOp, AssumeDimsOp, ReturnOp>(op);
    return isOf<TenonDialect>(op) && !isa<GroupOp, LaunchOp>(op);
  });
}

LogicalResult checkScheduled(ModuleOp module) {
  return checkAll(module, "schedule", [](Operation *op) {
    if (op->getParentOfType<tile::KernelOp>())
      return isOf<tile::TileDialect, tgpu::TgpuDialect, arith::ArithDialect, math::MathDialect, scf::SCFDialect>(op);
    return isa<tile::KernelOp, StateOp, EntryOp, LaunchOp, ConstantOp, AssumeDimsOp, ReturnOp>(op);
  });
}

LogicalResult checkLoops(ModuleOp module) {
  return checkAll(module, "lower-cpu or lower-ptx", [](Operation *op) {
    return isOf<LLVM::LLVMDialect, NVVM::NVVMDialect, arith::ArithDialect, math::MathDialect, scf::SCFDialect, vector::VectorDialect>(op);
  });
}

LogicalResult checkLlvm(ModuleOp module) {
  return checkAll(module, "llvm", [](Operation *op) { return isOf<LLVM::LLVMDialect, NVVM::NVVMDialect>(op); });
}

} // namespace tenon
