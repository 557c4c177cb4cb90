// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The layouts that a product of tiles computes in.
#pragma once

#include "codegen/ptx/LinearLayout.h"
#include "ir/tile/TileDialect.h"

namespace tenon::ptx {

struct DotLayouts {
  LinearLayout result, lhs, rhs;
};

/// Whether the matrix unit multiplies these tiles: 16-bit floats, accumulated in f32.
bool usesMatrixUnit(tile::DotOp dot);

/// For `warps` warps. On the matrix unit fragments of mma.m16n8k16; otherwise each thread holds the whole rows of both
/// operands that its elements of the result need.
Result<DotLayouts> chooseDotLayouts(tile::DotOp dot, unsigned warps);

} // namespace tenon::ptx
