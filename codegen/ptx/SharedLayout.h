// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tiles in shared memory: swizzles, the instructions that can reach them, and the bank conflicts that these meet.
#pragma once

#include "codegen/ptx/LinearLayout.h"

namespace tenon {

/// A row-major tile whose element offsets have `bits` bits from bit `base` on changed by a xor with those `shift`
/// higher. Needs shift >= bits, so that the swizzle is its own inverse. Elements below 2^base stay neighbours.
struct Swizzle {
  unsigned base = 0;
  unsigned bits = 0;
  unsigned shift = 0;

  /// From row-major index to element offset, both of `tileBits` bits. Needs base + shift + bits <= tileBits or bits =
  /// 0.
  LinearMap map(unsigned tileBits) const;
  bool operator==(const Swizzle &) const = default;
};

/// What a warp's accesses to all registers of a layout take. A phase is a set of lanes that the memory serves together;
/// it takes `degree` cycles, the most words it needs from one of the 32 banks of 4 bytes.
struct SharedAccessCost {
  unsigned instructions;
  unsigned phases; ///< Per instruction.
  unsigned degree;
  unsigned cycles() const { return instructions * phases * degree; }
  bool operator==(const SharedAccessCost &) const = default;
};

/// A read by ldmatrix (or a write by stmatrix) of 16-bit elements.
struct MatrixAccess {
  bool transposed;
  /// Per instruction: 1, 2 or 4. They lie in consecutive pairs of registers.
  unsigned matrices;
  /// From `lane | warp << 5` to the element offset of the row that the lane gives the instruction.
  LinearMap rows;
  /// What the register bits above those of one instruction add (by xor) to that offset.
  LinearMap steps;
};

// In what follows, `offsets` is a register layout mapped through a shared one: its indexes are element offsets.

/// Plain vector accesses, at most 16 bytes each: 32 lanes are a phase up to 4 bytes, 16 at 8 bytes, 8 at 16 bytes.
/// Element sizes are 1, 2, 4 or 8 bytes.
SharedAccessCost vectorAccessCost(const LinearLayout &offsets, unsigned elementBytes);

/// Whether ldmatrix gives each thread what the layout says: a row of 16 bytes is eight elements that four lanes share,
/// or with .trans eight that lie in eight groups of lanes.
std::optional<MatrixAccess> matchMatrixAccess(const LinearLayout &offsets);

/// The eight rows of a matrix are a phase.
SharedAccessCost matrixAccessCost(const LinearLayout &offsets, const MatrixAccess &access);

/// The better of both kinds for elements of 2 bytes, else that of vectors.
SharedAccessCost readCost(const LinearLayout &offsets, unsigned elementBytes);

/// All swizzles of a tile that keep 2^minBase elements together and move no more than 16 bytes as one; none first.
std::vector<Swizzle> swizzleFamily(unsigned tileBits, unsigned minBase, unsigned elementBytes);

struct SwizzleChoice {
  Swizzle swizzle;
  /// Of one write and all reads, of one warp.
  unsigned cycles;
};

/// The swizzle of least predicted cycles; of equals, the one with the fewest instructions, then the first of the
/// family. The writes keep the vector width that they have in a row-major tile. All layouts are of one shape.
SwizzleChoice chooseSwizzle(const LinearLayout &written, std::span<const LinearLayout> read, unsigned elementBytes);

} // namespace tenon
