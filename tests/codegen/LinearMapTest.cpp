// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Linear maps: every map of up to three bits by enumeration, larger ones at random.
#include "codegen/ptx/LinearMap.h"

#include <gtest/gtest.h>
#include <random>
#include <set>

using namespace tenon;

/// All maps from `inBits` to `outBits` bits.
static std::vector<LinearMap> allMaps(unsigned inBits, unsigned outBits) {
  std::vector<LinearMap> maps;
  for (uint32_t code = 0; code < 1u << (inBits * outBits); ++code) {
    std::vector<uint32_t> images;
    for (unsigned bit = 0; bit < inBits; ++bit)
      images.push_back(code >> (bit * outBits) & ((1u << outBits) - 1));
    maps.emplace_back(images);
  }
  return maps;
}

static std::set<uint32_t> imageSet(const LinearMap &map) {
  std::set<uint32_t> values;
  for (uint32_t x = 0; x < 1u << map.inBits(); ++x)
    values.insert(map.apply(x));
  return values;
}

static uint32_t runDiagonals(const std::vector<Diagonal> &plan, uint32_t x) {
  uint32_t result = 0;
  for (const Diagonal &step : plan)
    result ^= (step.shift >= 0 ? x << step.shift : x >> -step.shift) & step.mask;
  return result;
}

TEST(LinearMap, AppliesEachBit) {
  LinearMap map({1, 6, 8});
  const uint32_t expected[] = {0, 1, 6, 7, 8, 9, 14, 15};
  for (uint32_t x = 0; x < 8; ++x)
    EXPECT_EQ(map.apply(x), expected[x]);
  EXPECT_EQ(map.apply(8 | 2), 6u);
  EXPECT_EQ(map.reach(), 15u);
}

TEST(LinearMap, RankInjectiveAndSurjectiveByEnumeration) {
  for (unsigned in = 0; in <= 3; ++in)
    for (unsigned out = 0; out <= 3; ++out)
      for (const LinearMap &map : allMaps(in, out)) {
        std::set<uint32_t> values = imageSet(map);
        ASSERT_EQ(1u << map.rank(), values.size());
        ASSERT_EQ(map.isInjective(), values.size() == 1u << in);
        ASSERT_EQ(map.isSurjective(out), values.size() == 1u << out);
      }
}

TEST(LinearMap, ComposesAllPairs) {
  std::vector<LinearMap> maps = allMaps(3, 3);
  for (const LinearMap &outer : maps)
    for (const LinearMap &inner : maps) {
      LinearMap both = outer.after(inner);
      for (uint32_t x = 0; x < 8; ++x)
        ASSERT_EQ(both.apply(x), outer.apply(inner.apply(x)));
    }
}

TEST(LinearMap, RightInverseWhereOnto) {
  for (unsigned in = 0; in <= 4; ++in)
    for (unsigned out = 0; out <= 3; ++out)
      for (const LinearMap &map : allMaps(in, out)) {
        std::optional<LinearMap> inverse = map.rightInverse(out);
        ASSERT_EQ(inverse.has_value(), map.isSurjective(out));
        for (uint32_t y = 0; inverse && y < 1u << out; ++y)
          ASSERT_EQ(map.apply(inverse->apply(y)), y);
        if (inverse && in == out)
          ASSERT_EQ(inverse->after(map), LinearMap::identity(in));
      }
  // The lowest bits that suffice.
  EXPECT_EQ(LinearMap({0, 1, 1, 2}).rightInverse(2), LinearMap({2, 8}));
}

TEST(LinearMap, DiagonalsComputeTheMap) {
  for (const LinearMap &map : allMaps(4, 3))
    for (uint32_t x = 0; x < 16; ++x)
      // Bits above those of the map do not count, as in a thread's index.
      ASSERT_EQ(runDiagonals(map.diagonals(), x | x << 4), map.apply(x));
  std::mt19937 random(1);
  for (int turn = 0; turn < 2000; ++turn) {
    std::vector<uint32_t> images(random() % 33);
    for (uint32_t &image : images)
      image = static_cast<uint32_t>(random());
    LinearMap map(images);
    std::vector<Diagonal> plan = map.diagonals();
    for (int i = 0; i < 50; ++i) {
      uint32_t x = static_cast<uint32_t>(random());
      ASSERT_EQ(runDiagonals(plan, x), map.apply(x));
    }
  }
  // The identity is one step, and a shift of all bits as well.
  EXPECT_EQ(LinearMap::identity(5).diagonals(), (std::vector<Diagonal>{{0, 31}}));
  EXPECT_EQ(LinearMap({8, 16, 32}).diagonals(), (std::vector<Diagonal>{{3, 56}}));
  EXPECT_TRUE(LinearMap({0, 0}).diagonals().empty());
}

TEST(LinearSolver, SolvesExactlyTheSpan) {
  for (const LinearMap &map : allMaps(4, 3)) {
    LinearSolver solver(map);
    std::set<uint32_t> values = imageSet(map);
    for (uint32_t y = 0; y < 8; ++y) {
      std::optional<uint32_t> x = solver.solve(y);
      ASSERT_EQ(x.has_value(), values.count(y) == 1);
      if (x)
        ASSERT_EQ(map.apply(*x), y);
    }
    // A basis of all that maps to zero.
    ASSERT_EQ(solver.kernel().size(), 4 - map.rank());
    LinearMap kernel({solver.kernel().begin(), solver.kernel().end()});
    ASSERT_TRUE(kernel.isInjective());
    ASSERT_EQ(map.after(kernel).reach(), 0u);
  }
}
