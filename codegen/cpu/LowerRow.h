// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tile programs that carry tiles through loops, reduce or repeat them.
#pragma once

#include "ir/tile/TileDialect.h"

namespace tenon::cpu {

/// Whether the kernel is such a program.
bool isOfRows(tile::KernelOp kernel);

/// Makes it a function of the CPU kernel ABI, before it: each tile is one vector, of a few registers. Fails after an
/// error where tiles have other shapes than [.., 1] and [.., W].
mlir::LogicalResult lowerRows(tile::KernelOp kernel, mlir::OpBuilder &builder, unsigned registerBits);

} // namespace tenon::cpu
