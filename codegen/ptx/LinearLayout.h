// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Register layouts: which element of a tile each register of each thread of a block holds.
#pragma once

#include "codegen/ptx/LinearMap.h"
#include "runtime/Result.h"

namespace tenon {

constexpr unsigned laneBits = 5; // A warp has 32 lanes.

/// An offset that all threads know, split so that `(threadPart ^ exclusiveOr) + add` equals `threadPart ^ constant`:
/// the second part becomes an immediate of the access.
struct OffsetSplit {
  uint32_t exclusiveOr;
  uint32_t add;
};

/// Maps (register, lane, warp) to the row-major index of an element in a tile, linearly over their bits. All sizes are
/// powers of two. Two places with one image hold the same element; a zero image is the simplest form of this.
class LinearLayout {
public:
  /// Refuses what no block could hold: sizes that are no powers of two, a tile over 2^20 elements, more than 1024
  /// registers (255 of 32 bits hold 1020 bytes) or 32 warps, images outside the tile. Each list has an image a bit.
  static Result<LinearLayout> create(std::vector<int64_t> shape, std::vector<uint32_t> registers,
                                     std::vector<uint32_t> lanes, std::vector<uint32_t> warps);

  /// For coalesced accesses. A thread takes `elementsPerThread` neighbours along dimension `order[0]`; the lanes take
  /// what follows in that dimension, then in `order[1]` and so on; then the warps, `warps[d]` of them along
  /// dimension d; registers take the rest in that order. Lanes and warps for which nothing is left repeat others.
  static Result<LinearLayout> blocked(std::vector<int64_t> shape, std::span<const unsigned> order,
                                      unsigned elementsPerThread, std::span<const unsigned> warps);

  std::span<const int64_t> shape() const { return sizes; }
  std::span<const uint32_t> registers() const { return registerImages; }
  std::span<const uint32_t> lanes() const { return laneImages; }
  std::span<const uint32_t> warps() const { return warpImages; }
  unsigned numRegisters() const { return 1u << registerImages.size(); }
  unsigned numWarps() const { return 1u << warpImages.size(); }
  /// log2 of the number of elements of the tile.
  unsigned tileBits() const;

  uint32_t index(uint32_t reg, uint32_t lane, uint32_t warp) const;
  /// From `register | lane << r | warp << (r + 5)`, r the number of register bits.
  LinearMap map() const;
  /// From `lane | warp << 5`, the index of the thread in the block.
  LinearMap threadMap() const;
  /// Each element is held somewhere.
  bool isSurjective() const { return map().isSurjective(tileBits()); }
  /// No element is held twice.
  bool isInjective() const { return map().isInjective(); }

  /// The same places with each index i replaced by `indexMap(i)` in a tile of another shape. With a shared-memory
  /// layout as the map, and the shape {elements}, the result gives the offset at which each register is kept.
  LinearLayout mapped(std::vector<int64_t> shape, const LinearMap &indexMap) const;
  /// Without dimension `dim`: how a statistic over that dimension lies beside the tile it came from.
  LinearLayout slice(unsigned dim) const;
  /// The same row-major indexes under another shape with as many elements; inserts and drops dimensions of size 1.
  LinearLayout reshape(std::vector<int64_t> shape) const;
  /// Dimension `dim`, of size 1, repeated `size` times in new registers: register r of the result is a copy of
  /// register r mod numRegisters() of this. Sizes that no thread could hold are refused as in create.
  Result<LinearLayout> broadcast(unsigned dim, int64_t size) const;
  /// Dimension i of the result is dimension `permutation[i]` of this.
  LinearLayout transpose(std::span<const unsigned> permutation) const;
  /// Drops register bits that only repeat what registers with lower bits hold, as a slice leaves them.
  LinearLayout withoutRegisterCopies() const;

  /// The elements that a thread holds in consecutive registers and that are neighbours, in order and aligned, in the
  /// innermost dimension: the widest vector access.
  unsigned vectorWidth() const;
  /// For the offset of a register: the bits that the thread's part may set stay in the xor.
  OffsetSplit splitOffset(uint32_t constant) const;

  bool operator==(const LinearLayout &) const = default;

private:
  LinearLayout() = default;

  std::vector<int64_t> sizes;
  std::vector<uint32_t> registerImages, laneImages, warpImages;
};

} // namespace tenon
