// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Linear maps over the bits of an integer, the algebra under all layouts (arXiv 2505.23819).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tenon {

/// One step of computing a linear map: `(x << shift) & mask`, or `(x >> -shift) & mask` where the shift is negative.
/// The steps are joined by xor, which fuses with the mask into one lop3.
struct Diagonal {
  int shift;
  uint32_t mask;
  bool operator==(const Diagonal &) const = default;
};

/// The xor of the images of the set bits of x; bits without an image do not count.
uint32_t applyImages(std::span<const uint32_t> images, uint32_t x);

/// Maps x to the xor of the images of its set bits. At most 32 bits in and out.
class LinearMap {
public:
  LinearMap() = default;
  /// `images[i]` is the image of bit i.
  explicit LinearMap(std::vector<uint32_t> images);
  static LinearMap identity(unsigned bits);

  std::span<const uint32_t> images() const { return bases; }
  unsigned inBits() const { return static_cast<unsigned>(bases.size()); }
  uint32_t apply(uint32_t x) const { return applyImages(bases, x); }
  /// All bits that any image sets.
  uint32_t reach() const;

  unsigned rank() const;
  bool isInjective() const { return rank() == inBits(); }
  /// Onto all integers below 2^outBits; the reach must lie below that.
  bool isSurjective(unsigned outBits) const { return rank() == outBits; }

  /// x -> this(inner(x)).
  LinearMap after(const LinearMap &inner) const;
  /// A map r with this(r(y)) = y for each y below 2^outBits, which uses the lowest input bits that suffice; nothing
  /// where this map is not onto.
  std::optional<LinearMap> rightInverse(unsigned outBits) const;
  /// The map as code, by ascending shift; empty where all images are zero.
  std::vector<Diagonal> diagonals() const;

  bool operator==(const LinearMap &) const = default;

private:
  std::vector<uint32_t> bases;
};

/// Gaussian elimination: which integers are xors of some images, and of which ones.
class LinearSolver {
public:
  LinearSolver() = default;
  /// Adds all images of a map; the source of an image is its bit.
  explicit LinearSolver(const LinearMap &map);

  /// Adds an image with any linear tag of its own. Images that depend on earlier ones change no solution; what they
  /// differ by goes to kernel(). Returns whether the image was independent.
  bool add(uint32_t image, uint32_t source);
  /// The tag of an image, as a xor of the tags of independent images only; nothing where it is outside their span.
  std::optional<uint32_t> solve(uint32_t image) const;
  bool contains(uint32_t image) const { return solve(image).has_value(); }
  unsigned rank() const { return independent; }
  /// A basis of the tags that map to zero.
  std::span<const uint32_t> kernel() const { return zeros; }

private:
  struct Row {
    uint32_t image = 0, source = 0;
  };
  Row reduce(Row row) const;

  /// Row i, where there is one, has bit i as its highest.
  std::array<Row, 32> rows = {};
  std::vector<uint32_t> zeros;
  unsigned independent = 0;
};

} // namespace tenon
