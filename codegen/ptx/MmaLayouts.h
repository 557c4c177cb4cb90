// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How the matrix instructions want their tiles in registers (PTX ISA, matrix fragments for mma.m16n8k16).
#pragma once

#include "codegen/ptx/LinearLayout.h"

namespace tenon {

/// How the warps of a block divide the result of a contraction. The low bits of the warp's number choose rows, each
/// next warp 16 rows further, as the four warps of a wgmma do; the high bits choose n / alongN neighbouring columns.
struct MmaWarps {
  unsigned alongM;
  unsigned alongN;
};

/// Accumulator of shape m x n, 32-bit elements: register bit 0 is the next column, bit 1 is 8 rows further, then come
/// the 8-column tiles, then rows. For m = 64 and four warps along m it is the accumulator of wgmma.m64.
/// Needs m >= 16 * alongM and n >= 8 * alongN, all powers of two, as have the others for theirs.
Result<LinearLayout> mmaAccumulator(int64_t m, int64_t n, MmaWarps warps);

/// First operand of shape m x k, 16-bit elements. Warps that differ in their columns only hold the same. With one warp
/// along n it lists the same images as the accumulator of that shape. Needs k >= 16.
Result<LinearLayout> mmaOperandA(int64_t m, int64_t k, MmaWarps warps);

/// Second operand of shape k x n, 16-bit elements. Warps that differ in their rows only hold the same. Needs k >= 16.
Result<LinearLayout> mmaOperandB(int64_t k, int64_t n, MmaWarps warps);

} // namespace tenon
