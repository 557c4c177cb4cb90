// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a module of the graph to an artifact.
#pragma once

#include "codegen/MachineCode.h"
#include "codegen/Pipeline.h"
#include "codegen/SlowPath.h"
#include <cstddef>

namespace tenon {

struct CompileOptions {
  /// Machines to make code for, as findTarget() takes them.
  std::vector<std::string> targets = {"native"};
  PipelineOptions pipeline;
  CodeOptions code;
  /// Called for each target with the module of launches and tile programs.
  std::function<void(mlir::ModuleOp, const Target &)> onTiles;
  /// Called for each slower way that was taken.
  std::function<void(const SlowPath &)> onSlowPath;
  /// Whether those that cost more than strictShare are errors.
  bool strict = false;
};

/// Compiles all entries of `module`, which is changed on the way. Gives the artifact's bytes; fails after an error.
mlir::FailureOr<std::vector<std::byte>> compileModule(mlir::ModuleOp module, const CompileOptions &options);

/// How many modules this process has compiled; frontend/Graph.h shows it to users.
uint64_t compileCount();

} // namespace tenon
