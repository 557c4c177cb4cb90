// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// No silent cliff: whoever takes a slower way than there is says so, with the op, the condition and the cost. Reports travel
// as remarks of MLIR, so that they have the place of the op.
#pragma once

#include "ir/DimExpr.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Operation.h"
#include <functional>
#include <set>
#include <string>

namespace tenon {

enum class SlowPathKind { Copied, Masked, NotFused, NotOnMatrixUnit, NotPipelined, NotVectorized, Padded };

struct SlowPath {
  std::string kind;
  /// What was found, what was expected and what it costs, as a sentence.
  std::string text;
  mlir::Location location;
  /// Part of the kernel's estimated time that the faster way would save, from 0 to 1.
  double share;
};

/// Above this `--strict` makes a slow path an error.
inline constexpr double strictShare = 0.02;

/// Reports one at `op`.
void reportSlowPath(mlir::Operation *op, SlowPathKind kind, double share, const llvm::Twine &text);

/// `expr` where sizes that are not known are taken for 1024.
double estimate(const DimExpr &expr);
/// The share of moving `bytes` in a kernel that computes `flops` on a machine of these rates.
double shareOfMoving(const DimExpr &bytes, const DimExpr &flops, double bytesPerSecond, double flopsPerSecond);

/// Takes the reports of a context while it lives: each sentence at a place once.
class SlowPathCollector {
public:
  SlowPathCollector(mlir::MLIRContext *context, std::function<void(const SlowPath &)> onSlowPath);

private:
  std::set<std::pair<const void *, std::string>> seen;
  mlir::ScopedDiagnosticHandler handler;
};

} // namespace tenon
