// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The phases of compilation, in order. Pipeline.cpp is the table of contents of the compiler.
#pragma once

#include "codegen/Target.h"
#include "mlir/IR/BuiltinOps.h"
#include <functional>
#include <string>
#include <vector>

namespace tenon {

/// A pass of the user's, as a pipeline in text, before or after a phase.
struct Insertion {
  bool after = false;
  std::string phase;
  std::string pipeline;
};

struct PipelineOptions {
  /// Names of phases; empty: from the first, to the last.
  std::string startFrom, stopAfter;
  /// Where set, each phase's result is written to `<dumpFolder>/<number>-<phase>.mlir`.
  std::string dumpFolder;
  std::vector<Insertion> insertions;
  /// Called after each phase with its name and its time in seconds.
  std::function<void(llvm::StringRef, double)> onPhase;
};

/// What is known of a phase, for --list-phases.
struct PhaseInfo {
  llvm::StringRef name, summary;
};
std::vector<PhaseInfo> listPhases();
/// Whether all phases that the options name exist; else the error is a sentence.
bool checkOptions(const PipelineOptions &options, std::string &error);

/// Runs the phases that do not depend on the target: afterwards the entries hold groups. Fails after an error; what a phase
/// may leave is checked after it.
mlir::LogicalResult runGraphPhases(mlir::ModuleOp module, const PipelineOptions &options);
/// Runs the phases that choose layouts and blocks for a target: afterwards the module holds launches and tile programs.
mlir::LogicalResult runTilePhases(mlir::ModuleOp module, const Target &target, const PipelineOptions &options);
/// Runs the phases that make code of tile programs: afterwards the module holds functions in LLVM's dialect.
mlir::LogicalResult runMachinePhases(mlir::ModuleOp module, const Target &target, const PipelineOptions &options);

} // namespace tenon
