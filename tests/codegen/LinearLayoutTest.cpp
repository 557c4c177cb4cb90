// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Register layouts against enumeration, and fragments against the formulas of the PTX ISA.
#include "codegen/ptx/LinearLayout.h"

#include "codegen/ptx/MmaLayouts.h"
#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <set>

using namespace tenon;

using Images = std::vector<uint32_t>;
using Shape = std::vector<int64_t>;

/// Calls `visit(register, lane, warp)` for each place.
template <class F> static void forEachPlace(const LinearLayout &layout, F visit) {
  for (uint32_t warp = 0; warp < layout.numWarps(); ++warp)
    for (uint32_t lane = 0; lane < 32; ++lane)
      for (uint32_t reg = 0; reg < layout.numRegisters(); ++reg)
        visit(reg, lane, warp);
}

static Shape coordinates(std::span<const int64_t> shape, int64_t index) {
  Shape result(shape.size());
  for (size_t dim = shape.size(); dim-- > 0; index /= shape[dim])
    result[dim] = index % shape[dim];
  return result;
}

static int64_t rowMajor(std::span<const int64_t> shape, const Shape &at) {
  int64_t index = 0;
  for (size_t dim = 0; dim < shape.size(); ++dim)
    index = index * shape[dim] + at[dim];
  return index;
}

static LinearLayout randomLayout(std::mt19937 &random) {
  Shape shape;
  unsigned bits = 0;
  for (unsigned dims = 1 + random() % 3; dims > 0; --dims) {
    unsigned width = random() % 4;
    bits += width;
    shape.push_back(int64_t(1) << width);
  }
  auto images = [&](size_t count, bool isNice) {
    Images result;
    for (size_t i = 0; i < count; ++i)
      result.push_back(isNice && i < bits ? 1u << i : static_cast<uint32_t>(random()) & ((1u << bits) - 1));
    return result;
  };
  Images registers = images(random() % 4, random() % 2), lanes = images(5, false), warps = images(random() % 3, false);
  // Aligned threads now and then, so that wide vectors are met.
  for (Images *list : {&lanes, &warps})
    for (uint32_t &image : *list)
      if (random() % 2)
        image &= ~((1u << registers.size()) - 1);
  return LinearLayout::create(shape, registers, lanes, warps).value();
}

static bool isVectorAccess(const LinearLayout &layout, uint32_t width) {
  bool isVector = layout.numRegisters() % width == 0 && layout.shape().back() >= width;
  forEachPlace(layout, [&](uint32_t reg, uint32_t lane, uint32_t warp) {
    uint32_t start = layout.index(reg / width * width, lane, warp);
    isVector = isVector && start % width == 0 && layout.index(reg, lane, warp) == start + reg % width;
  });
  return isVector;
}

/// What holds for every layout.
static void checkLaws(const LinearLayout &layout) {
  std::set<uint32_t> seen;
  unsigned places = 0, registerBits = static_cast<unsigned>(layout.registers().size());
  uint32_t threadMask = layout.threadMap().reach();
  forEachPlace(layout, [&](uint32_t reg, uint32_t lane, uint32_t warp) {
    uint32_t index = 0;
    for (unsigned bit = 0; bit < 10; ++bit) {
      index ^= reg >> bit & 1 ? layout.registers()[bit] : 0;
      index ^= bit < 5 && (lane >> bit & 1) ? layout.lanes()[bit] : 0;
      index ^= warp >> bit & 1 ? layout.warps()[bit] : 0;
    }
    ASSERT_EQ(layout.index(reg, lane, warp), index);
    ASSERT_EQ(layout.map().apply(reg | lane << registerBits | warp << (registerBits + 5)), index);
    uint32_t thread = layout.threadMap().apply(lane | warp << 5), own = layout.index(reg, 0, 0);
    OffsetSplit split = layout.splitOffset(own);
    ASSERT_EQ((thread ^ split.exclusiveOr) + split.add, index);
    ASSERT_EQ(split.add & threadMask, 0u);
    seen.insert(index);
    ++places;
  });
  ASSERT_EQ(layout.isSurjective(), seen.size() == 1u << layout.tileBits());
  ASSERT_EQ(layout.isInjective(), seen.size() == places);
  ASSERT_TRUE(isVectorAccess(layout, layout.vectorWidth()));
  ASSERT_FALSE(isVectorAccess(layout, 2 * layout.vectorWidth()));

  for (unsigned dim = 0; dim < layout.shape().size(); ++dim) {
    LinearLayout slice = layout.slice(dim);
    forEachPlace(layout, [&](uint32_t reg, uint32_t lane, uint32_t warp) {
      Shape at = coordinates(layout.shape(), layout.index(reg, lane, warp));
      at.erase(at.begin() + dim);
      ASSERT_EQ(slice.index(reg, lane, warp), rowMajor(slice.shape(), at));
    });
    // A statistic comes back to its tile's shape by registers alone.
    Shape unit(layout.shape().begin(), layout.shape().end());
    unit[dim] = 1;
    LinearLayout wide = slice.reshape(unit).broadcast(dim, layout.shape()[dim]).value();
    ASSERT_TRUE(std::ranges::equal(wide.shape(), layout.shape()));
    forEachPlace(wide, [&](uint32_t reg, uint32_t lane, uint32_t warp) {
      Shape at = coordinates(wide.shape(), wide.index(reg, lane, warp));
      ASSERT_EQ(at[dim], reg / layout.numRegisters());
      at.erase(at.begin() + dim);
      ASSERT_EQ(slice.index(reg % layout.numRegisters(), lane, warp), rowMajor(slice.shape(), at));
    });
  }
}

TEST(LinearLayout, EveryLayoutOfTwoByTwo) {
  // All images of one register, five lane and one warp bit.
  for (uint32_t code = 0; code < 1u << 14 && !HasFatalFailure(); ++code) {
    Images images;
    for (unsigned bit = 0; bit < 7; ++bit)
      images.push_back(code >> (2 * bit) & 3);
    checkLaws(LinearLayout::create({2, 2}, {images[0]}, {images.begin() + 1, images.begin() + 6}, {images[6]}).value());
  }
}

TEST(LinearLayout, RandomLayouts) {
  std::mt19937 random(2);
  for (int turn = 0; turn < 3000 && !HasFatalFailure(); ++turn)
    checkLaws(randomLayout(random));
}

TEST(LinearLayout, Transposes) {
  std::mt19937 random(3);
  for (int turn = 0; turn < 500; ++turn) {
    LinearLayout layout = randomLayout(random);
    std::vector<unsigned> permutation(layout.shape().size());
    for (unsigned dim = 0; dim < permutation.size(); ++dim)
      permutation[dim] = dim;
    do {
      LinearLayout transposed = layout.transpose(permutation);
      forEachPlace(layout, [&](uint32_t reg, uint32_t lane, uint32_t warp) {
        Shape from = coordinates(layout.shape(), layout.index(reg, lane, warp)), to;
        for (unsigned dim : permutation)
          to.push_back(from[dim]);
        ASSERT_EQ(transposed.index(reg, lane, warp), rowMajor(transposed.shape(), to));
      });
    } while (std::next_permutation(permutation.begin(), permutation.end()));
  }
}

TEST(LinearLayout, DropsRegisterCopies) {
  LinearLayout layout = LinearLayout::create({16}, {0, 1, 2, 3, 4}, {8, 0, 0, 0, 0}, {0}).value();
  EXPECT_EQ(layout.withoutRegisterCopies(), LinearLayout::create({16}, {1, 2, 4}, {8, 0, 0, 0, 0}, {0}).value());
  EXPECT_EQ(layout.withoutRegisterCopies().withoutRegisterCopies(), layout.withoutRegisterCopies());
}

/// The element of a 2-D tile that a blocked layout gives to a place; row-major order, warps along rows.
static int64_t blockedElement(int64_t rows, int64_t columns, int64_t width, int64_t warps, int64_t reg, int64_t lane,
                              int64_t warp) {
  int64_t across = std::min<int64_t>(32, columns / width), down = std::min(32 / across, rows);
  int64_t warpsDown = std::min(warps, rows / down);
  int64_t vectors = columns / (across * width);
  int64_t step = reg / width;
  int64_t column = reg % width + lane % across * width + step % vectors * across * width;
  int64_t row = lane / across % down + warp % warpsDown * down + step / vectors * down * warpsDown;
  return row * columns + column;
}

TEST(LinearLayout, BlockedByEnumeration) {
  const unsigned order[] = {1, 0};
  for (int64_t rows = 1; rows <= 64; rows *= 2)
    for (int64_t columns = 1; columns <= 1024; columns *= 4)
      for (unsigned width = 1; width <= 8 && width <= columns; width *= 2)
        for (unsigned warps = 1; warps <= 8; warps *= 2) {
          if (rows * columns > 32 * 1024 * warps)
            continue; // More registers than a thread has.
          const unsigned along[] = {warps, 1};
          LinearLayout layout = LinearLayout::blocked({rows, columns}, order, width, along).value();
          ASSERT_TRUE(layout.isSurjective());
          ASSERT_GE(layout.vectorWidth(), width);
          ASSERT_EQ(layout.numWarps(), warps);
          forEachPlace(layout, [&](uint32_t reg, uint32_t lane, uint32_t warp) {
            ASSERT_EQ(layout.index(reg, lane, warp), blockedElement(rows, columns, width, warps, reg, lane, warp));
          });
        }
}

TEST(LinearLayout, BlockedInOtherOrders) {
  // Columns first, as for a tile that lies transposed in memory: the transpose of the same layout of the other tile.
  const unsigned rowsFirst[] = {0, 1}, columnsFirst[] = {1, 0}, downAndAcross[] = {2, 4}, acrossAndDown[] = {4, 2};
  LinearLayout columnMajor = LinearLayout::blocked({32, 64}, rowsFirst, 4, downAndAcross).value();
  LinearLayout rowMajor = LinearLayout::blocked({64, 32}, columnsFirst, 4, acrossAndDown).value();
  EXPECT_EQ(columnMajor, rowMajor.transpose(columnsFirst));
  // All warps share a row.
  const unsigned across[] = {1, 4};
  LinearLayout row = LinearLayout::blocked({1, 4096}, columnsFirst, 8, across).value();
  EXPECT_EQ(row, LinearLayout::create({1, 4096}, {1, 2, 4, 1024, 2048}, {8, 16, 32, 64, 128}, {256, 512}).value());
}

// The fragments as the PTX ISA prints them (9.7.14.5.8, mma.m16n8k16): groupID = lane / 4, threadID_in_group = lane
// % 4.
static Shape fragmentC(int i, int lane) { return {i < 2 ? lane / 4 : lane / 4 + 8, lane % 4 * 2 + (i & 1)}; }
static Shape fragmentA(int i, int lane) {
  int row = i < 2 || (i >= 4 && i < 6) ? lane / 4 : lane / 4 + 8;
  return {row, lane % 4 * 2 + (i & 1) + (i < 4 ? 0 : 8)};
}
static Shape fragmentB(int i, int lane) { return {lane % 4 * 2 + (i & 1) + (i < 2 ? 0 : 8), lane / 4}; }

template <class F> static void expectFragment(const LinearLayout &layout, uint32_t count, F fragment) {
  ASSERT_GE(layout.numRegisters(), count);
  for (uint32_t i = 0; i < count; ++i)
    for (uint32_t lane = 0; lane < 32; ++lane)
      ASSERT_EQ(layout.index(i, lane, 0), rowMajor(layout.shape(), fragment(i, lane)));
}

TEST(MmaLayouts, FragmentsOfOneInstruction) {
  expectFragment(mmaAccumulator(16, 8, {1, 1}).value(), 4, fragmentC);
  expectFragment(mmaOperandA(16, 16, {1, 1}).value(), 8, fragmentA);
  expectFragment(mmaOperandB(16, 8, {1, 1}).value(), 4, fragmentB);
}

TEST(MmaLayouts, EachWarpHoldsWholeFragmentsThatMeet) {
  for (unsigned alongM = 1; alongM <= 4; alongM *= 2)
    for (unsigned alongN = 1; alongN <= 4; alongN *= 2)
      for (int64_t m = 16 * alongM; m <= 128; m *= 2)
        for (int64_t n = 8 * alongN; n <= 64; n *= 2)
          for (int64_t k = 16; k <= 64; k *= 2) {
            MmaWarps warps = {alongM, alongN};
            LinearLayout c = mmaAccumulator(m, n, warps).value(), a = mmaOperandA(m, k, warps).value(),
                         b = mmaOperandB(k, n, warps).value();
            expectFragment(c, 4, fragmentC);
            expectFragment(a, 8, fragmentA);
            expectFragment(b, 4, fragmentB);
            ASSERT_TRUE(c.isSurjective() && c.isInjective() && a.isSurjective() && b.isSurjective());
            // A warp's operands cover the rows and columns of its accumulator, and no more.
            for (uint32_t warp = 0; warp < c.numWarps(); ++warp) {
              std::set<int64_t> rowsC, columnsC, rowsA, columnsB;
              forEachPlace(c, [&](uint32_t reg, uint32_t lane, uint32_t) {
                rowsC.insert(c.index(reg, lane, warp) / n), columnsC.insert(c.index(reg, lane, warp) % n);
              });
              forEachPlace(a, [&](uint32_t r, uint32_t lane, uint32_t) { rowsA.insert(a.index(r, lane, warp) / k); });
              forEachPlace(b,
                           [&](uint32_t r, uint32_t lane, uint32_t) { columnsB.insert(b.index(r, lane, warp) % n); });
              ASSERT_EQ(rowsA, rowsC);
              ASSERT_EQ(columnsB, columnsC);
            }
          }
}

TEST(MmaLayouts, WgmmaAccumulator) {
  // PTX ISA, wgmma register fragment of D: row 16 * warp + lane / 4 + 8 * (i / 2 % 2), column 8 * (i / 4) + lane % 4 *
  // 2
  // + i % 2.
  LinearLayout layout = mmaAccumulator(64, 256, {4, 1}).value();
  forEachPlace(layout, [&](uint32_t i, uint32_t lane, uint32_t warp) {
    uint32_t row = 16 * warp + lane / 4 + 8 * (i / 2 % 2), column = 8 * (i / 4) + lane % 4 * 2 + i % 2;
    ASSERT_EQ(layout.index(i, lane, warp), row * 256 + column);
  });
}

TEST(LinearLayout, RefusesWhatNoBlockHolds) {
  const Images lanes(5, 0);
  auto message = [](const Result<LinearLayout> &result) { return result.ok() ? "" : result.error().message; };
  EXPECT_TRUE(LinearLayout::create({}, {}, lanes, {}).ok());
  EXPECT_EQ(message(LinearLayout::create({12}, {}, lanes, {})),
            "a tile in a linear layout has sizes that are powers of two, found 12; pad the tile");
  for (int64_t size : {int64_t(0), int64_t(-4), INT64_MIN, int64_t(1) << 21})
    EXPECT_FALSE(LinearLayout::create({size}, {}, lanes, {}).ok());
  EXPECT_FALSE(LinearLayout::create({1024, 1024, 2}, {}, lanes, {}).ok());
  EXPECT_EQ(message(LinearLayout::create({4}, {}, {0, 0}, {})),
            "a layout has 5 lane images, found 2; give zeros for lanes that repeat others");
  EXPECT_FALSE(LinearLayout::create({4}, Images(11, 0), lanes, {}).ok());
  EXPECT_FALSE(LinearLayout::create({4}, {}, lanes, Images(6, 0)).ok());
  EXPECT_EQ(message(LinearLayout::create({4}, {4}, lanes, {})),
            "the image of a register bit must lie in the tile of 2^2 elements, found 4");
  EXPECT_FALSE(LinearLayout::create({4}, {}, {0, 0, 0, 0, 5}, {}).ok());
  EXPECT_FALSE(LinearLayout::create({4}, {}, lanes, {~0u}).ok());

  const unsigned order[] = {1, 0}, twice[] = {1, 1}, one[] = {1, 1}, three[] = {3, 1}, many[] = {8, 8};
  EXPECT_FALSE(LinearLayout::blocked({8, 4}, order, 8, one).ok());
  EXPECT_FALSE(LinearLayout::blocked({8, 4}, order, 0, one).ok());
  EXPECT_FALSE(LinearLayout::blocked({8, 4}, twice, 4, one).ok());
  EXPECT_FALSE(LinearLayout::blocked({8, 4}, order, 4, three).ok());
  EXPECT_FALSE(LinearLayout::blocked({8, 4}, order, 4, many).ok());
  EXPECT_FALSE(LinearLayout::blocked({}, {}, 1, {}).ok());
  EXPECT_FALSE(mmaAccumulator(16, 8, {2, 1}).ok());
  EXPECT_FALSE(mmaAccumulator(16, 8, {0, 1}).ok());
  EXPECT_FALSE(mmaOperandA(16, 8, {1, 1}).ok());
  EXPECT_FALSE(mmaOperandB(16, 24, {1, 1}).ok());
  EXPECT_FALSE(mmaOperandA(INT64_MIN, 16, {1, 1}).ok());
  EXPECT_FALSE(mmaOperandB(1 << 20, 1 << 20, {1, 1}).ok());
  EXPECT_FALSE(mmaAccumulator(int64_t(1) << 40, int64_t(1) << 40, {1, 1}).ok());

  LinearLayout row = LinearLayout::create({1, 4}, {}, lanes, {}).value();
  EXPECT_FALSE(row.broadcast(1, 8).ok());
  EXPECT_FALSE(row.broadcast(0, 3).ok());
  EXPECT_FALSE(row.broadcast(0, 2048).ok());
}
