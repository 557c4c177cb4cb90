// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the schedules are told of a target: how large blocks are and in what form operands are read.
#pragma once

#include <cstdint>

namespace tenon::schedule {

/// `depth` k are packed side by side.
struct ProductBlock {
  int64_t rows, columns, steps, depth;
};

struct Blocking {
  /// Elements of a block of a map kernel.
  int64_t mapElements;
  /// Rows of such a block where the length of a row is only known at run time.
  int64_t mapRows;
  /// Edge of its square block where an operand is read down its columns.
  int64_t transposedEdge;

  /// Bytes of a step along a row, for the widest elements of a kernel; a row of a length that is a number of at most
  /// `wholeRow` elements is one step. Powers of two, `wholeRow` may be 0.
  int64_t rowBytes, wholeRow;

  /// Contractions read their operands from panels, which are packed before; otherwise as they lie in memory, and smaller
  /// results have smaller blocks.
  bool packsOperands;
  /// A block of a contraction's result and the number of k that a step takes, by the width of the operands' elements.
  ProductBlock product16, product32, product64;
};

} // namespace tenon::schedule
