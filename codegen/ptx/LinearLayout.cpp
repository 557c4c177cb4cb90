// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Register layouts.
#include "codegen/ptx/LinearLayout.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <numeric>

using namespace tenon;

static constexpr unsigned maxTileBits = 20, maxRegisterBits = 10, maxWarpBits = 5;

static unsigned log2Of(int64_t size) { return static_cast<unsigned>(std::countr_zero(static_cast<uint64_t>(size))); }

static bool isPowerOfTwo(int64_t size) { return size > 0 && std::has_single_bit(static_cast<uint64_t>(size)); }

/// The lowest bit of each dimension in a row-major index, and the number of all bits behind the last.
static std::vector<unsigned> firstBits(std::span<const int64_t> shape) {
  std::vector<unsigned> first(shape.size() + 1);
  unsigned bit = 0;
  for (size_t dim = shape.size(); dim-- > 0;) {
    first[dim] = bit;
    bit += log2Of(shape[dim]);
  }
  first[shape.size()] = bit;
  return first;
}

static Status checkShape(std::span<const int64_t> shape) {
  unsigned bits = 0;
  for (int64_t size : shape) {
    if (!isPowerOfTwo(size))
      return invalidArgument("a tile in a linear layout has sizes that are powers of two, found " +
                             std::to_string(size) + "; pad the tile");
    bits += log2Of(size);
    if (bits > maxTileBits)
      return invalidArgument("a tile in a linear layout has at most 2^20 elements, found more; choose smaller blocks");
  }
  return {};
}

static Status checkImages(const char *what, std::span<const uint32_t> images, unsigned tileBits) {
  for (uint32_t image : images)
    if (image >> tileBits != 0)
      return invalidArgument(std::string("the image of a ") + what + " bit must lie in the tile of 2^" +
                             std::to_string(tileBits) + " elements, found " + std::to_string(image));
  return {};
}

Result<LinearLayout> LinearLayout::create(std::vector<int64_t> shape, std::vector<uint32_t> registers,
                                          std::vector<uint32_t> lanes, std::vector<uint32_t> warps) {
  TENON_TRY(checkShape(shape));
  if (lanes.size() != laneBits)
    return invalidArgument("a layout has 5 lane images, found " + std::to_string(lanes.size()) +
                           "; give zeros for lanes that repeat others");
  if (registers.size() > maxRegisterBits)
    return invalidArgument("a layout has at most 10 register images, found " + std::to_string(registers.size()) +
                           "; choose smaller blocks or more warps");
  if (warps.size() > maxWarpBits)
    return invalidArgument("a layout has at most 5 warp images, found " + std::to_string(warps.size()) +
                           "; a block has at most 32 warps");
  unsigned bits = firstBits(shape)[shape.size()];
  TENON_TRY(checkImages("register", registers, bits));
  TENON_TRY(checkImages("lane", lanes, bits));
  TENON_TRY(checkImages("warp", warps, bits));
  LinearLayout layout;
  layout.sizes = std::move(shape);
  layout.registerImages = std::move(registers);
  layout.laneImages = std::move(lanes);
  layout.warpImages = std::move(warps);
  return layout;
}

/// What `blocked` is asked for must name each dimension once and use powers of two.
static Status checkBlocked(std::span<const int64_t> shape, std::span<const unsigned> order, unsigned elementsPerThread,
                           std::span<const unsigned> warps) {
  TENON_TRY(checkShape(shape));
  std::vector<unsigned> sorted(order.begin(), order.end()), all(shape.size());
  std::sort(sorted.begin(), sorted.end());
  std::iota(all.begin(), all.end(), 0u);
  if (shape.empty() || sorted != all || warps.size() != shape.size())
    return invalidArgument("a blocked layout of rank " + std::to_string(shape.size()) +
                           " needs an order that names each dimension once and a number of warps for each");
  if (!isPowerOfTwo(elementsPerThread) || elementsPerThread > shape[order[0]])
    return invalidArgument("a thread's vector is a power of two of at most the " + std::to_string(shape[order[0]]) +
                           " elements of its dimension, found " + std::to_string(elementsPerThread));
  for (unsigned count : warps)
    if (!isPowerOfTwo(count))
      return invalidArgument("the number of warps along a dimension is a power of two, found " + std::to_string(count));
  return {};
}

Result<LinearLayout> LinearLayout::blocked(std::vector<int64_t> shape, std::span<const unsigned> order,
                                           unsigned elementsPerThread, std::span<const unsigned> warps) {
  TENON_TRY(checkBlocked(shape, order, elementsPerThread, warps));
  // The bits of each dimension that are left, lowest first, as a range; taken from its lower end.
  std::vector<unsigned> next = firstBits(shape), end = next;
  for (size_t dim = 0; dim < shape.size(); ++dim)
    end[dim] += log2Of(shape[dim]);
  auto take = [&](unsigned dim, unsigned count, std::vector<uint32_t> &images) {
    for (; count > 0 && next[dim] < end[dim]; --count)
      images.push_back(uint32_t(1) << next[dim]++);
    return count;
  };

  std::vector<uint32_t> registers, lanes, warpImages;
  take(order[0], log2Of(elementsPerThread), registers);
  for (unsigned dim : order)
    take(dim, laneBits - static_cast<unsigned>(lanes.size()), lanes);
  lanes.resize(laneBits, 0);
  for (unsigned dim : order) {
    unsigned missing = take(dim, log2Of(warps[dim]), warpImages);
    warpImages.resize(warpImages.size() + missing, 0);
  }
  for (unsigned dim : order)
    take(dim, maxTileBits, registers);
  return create(std::move(shape), std::move(registers), std::move(lanes), std::move(warpImages));
}

unsigned LinearLayout::tileBits() const { return firstBits(sizes)[sizes.size()]; }

uint32_t LinearLayout::index(uint32_t reg, uint32_t lane, uint32_t warp) const {
  return applyImages(registerImages, reg) ^ applyImages(laneImages, lane) ^ applyImages(warpImages, warp);
}

LinearMap LinearLayout::map() const {
  std::vector<uint32_t> images = registerImages;
  images.insert(images.end(), laneImages.begin(), laneImages.end());
  images.insert(images.end(), warpImages.begin(), warpImages.end());
  return LinearMap(std::move(images));
}

LinearMap LinearLayout::threadMap() const {
  std::vector<uint32_t> images = laneImages;
  images.insert(images.end(), warpImages.begin(), warpImages.end());
  return LinearMap(std::move(images));
}

LinearLayout LinearLayout::mapped(std::vector<int64_t> shape, const LinearMap &indexMap) const {
  LinearLayout result = *this;
  assert(checkShape(shape).ok() && indexMap.inBits() == tileBits());
  result.sizes = std::move(shape);
  for (auto *images : {&result.registerImages, &result.laneImages, &result.warpImages})
    for (uint32_t &image : *images)
      image = indexMap.apply(image);
  assert(result.map().reach() >> result.tileBits() == 0);
  return result;
}

LinearLayout LinearLayout::slice(unsigned dim) const {
  assert(dim < sizes.size());
  std::vector<unsigned> first = firstBits(sizes);
  unsigned low = first[dim], width = log2Of(sizes[dim]);
  std::vector<uint32_t> images;
  for (unsigned bit = 0; bit < tileBits(); ++bit)
    images.push_back(bit < low ? uint32_t(1) << bit : bit < low + width ? 0 : uint32_t(1) << (bit - width));
  std::vector<int64_t> rest = sizes;
  rest.erase(rest.begin() + dim);
  return mapped(std::move(rest), LinearMap(std::move(images)));
}

LinearLayout LinearLayout::reshape(std::vector<int64_t> shape) const {
  assert(firstBits(shape)[shape.size()] == tileBits());
  return mapped(std::move(shape), LinearMap::identity(tileBits()));
}

Result<LinearLayout> LinearLayout::broadcast(unsigned dim, int64_t size) const {
  assert(dim < sizes.size());
  if (sizes[dim] != 1)
    return invalidArgument("only a dimension of size 1 is broadcast, dimension " + std::to_string(dim) + " has " +
                           std::to_string(sizes[dim]));
  std::vector<int64_t> shape = sizes;
  shape[dim] = size;
  TENON_TRY(checkShape(shape));
  unsigned low = firstBits(sizes)[dim], width = log2Of(size);
  std::vector<uint32_t> images;
  for (unsigned bit = 0; bit < tileBits(); ++bit)
    images.push_back(uint32_t(1) << (bit < low ? bit : bit + width));
  LinearLayout wide = mapped(shape, LinearMap(std::move(images)));
  for (unsigned bit = low; bit < low + width; ++bit)
    wide.registerImages.push_back(uint32_t(1) << bit);
  return create(std::move(shape), std::move(wide.registerImages), std::move(wide.laneImages),
                std::move(wide.warpImages));
}

LinearLayout LinearLayout::transpose(std::span<const unsigned> permutation) const {
  assert(permutation.size() == sizes.size());
  std::vector<int64_t> shape;
  for (unsigned dim : permutation)
    shape.push_back(sizes[dim]);
  std::vector<unsigned> from = firstBits(sizes), to = firstBits(shape);
  std::vector<uint32_t> images(tileBits());
  for (size_t dim = 0; dim < shape.size(); ++dim)
    for (unsigned bit = 0; bit < log2Of(shape[dim]); ++bit)
      images[from[permutation[dim]] + bit] = uint32_t(1) << (to[dim] + bit);
  return mapped(std::move(shape), LinearMap(std::move(images)));
}

LinearLayout LinearLayout::withoutRegisterCopies() const {
  LinearLayout result = *this;
  LinearSolver solver;
  std::erase_if(result.registerImages, [&](uint32_t image) { return !solver.add(image, 0); });
  return result;
}

unsigned LinearLayout::vectorWidth() const {
  unsigned limit = sizes.empty() ? 0 : log2Of(sizes.back()), bits = 0;
  while (bits < limit && bits < registerImages.size() && registerImages[bits] == uint32_t(1) << bits)
    ++bits;
  // An image elsewhere with a low bit would misalign the vector or reorder its elements.
  std::vector<uint32_t> others(registerImages.begin() + bits, registerImages.end());
  others.push_back(threadMap().reach());
  for (uint32_t image : others)
    bits = std::min(bits, static_cast<unsigned>(std::countr_zero(image)));
  return 1u << bits;
}

OffsetSplit LinearLayout::splitOffset(uint32_t constant) const {
  uint32_t threadMask = threadMap().reach();
  return {constant & threadMask, constant & ~threadMask};
}
