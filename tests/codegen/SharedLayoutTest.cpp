// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shared memory against a simulator of its banks and of ldmatrix.
#include "codegen/ptx/SharedLayout.h"

#include "codegen/ptx/MmaLayouts.h"
#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <random>

using namespace tenon;

static constexpr unsigned rowsFirst[] = {0, 1}, columnsFirst[] = {1, 0}, fourDown[] = {4, 1}, fourAcross[] = {1, 4};

static LinearLayout offsetsOf(const LinearLayout &layout, const Swizzle &swizzle) {
  unsigned bits = layout.tileBits();
  return layout.mapped({int64_t(1) << bits}, swizzle.map(bits));
}

/// The cycles of a phase: the most different words that one bank is asked for.
static unsigned simulatePhase(const std::vector<uint32_t> &byteAddresses, unsigned bytes) {
  std::vector<uint32_t> words;
  for (uint32_t address : byteAddresses)
    for (uint32_t byte = 0; byte < bytes; ++byte)
      words.push_back((address + byte) / 4);
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  std::array<unsigned, 32> asked = {};
  for (uint32_t word : words)
    ++asked[word % 32];
  return *std::max_element(asked.begin(), asked.end());
}

/// The cycles of all vector accesses of one warp, lane by lane.
static unsigned simulateVectors(const LinearLayout &offsets, unsigned elementBytes, uint32_t warp) {
  unsigned width = std::min(offsets.vectorWidth(), 16 / elementBytes), bytes = width * elementBytes;
  uint32_t lanesPerPhase = bytes <= 4 ? 32 : bytes == 8 ? 16 : 8;
  unsigned cycles = 0;
  for (uint32_t reg = 0; reg < offsets.numRegisters(); reg += width)
    for (uint32_t first = 0; first < 32; first += lanesPerPhase) {
      std::vector<uint32_t> addresses;
      for (uint32_t lane = first; lane < first + lanesPerPhase; ++lane)
        addresses.push_back(offsets.index(reg, lane, warp) * elementBytes);
      cycles += simulatePhase(addresses, bytes);
    }
  return cycles;
}

/// Reads a tile by ldmatrix, eight rows of 16 bytes a matrix, as the PTX ISA describes it: lane 8j + r names row r of
/// matrix j; register j of lane l gets elements 2 * (l % 4) and the next of row l / 4, or with .trans of column l / 4.
/// The memory holds at each offset its own number. Returns the cycles.
static unsigned simulateMatrices(const LinearLayout &offsets, const MatrixAccess &access, uint32_t warp) {
  unsigned cycles = 0, perInstruction = 2 * access.matrices;
  for (uint32_t step = 0; step < offsets.numRegisters() / perInstruction; ++step) {
    std::vector<uint32_t> rows;
    for (uint32_t lane = 0; lane < 32; ++lane)
      rows.push_back(access.rows.apply(lane | warp << 5) ^ access.steps.apply(step));
    for (uint32_t matrix = 0; matrix < access.matrices; ++matrix) {
      std::vector<uint32_t> addresses;
      for (uint32_t row = 0; row < 8; ++row) {
        addresses.push_back(rows[8 * matrix + row] * 2);
        EXPECT_EQ(addresses.back() % 16, 0u);
      }
      cycles += simulatePhase(addresses, 16);
      for (uint32_t lane = 0; lane < 32; ++lane)
        for (uint32_t half = 0; half < 2; ++half) {
          uint32_t row = lane / 4, column = lane % 4 * 2 + half;
          if (access.transposed)
            std::swap(row, column);
          uint32_t got = rows[8 * matrix + row] + column;
          EXPECT_EQ(got, offsets.index(step * perInstruction + 2 * matrix + half, lane, warp));
        }
    }
  }
  return cycles;
}

/// Layouts of a tile as loads, stores, fragments and transposes use them.
static std::vector<LinearLayout> someLayouts(int64_t rows, int64_t columns) {
  std::vector<LinearLayout> layouts;
  auto add = [&](Result<LinearLayout> layout) {
    if (layout.ok())
      layouts.push_back(*std::move(layout));
  };
  for (unsigned width : {1, 2, 4, 8}) {
    add(LinearLayout::blocked({rows, columns}, columnsFirst, width, fourDown));
    add(LinearLayout::blocked({rows, columns}, rowsFirst, width, fourDown));
  }
  add(LinearLayout::blocked({rows, columns}, rowsFirst, 1, fourAcross));
  for (MmaWarps warps : {MmaWarps{1, 1}, MmaWarps{2, 2}, MmaWarps{4, 1}}) {
    add(mmaAccumulator(rows, columns, warps));
    add(mmaOperandA(rows, columns, warps));
    add(mmaOperandB(rows, columns, warps));
    // The second operand as it is read from a tile that lies as n x k.
    if (Result<LinearLayout> b = mmaOperandB(columns, rows, warps))
      layouts.push_back(b->transpose(columnsFirst));
  }
  return layouts;
}

TEST(Swizzle, IsItsOwnInverseAndKeepsVectors) {
  for (unsigned bits = 0; bits <= 13; ++bits)
    for (const Swizzle &swizzle : swizzleFamily(bits, 0, 1)) {
      LinearMap map = swizzle.map(bits);
      ASSERT_EQ(map.after(map), LinearMap::identity(bits));
      for (uint32_t i = 0; i < 1u << bits; ++i) {
        uint32_t mask = (1u << swizzle.bits) - 1;
        ASSERT_EQ(map.apply(i), i ^ (i >> (swizzle.base + swizzle.shift) & mask) << swizzle.base);
      }
    }
}

TEST(Swizzle, FamilyHasTheHardwareSwizzles) {
  // TMA and wgmma on byte addresses: a ^= (a >> 7 & 2^B - 1) << 4; here on 16-bit elements of a tile of 64 columns.
  std::vector<Swizzle> family = swizzleFamily(12, 3, 2);
  for (unsigned bits = 1; bits <= 3; ++bits)
    EXPECT_NE(std::find(family.begin(), family.end(), Swizzle{3, bits, 3}), family.end());
}

TEST(SharedLayout, PredictsTheSimulatorForAllSwizzles) {
  unsigned predictions = 0, conflicts = 0, matrices = 0;
  for (unsigned elementBytes : {2, 4})
    for (auto [rows, columns] : {std::pair(8, 8), {16, 16}, {16, 64}, {64, 16}, {32, 32}, {64, 64}, {128, 64}})
      for (const LinearLayout &layout : someLayouts(rows, columns))
        for (const Swizzle &swizzle : swizzleFamily(layout.tileBits(), 0, elementBytes)) {
          LinearLayout offsets = offsetsOf(layout, swizzle);
          SharedAccessCost cost = vectorAccessCost(offsets, elementBytes);
          ASSERT_EQ(cost.cycles(), simulateVectors(offsets, elementBytes, 0));
          ++predictions;
          conflicts += cost.degree > 1;
          std::optional<MatrixAccess> access = matchMatrixAccess(offsets);
          if (!access || elementBytes != 2)
            continue;
          ++matrices;
          ASSERT_EQ(matrixAccessCost(offsets, *access).cycles(), simulateMatrices(offsets, *access, 0));
          simulateMatrices(offsets, *access, layout.numWarps() - 1);
          ASSERT_FALSE(HasFailure());
        }
  // Nothing above is true of an empty set.
  EXPECT_GT(predictions, 10000u);
  EXPECT_GT(conflicts, 1000u);
  EXPECT_GT(matrices, 300u);
}

TEST(SharedLayout, PredictsTheSimulatorForRandomLayouts) {
  std::mt19937 random(4);
  for (int turn = 0; turn < 4000; ++turn) {
    unsigned elementBytes = 1u << random() % 4, bits = 4 + random() % 9;
    std::vector<uint32_t> images(8);
    for (unsigned i = 0; i < 8; ++i)
      images[i] = i < 3 && random() % 4 ? 1u << i : static_cast<uint32_t>(random()) & ((1u << bits) - 1);
    for (unsigned i = 3; i < 8; ++i)
      images[i] &= ~uint32_t(random() % 2 ? 7 : 0);
    LinearLayout offsets = LinearLayout::create({int64_t(1) << bits}, {images.begin(), images.begin() + 3},
                                                {images.begin() + 3, images.end()}, {})
                               .value();
    ASSERT_EQ(vectorAccessCost(offsets, elementBytes).cycles(), simulateVectors(offsets, elementBytes, 0));
  }
}

TEST(SharedLayout, MatrixAccessOfOperands) {
  // A tile in the order of the multiplication loop: A as m x k and B as n x k read plainly, B as k x n by .trans.
  LinearLayout a = mmaOperandA(64, 32, {2, 2}).value(), b = mmaOperandB(32, 64, {2, 2}).value();
  auto access = matchMatrixAccess(offsetsOf(a, {}));
  ASSERT_TRUE(access);
  EXPECT_FALSE(access->transposed);
  EXPECT_EQ(access->matrices, 4u);
  access = matchMatrixAccess(offsetsOf(b, {}));
  ASSERT_TRUE(access);
  EXPECT_TRUE(access->transposed);
  access = matchMatrixAccess(offsetsOf(b.transpose(columnsFirst), {}));
  ASSERT_TRUE(access);
  EXPECT_FALSE(access->transposed);
  // Rows of 16 bytes that a swizzle cuts cannot be read, nor those of a layout that is none of an operand's.
  EXPECT_FALSE(matchMatrixAccess(offsetsOf(a, {2, 1, 3})));
  EXPECT_FALSE(matchMatrixAccess(offsetsOf(LinearLayout::blocked({64, 32}, columnsFirst, 8, fourDown).value(), {})));
  EXPECT_EQ(matchMatrixAccess(offsetsOf(mmaOperandA(16, 16, {1, 1}).value(), {}))->matrices, 4u);
  EXPECT_EQ(matchMatrixAccess(offsetsOf(mmaAccumulator(16, 8, {1, 1}).value(), {}))->matrices, 2u);
}

/// Whether ldmatrix gives every thread its elements under some assignment of rows to lanes: tried element by element.
static bool isMatrixReadable(const LinearLayout &offsets, bool transposed) {
  for (uint32_t reg = 0; reg < offsets.numRegisters(); reg += 2)
    for (uint32_t lane = 0; lane < 32; ++lane)
      for (uint32_t half = 0; half < 2; ++half) {
        // Where this element's row of eight starts, and where the element stands in it.
        uint32_t group = lane / 4, pair = lane % 4 * 2 + half;
        uint32_t start = transposed ? offsets.index(reg + half, lane % 4, 0) : offsets.index(reg, group * 4, 0);
        if (start % 8 != 0 || offsets.index(reg + half, lane, 0) != start + (transposed ? group : pair))
          return false;
      }
  return true;
}

TEST(SharedLayout, MatchesExactlyWhatLdmatrixReads) {
  std::mt19937 random(5);
  unsigned matched = 0;
  for (int turn = 0; turn < 20000; ++turn) {
    // Near misses: the images of a fragment with some of them moved or changed.
    std::vector<uint32_t> images = {1, 2, 4, 8, 16, 32, 64};
    if (random() % 2)
      images = {8, 16, 32, 1, 2, 4, 64};
    if (random() % 2)
      std::swap(images[random() % 7], images[random() % 7]);
    if (random() % 3 == 0)
      images[random() % 7] ^= 1u << random() % 7;
    LinearLayout offsets =
        LinearLayout::create({128}, {images[0], images[6]}, {images.begin() + 1, images.begin() + 6}, {}).value();
    auto access = matchMatrixAccess(offsets);
    ASSERT_EQ(access.has_value(), isMatrixReadable(offsets, false) || isMatrixReadable(offsets, true));
    matched += access.has_value();
  }
  EXPECT_GT(matched, 1000u);
}

TEST(SharedLayout, ChoosesTheBestOfItsFamily) {
  for (unsigned elementBytes : {2, 4})
    for (auto [rows, columns] : {std::pair(16, 16), {32, 32}, {64, 32}, {128, 64}}) {
      LinearLayout written = LinearLayout::blocked({rows, columns}, columnsFirst, 16 / elementBytes, fourDown).value();
      for (const LinearLayout &read : someLayouts(rows, columns)) {
        SwizzleChoice choice = chooseSwizzle(written, {&read, 1}, elementBytes);
        unsigned best = ~0u;
        for (const Swizzle &swizzle : swizzleFamily(read.tileBits(), elementBytes == 2 ? 3 : 2, elementBytes)) {
          LinearLayout offsets = offsetsOf(read, swizzle);
          unsigned cycles = simulateVectors(offsets, elementBytes, 0);
          if (auto access = matchMatrixAccess(offsets); access && elementBytes == 2)
            cycles = std::min(cycles, simulateMatrices(offsets, *access, 0));
          best = std::min(best, cycles + simulateVectors(offsetsOf(written, swizzle), elementBytes, 0));
        }
        ASSERT_EQ(choice.cycles, best);
      }
    }
}

/// The least cycles in which the bytes of a warp's registers can pass 32 banks of 4 bytes.
static unsigned leastCycles(const LinearLayout &layout, unsigned elementBytes) {
  return std::max(1u, layout.numRegisters() * elementBytes / 4);
}

TEST(SharedLayout, KnownCasesAreFreeOfConflicts) {
  // The fills of a 128x32 bf16 product and the reads of both operands by ldmatrix, plain and transposed.
  LinearLayout fill = LinearLayout::blocked({128, 32}, columnsFirst, 8, fourDown).value();
  LinearLayout a = mmaOperandA(128, 32, {2, 2}).value();
  EXPECT_GT(readCost(offsetsOf(a, {}), 2).degree, 1u);
  SwizzleChoice choice = chooseSwizzle(fill, {&a, 1}, 2);
  EXPECT_EQ(readCost(offsetsOf(a, choice.swizzle), 2).degree, 1u);
  EXPECT_EQ(choice.cycles, leastCycles(fill, 2) + leastCycles(a, 2));

  LinearLayout fillB = LinearLayout::blocked({32, 128}, columnsFirst, 8, fourDown).value();
  LinearLayout b = mmaOperandB(32, 128, {2, 2}).value();
  choice = chooseSwizzle(fillB, {&b, 1}, 2);
  EXPECT_EQ(choice.cycles, leastCycles(fillB, 2) + leastCycles(b, 2));
  EXPECT_TRUE(matchMatrixAccess(offsetsOf(b, choice.swizzle))->transposed);

  // A transpose of 32x32 floats: 32-fold without a swizzle, nothing with it.
  LinearLayout down = LinearLayout::blocked({32, 32}, rowsFirst, 1, fourAcross).value();
  LinearLayout across = LinearLayout::blocked({32, 32}, columnsFirst, 1, fourDown).value();
  EXPECT_EQ(vectorAccessCost(offsetsOf(down, {}), 4).degree, 32u);
  choice = chooseSwizzle(across, {&down, 1}, 4);
  EXPECT_EQ(choice.cycles, leastCycles(down, 4) + leastCycles(across, 4));
  // Where nothing conflicts, nothing is swizzled.
  EXPECT_EQ(chooseSwizzle(across, {&across, 1}, 4).swizzle, Swizzle{});
}
