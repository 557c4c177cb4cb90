// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The graph passes. `Numbers:` in a description is the class that a pass keeps: exact, reassociates or approximates.
#ifndef TENON_PASSES
#define TENON_PASSES

include "mlir/Pass/PassBase.td"

def ExpandCompositesPass : Pass<"tenon-expand-composites", "mlir::ModuleOp"> {
  let summary = "replaces composite ops by the ops that express them";
  let description = [{
    Before simplify, so that what composites share and what is trivial in them goes. Numbers: approximates, within the
    error that each composite states of itself.
  }];
  let dependentDialects = ["::tenon::TenonDialect"];
  let statistics = [Statistic<"expanded", "expanded", "composites that were replaced">];
}

def SimplifyPass : Pass<"tenon-simplify", "mlir::ModuleOp"> {
  let summary = "algebra, constant folding and removal of what is computed twice or for nothing";
  let description = [{
    Applies the rules of Rewrites.td, folds ops of splats, composes views, then merges equal ops. Early in the pipeline, so
    that groups are formed from what really has to be computed. Numbers: exact.
  }];
  let statistics = [Statistic<"rewrites", "rewrites", "graphs that a rule changed">];
}

def FusePass : Pass<"tenon-fuse", "mlir::ModuleOp"> {
  let summary = "gathers the ops of each entry into groups, one for each kernel to come";
  let description = [{
    Expects simplified entries. Walks an entry backwards: an op joins the group of its users where that is one group, and
    becomes one more result of a group of the same shape where that makes no cycle; views join like elementwise ops and
    cost nothing. What would be computed again for more elements than it has joins only if that is cheap. Reductions over
    the same dimensions of one shape are in one group with what makes their operands, what is made of their results row by
    row, and what is done to the rows then: softmax and norms become one kernel. Afterwards only groups, constants,
    assumptions and the terminator remain in an entry. Numbers: exact.
  }];
  let dependentDialects = ["::tenon::TenonDialect"];
  let options = [Option<"recomputeLimit", "recompute-limit", "int64_t", "16",
                        "largest cost (instructions for an element) of an op that is computed again through a view">];
}

def OutlinePass : Pass<"tenon-outline", "mlir::ModuleOp"> {
  let summary = "cuts groups out into kernels; equal groups share one";
  let description = [{
    Expects that fuse has run. Symbols of a kernel are renamed by position, and kernels are compared by their text without
    locations, so that identical layers become launches of one kernel. Numbers: exact.
  }];
  let dependentDialects = ["::tenon::TenonDialect"];
}

#endif
