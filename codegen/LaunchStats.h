// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What each launch of a compiled module moves.
#pragma once

#include "ir/DimExpr.h"
#include "mlir/IR/BuiltinOps.h"
#include <string>
#include <vector>

namespace tenon {

/// One launch; sizes in bytes over the entry's symbols.
struct LaunchStats {
  std::string entry, kernel;
  /// As the loads and stores of the tile program move them.
  DimExpr read, written;
  /// The tensors that the launch is given and gives: the least that any kernel could move.
  DimExpr inputs, outputs;
};

/// All launches of a module after the graph phases, in order.
std::vector<LaunchStats> getLaunchStats(mlir::ModuleOp module);

} // namespace tenon
