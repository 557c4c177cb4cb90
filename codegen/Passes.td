// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The passes of code generation, from kernels of the graph to LLVM's dialect.
#ifndef TENON_CODEGEN_PASSES
#define TENON_CODEGEN_PASSES

include "mlir/Pass/PassBase.td"

// The machine to make code for, as --target of `tenon compile` takes it.
defvar TargetOption = Option<"target", "target", "std::string", "\"x86-64-v4\"", "machine to make code for">;

def AssignLayoutsPass : Pass<"tenon-assign-layouts", "mlir::ModuleOp"> {
  let summary = "packs the operands of contractions into the panels that their kernels read";
  let description = [{
    Expects that fuse has run. 16-bit floats widen to the accumulator's type on the way. Numbers: exact.
  }];
  let dependentDialects = ["::tenon::TenonDialect"];
  let options = [TargetOption];
}

def SchedulePass : Pass<"tenon-schedule", "mlir::ModuleOp"> {
  let summary = "gives each kernel its tile program, by the kind of its anchor";
  let description = [{ Expects outlined kernels; afterwards every `tenon.kernel` is a `tile.kernel`. Numbers: exact. }];
  let dependentDialects = ["::tenon::tile::TileDialect", "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::scf::SCFDialect"];
  let options = [TargetOption];
}

def LowerTileToCpuPass : Pass<"tenon-lower-cpu", "mlir::ModuleOp"> {
  let summary = "makes each tile program a function of the CPU kernel ABI, in loops over vectors";
  let description = [{
    Tiles become loops whose body holds vectors of a few registers; the last, partial step of a row is masked. Removes
    entries and states: only code is left.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::vector::VectorDialect", "::mlir::scf::SCFDialect",
                           "::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
  let options = [TargetOption];
}

def PipelineLoadsPass : Pass<"tenon-pipeline-loads", "mlir::ModuleOp"> {
  let summary = "lets loads that feed the products of a loop run ahead, through rings in shared memory";
  let description = [{ Loops whose operands cannot run ahead stay as they are. Numbers: exact. }];
  let dependentDialects = ["::tenon::tgpu::TgpuDialect", "::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def AssignRegistersPass : Pass<"tenon-assign-registers", "mlir::ModuleOp"> {
  let summary = "gives each tile of a GPU kernel a layout in registers, as the encoding of its type";
  let description = [{
    Values that meet in elementwise ops or are carried by a loop have one layout; the one is taken that the most demanding of
    them wants. Where two of them differ a `tgpu.convert` is inserted. Numbers: exact.
  }];
  let dependentDialects = ["::tenon::tgpu::TgpuDialect", "::mlir::arith::ArithDialect"];
  let options = [TargetOption];
}

def LowerTileToPtxPass : Pass<"tenon-lower-ptx", "mlir::ModuleOp"> {
  let summary = "makes each tile program the function of one thread of its block";
  let description = [{
    A tile becomes the registers that one thread holds of it, as pairs of elements. Removes entries and states: only code is
    left.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect", "::mlir::vector::VectorDialect",
                           "::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
  let options = [TargetOption];
}

def ExpandToMachinePass : Pass<"tenon-expand", "mlir::ModuleOp"> {
  let summary = "replaces functions and conversions that no instruction computes by code that does";
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

#endif
