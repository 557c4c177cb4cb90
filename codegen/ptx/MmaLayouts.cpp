// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How the matrix instructions want their tiles in registers.
#include "codegen/ptx/MmaLayouts.h"

#include <bit>

using namespace tenon;

static Status checkWarps(MmaWarps warps) {
  for (unsigned count : {warps.alongM, warps.alongN})
    if (!std::has_single_bit(count) || count > 32)
      return invalidArgument("the number of warps along a dimension of a matrix is a power of two up to 32, found " +
                             std::to_string(count));
  return {};
}

/// The bound from above keeps the strides within 32 bits; LinearLayout::create bounds the tile.
static Status checkExtent(const char *name, int64_t extent, int64_t least) {
  if (extent < least || !std::has_single_bit(static_cast<uint64_t>(extent)) || extent > 1 << 20)
    return invalidArgument(std::string("the extent ") + name + " of a matrix fragment is a power of two from " +
                           std::to_string(least) + " to 2^20, found " + std::to_string(extent) +
                           "; choose other blocks");
  return {};
}

/// Appends the images of steps `from`, 2 * from, ... below `to`, each `stride` elements long.
static void appendSteps(std::vector<uint32_t> &images, int64_t from, int64_t to, int64_t stride) {
  for (int64_t step = from; step < to; step *= 2)
    images.push_back(static_cast<uint32_t>(step * stride));
}

/// Four lanes hold the pairs of eight elements along one dimension, and the eight such groups follow along the other.
static std::vector<uint32_t> fragmentLanes(int64_t pairStride, int64_t groupStride) {
  std::vector<uint32_t> lanes;
  appendSteps(lanes, 2, 8, pairStride);
  appendSteps(lanes, 1, 8, groupStride);
  return lanes;
}

/// Accumulator and first operand share their fragment: m rows of `columns`, of which a warp takes `ownColumns`.
static Result<LinearLayout> rowFragments(int64_t m, int64_t columns, int64_t ownColumns, MmaWarps warps) {
  std::vector<uint32_t> registers = {1, static_cast<uint32_t>(8 * columns)}, warpImages;
  appendSteps(registers, 8, ownColumns, 1);
  appendSteps(registers, 16 * int64_t(warps.alongM), m, columns);
  appendSteps(warpImages, 16, 16 * int64_t(warps.alongM), columns);
  appendSteps(warpImages, ownColumns, ownColumns * warps.alongN, ownColumns < columns ? 1 : 0);
  return LinearLayout::create({m, columns}, std::move(registers), fragmentLanes(1, columns), std::move(warpImages));
}

Result<LinearLayout> tenon::mmaAccumulator(int64_t m, int64_t n, MmaWarps warps) {
  TENON_TRY(checkWarps(warps));
  TENON_TRY(checkExtent("m", m, 16 * int64_t(warps.alongM)));
  TENON_TRY(checkExtent("n", n, 8 * int64_t(warps.alongN)));
  return rowFragments(m, n, n / warps.alongN, warps);
}

Result<LinearLayout> tenon::mmaOperandA(int64_t m, int64_t k, MmaWarps warps) {
  TENON_TRY(checkWarps(warps));
  TENON_TRY(checkExtent("m", m, 16 * int64_t(warps.alongM)));
  TENON_TRY(checkExtent("k", k, 16));
  return rowFragments(m, k, k, warps);
}

Result<LinearLayout> tenon::mmaOperandB(int64_t k, int64_t n, MmaWarps warps) {
  TENON_TRY(checkWarps(warps));
  TENON_TRY(checkExtent("n", n, 8 * int64_t(warps.alongN)));
  TENON_TRY(checkExtent("k", k, 16));
  int64_t ownColumns = n / warps.alongN;
  std::vector<uint32_t> registers, warpImages;
  appendSteps(registers, 1, 2, n);
  appendSteps(registers, 8, k, n);
  appendSteps(registers, 8, ownColumns, 1);
  warpImages.resize(std::countr_zero(warps.alongM), 0);
  appendSteps(warpImages, ownColumns, n, 1);
  return LinearLayout::create({k, n}, std::move(registers), fragmentLanes(n, 1), std::move(warpImages));
}
