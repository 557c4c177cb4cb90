// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The passes of code generation, from kernels of the graph to LLVM's dialect.
#ifndef TENON_CODEGEN_PASSES
#define TENON_CODEGEN_PASSES

include "mlir/Pass/PassBase.td"

def AssignLayoutsPass : Pass<"tenon-assign-layouts", "mlir::ModuleOp"> {
  let summary = "packs the operands of contractions into the panels that their kernels read";
  let description = [{
    Expects that fuse has run. 16-bit floats widen to the accumulator's type on the way. Numbers: exact.
  }];
  let dependentDialects = ["::tenon::TenonDialect"];
  let options = [Option<"registerBits", "register-bits", "unsigned", "512", "width of a vector register">];
}

def SchedulePass : Pass<"tenon-schedule", "mlir::ModuleOp"> {
  let summary = "gives each kernel its tile program, by the kind of its anchor";
  let description = [{ Expects outlined kernels; afterwards every `tenon.kernel` is a `tile.kernel`. Numbers: exact. }];
  let dependentDialects = ["::tenon::tile::TileDialect", "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::scf::SCFDialect"];
  let options = [
    Option<"rowBytes", "row-bytes", "int64_t", "256",
           "bytes of a step along a row, for the widest elements of a kernel">,
    Option<"wholeRow", "whole-row", "int64_t", "0", "elements of the longest row that is one tile">];
}

def LowerTileToCpuPass : Pass<"tenon-lower-cpu", "mlir::ModuleOp"> {
  let summary = "makes each tile program a function of the CPU kernel ABI, in loops over vectors";
  let description = [{
    Tiles become loops whose body holds vectors of a few registers; the last, partial step of a row is masked. Removes
    entries and states: only code is left.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::vector::VectorDialect", "::mlir::scf::SCFDialect",
                           "::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
  let options = [Option<"registerBits", "register-bits", "unsigned", "512", "width of a vector register">];
}

def ExpandToMachinePass : Pass<"tenon-expand", "mlir::ModuleOp"> {
  let summary = "replaces functions and conversions that no instruction computes by code that does";
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

#endif
