// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A loop of tile.dot over packed operands as one register block.
#pragma once

#include "codegen/SizeArithmetic.h"
#include "ir/tile/TileDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace tenon::cpu {

/// `scf.for` that carries one accumulator and whose body loads a panel of each operand and adds their product; the panels
/// are [panel, k, row, 1], or [panel, k / 2, row, 2] of bf16, and dense.
struct DotLoop {
  mlir::scf::ForOp loop;
  tile::LoadOp lhs, rhs;

  /// Nothing where the loop is not of this form; `reason` then says why.
  static std::optional<DotLoop> match(mlir::scf::ForOp loop, std::string &reason);

  /// Whether two k of bf16 lie side by side: they are multiplied by vdpbf16ps.
  bool isPairs() const { return tile::LoadOp(lhs).getTile().getType().getShape().back() == 2; }
  mlir::RankedTensorType getAccumulator() const {
    return mlir::cast<mlir::RankedTensorType>(loop->getResult(0).getType());
  }
};

/// Emits the loop with its accumulators in vector registers of `registerBits`, and stores them to `scratch`, row-major.
/// `lhs` and `rhs` are the addresses of the operands' panels at k = 0, `steps` the number of k.
void emitDotLoop(const DotLoop &dot, mlir::OpBuilder &builder, unsigned registerBits, mlir::Value lhs, mlir::Value rhs,
                 mlir::Value steps, mlir::Value scratch);

} // namespace tenon::cpu
