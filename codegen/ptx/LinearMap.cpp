// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Linear maps over the bits of an integer.
#include "codegen/ptx/LinearMap.h"

#include <bit>
#include <cassert>

using namespace tenon;

uint32_t tenon::applyImages(std::span<const uint32_t> images, uint32_t x) {
  uint32_t result = 0;
  for (size_t i = 0; i < images.size(); ++i)
    if (x >> i & 1)
      result ^= images[i];
  return result;
}

LinearMap::LinearMap(std::vector<uint32_t> images) : bases(std::move(images)) { assert(bases.size() <= 32); }

LinearMap LinearMap::identity(unsigned bits) {
  std::vector<uint32_t> images(bits);
  for (unsigned i = 0; i < bits; ++i)
    images[i] = uint32_t(1) << i;
  return LinearMap(std::move(images));
}

uint32_t LinearMap::reach() const {
  uint32_t bits = 0;
  for (uint32_t image : bases)
    bits |= image;
  return bits;
}

unsigned LinearMap::rank() const { return LinearSolver(*this).rank(); }

LinearMap LinearMap::after(const LinearMap &inner) const {
  std::vector<uint32_t> images;
  for (uint32_t image : inner.bases)
    images.push_back(apply(image));
  return LinearMap(std::move(images));
}

std::optional<LinearMap> LinearMap::rightInverse(unsigned outBits) const {
  LinearSolver solver(*this);
  std::vector<uint32_t> images;
  for (unsigned i = 0; i < outBits; ++i) {
    std::optional<uint32_t> source = solver.solve(uint32_t(1) << i);
    if (!source)
      return std::nullopt;
    images.push_back(*source);
  }
  return LinearMap(std::move(images));
}

std::vector<Diagonal> LinearMap::diagonals() const {
  // Indexed by shift + 31.
  std::array<uint32_t, 63> masks = {};
  for (int i = 0; i < static_cast<int>(bases.size()); ++i)
    for (int j = 0; j < 32; ++j)
      if (bases[i] >> j & 1)
        masks[j - i + 31] |= uint32_t(1) << j;
  std::vector<Diagonal> result;
  for (int shift = -31; shift <= 31; ++shift)
    if (masks[shift + 31] != 0)
      result.push_back({shift, masks[shift + 31]});
  return result;
}

LinearSolver::LinearSolver(const LinearMap &map) {
  for (unsigned i = 0; i < map.inBits(); ++i)
    add(map.images()[i], uint32_t(1) << i);
}

LinearSolver::Row LinearSolver::reduce(Row row) const {
  while (row.image != 0) {
    const Row &pivot = rows[std::bit_width(row.image) - 1];
    if (pivot.image == 0)
      break;
    row.image ^= pivot.image;
    row.source ^= pivot.source;
  }
  return row;
}

bool LinearSolver::add(uint32_t image, uint32_t source) {
  Row row = reduce({image, source});
  if (row.image == 0) {
    zeros.push_back(row.source);
    return false;
  }
  rows[std::bit_width(row.image) - 1] = row;
  ++independent;
  return true;
}

std::optional<uint32_t> LinearSolver::solve(uint32_t image) const {
  // Reduced to zero, the image is the xor of the rows taken; their tags have gathered in the source.
  Row row = reduce({image, 0});
  if (row.image != 0)
    return std::nullopt;
  return row.source;
}
