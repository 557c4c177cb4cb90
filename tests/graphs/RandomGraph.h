// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random graphs over the registered ops: elementwise ops of float and integer types, casts, compares, selects, and views,
// on symbolic and fixed shapes, with values used several times and several results.
#pragma once

#include "ir/tenon/TenonOps.h"
#include <random>

namespace tenon {

/// A module with one entry `main` of about `opCount` ops. The same seed gives the same graph.
mlir::OwningOpRef<mlir::ModuleOp> buildRandomGraph(mlir::MLIRContext *context, uint64_t seed, unsigned opCount);

/// Sizes of the graph's symbols for a run.
std::map<std::string, int64_t, std::less<>> chooseSizes(uint64_t seed);

} // namespace tenon
