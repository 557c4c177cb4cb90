// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Conversions: every plan is carried out place by place, and its kind is checked against a search.
#include "codegen/ptx/LayoutConversion.h"

#include "codegen/ptx/MmaLayouts.h"
#include <gtest/gtest.h>
#include <random>
#include <set>

using namespace tenon;

using Images = std::vector<uint32_t>;

/// Elements by register and lane of one warp.
using WarpValues = std::vector<std::vector<uint32_t>>;

static WarpValues valuesOf(const LinearLayout &layout, uint32_t warp) {
  WarpValues values(layout.numRegisters(), std::vector<uint32_t>(32));
  for (uint32_t reg = 0; reg < layout.numRegisters(); ++reg)
    for (uint32_t lane = 0; lane < 32; ++lane)
      values[reg][lane] = layout.index(reg, lane, warp);
  return values;
}

/// What a warp's lanes end with when they do as planned.
static WarpValues runShuffles(const ShufflePlan &plan, const WarpValues &source, size_t targetRegisters) {
  const uint32_t unset = ~0u;
  uint32_t size = 1u << plan.pieceBits;
  WarpValues target(targetRegisters, std::vector<uint32_t>(32, unset));
  for (const ShuffleRound &round : plan.rounds)
    for (uint32_t lane = 0; lane < 32; ++lane) {
      uint32_t from = plan.lane.apply(lane) ^ round.lane;
      EXPECT_TRUE(!plan.isLocal(round) || from == lane);
      uint32_t sent = plan.send.apply(from) ^ round.send, received = plan.receive.apply(lane) ^ round.receive;
      for (uint32_t i = 0; i < size; ++i)
        target.at(received * size + i)[lane] = source.at(sent * size + i)[from];
    }
  WarpValues copied = target;
  for (uint32_t piece = 0; piece < targetRegisters / size; ++piece)
    for (uint32_t i = 0; i < size; ++i)
      copied[piece * size + i] = target.at(plan.copies.apply(piece) * size + i);
  return copied;
}

/// Whether each thread has its elements in registers that do not depend on the thread.
static bool isRenaming(const LinearLayout &from, const LinearLayout &to) {
  for (uint32_t target = 0; target < to.numRegisters(); ++target) {
    bool found = false;
    for (uint32_t reg = 0; reg < from.numRegisters() && !found; ++reg) {
      found = true;
      for (uint32_t thread = 0; thread < 32 * from.numWarps() && found; ++thread)
        found = from.index(reg, thread % 32, thread / 32) == to.index(target, thread % 32, thread / 32);
    }
    if (!found)
      return false;
  }
  return true;
}

/// Whether each thread has all its elements in some registers.
static bool everyThreadHasItsOwn(const LinearLayout &from, const LinearLayout &to) {
  for (uint32_t thread = 0; thread < 32 * from.numWarps(); ++thread) {
    std::set<uint32_t> before;
    for (uint32_t reg = 0; reg < from.numRegisters(); ++reg)
      before.insert(from.index(reg, thread % 32, thread / 32));
    for (uint32_t reg = 0; reg < to.numRegisters(); ++reg)
      if (!before.count(to.index(reg, thread % 32, thread / 32)))
        return false;
  }
  return true;
}

/// Whether no data would have to cross warps.
static bool staysInWarps(const LinearLayout &from, const LinearLayout &to) {
  for (uint32_t warp = 0; warp < from.numWarps(); ++warp) {
    std::set<uint32_t> before, after;
    for (const auto &values : valuesOf(from, warp))
      before.insert(values.begin(), values.end());
    for (const auto &values : valuesOf(to, warp))
      after.insert(values.begin(), values.end());
    if (before != after)
      return false;
  }
  return true;
}

static ConversionKind checkConversion(const LinearLayout &from, const LinearLayout &to, unsigned elementBytes) {
  Conversion conversion = planConversion(from, to, elementBytes).value();
  bool isSame = from == to;
  EXPECT_TRUE(!isSame || conversion.kind == ConversionKind::None);
  EXPECT_EQ(conversion.kind == ConversionKind::None || conversion.kind == ConversionKind::InThread,
            isRenaming(from, to));
  for (uint32_t warp = 0; warp < from.numWarps(); ++warp) {
    WarpValues source = valuesOf(from, warp), target = valuesOf(to, warp);
    if (conversion.kind == ConversionKind::None) {
      EXPECT_EQ(source, target);
    } else if (conversion.kind == ConversionKind::InThread) {
      for (uint32_t reg = 0; reg < to.numRegisters(); ++reg)
        EXPECT_EQ(source.at(conversion.registers.apply(reg)), target[reg]);
    } else if (conversion.kind == ConversionKind::Shuffle) {
      EXPECT_TRUE(conversion.shuffles.pieceBits == 0 || elementBytes << conversion.shuffles.pieceBits <= 4);
      EXPECT_EQ(runShuffles(conversion.shuffles, source, to.numRegisters()), target);
    }
  }
  if (conversion.kind == ConversionKind::Shuffle && everyThreadHasItsOwn(from, to))
    EXPECT_EQ(conversion.shuffles.numShuffles(), 0u);
  if (conversion.kind == ConversionKind::SharedMemory) {
    // Only replicas under another number of the warp are given up.
    bool sameWarps = std::equal(from.warps().begin(), from.warps().end(), to.warps().begin(), to.warps().end());
    EXPECT_TRUE(!sameWarps || !staysInWarps(from, to));
  }
  return conversion.kind;
}

/// Each layout of 2^bits elements whose lanes above the second repeat: all images of the others.
static std::vector<LinearLayout> smallLayouts(unsigned bits, unsigned registers, unsigned warps) {
  std::vector<LinearLayout> layouts;
  unsigned count = registers + 2 + warps;
  for (uint32_t code = 0; code < 1u << (bits * count); ++code) {
    Images images;
    for (unsigned i = 0; i < count; ++i)
      images.push_back(code >> (i * bits) & ((1u << bits) - 1));
    auto lane = images.begin() + registers;
    layouts.push_back(LinearLayout::create({int64_t(1) << bits}, {images.begin(), lane}, {lane[0], lane[1], 0, 0, 0},
                                           {lane + 2, images.end()})
                          .value());
  }
  return layouts;
}

TEST(LayoutConversion, AllPairsOfSmallLayouts) {
  std::set<ConversionKind> kinds;
  for (auto [bits, registers, warps] : {std::tuple(2u, 1u, 1u), {2u, 2u, 0u}, {3u, 1u, 0u}}) {
    std::vector<LinearLayout> layouts = smallLayouts(bits, registers, warps);
    for (const LinearLayout &from : layouts)
      for (const LinearLayout &to : layouts)
        if (from.isSurjective()) {
          kinds.insert(checkConversion(from, to, 4));
          ASSERT_FALSE(HasFailure());
        }
  }
  EXPECT_EQ(kinds.size(), 4u);
}

TEST(LayoutConversion, RandomPairs) {
  std::mt19937 random(6);
  unsigned shuffles = 0;
  for (int turn = 0; turn < 10000; ++turn) {
    unsigned bits = 3 + random() % 7, warpBits = random() % 3;
    Images warps(warpBits);
    for (uint32_t &image : warps)
      image = static_cast<uint32_t>(random()) & ((1u << bits) - 1);
    auto make = [&](unsigned registerBits, const Images &start) {
      Images registers = start, lanes(5);
      registers.resize(std::max<size_t>(registerBits, start.size()));
      for (size_t i = start.size(); i < registers.size(); ++i)
        registers[i] = static_cast<uint32_t>(random()) & ((1u << bits) - 1);
      for (uint32_t &image : lanes)
        image = random() % 4 ? static_cast<uint32_t>(random()) & ((1u << bits) - 1) : 0;
      return LinearLayout::create({int64_t(1) << bits}, registers, lanes, warps).value();
    };
    // Common leading registers, so that pieces are met.
    Images common(random() % 3);
    for (size_t i = 0; i < common.size(); ++i)
      common[i] = 1u << i;
    LinearLayout from = make(1 + random() % 6, common), to = make(1 + random() % 6, common);
    if (!from.isSurjective())
      continue;
    shuffles += checkConversion(from, to, 1u << random() % 4) == ConversionKind::Shuffle;
    ASSERT_FALSE(HasFailure()) << "turn " << turn;
  }
  EXPECT_GT(shuffles, 1000u);
}

TEST(LayoutConversion, PermutedBits) {
  // The usual case: both hold each element once, and only the roles of the bits differ.
  std::mt19937 random(7);
  Images images = {1, 2, 4, 8, 16, 32, 64, 128, 256};
  for (int turn = 0; turn < 3000; ++turn) {
    LinearLayout layouts[2] = {mmaAccumulator(16, 8, {1, 1}).value(), mmaAccumulator(16, 8, {1, 1}).value()};
    for (LinearLayout &layout : layouts) {
      std::shuffle(images.begin(), images.end(), random);
      layout = LinearLayout::create({512}, {images.begin(), images.begin() + 4}, {images.begin() + 4, images.end()}, {})
                   .value();
    }
    Conversion conversion = planConversion(layouts[0], layouts[1], 4).value();
    checkConversion(layouts[0], layouts[1], 4);
    ASSERT_FALSE(HasFailure());
    if (conversion.kind == ConversionKind::Shuffle)
      ASSERT_LE(conversion.shuffles.numShuffles(), 16u);
  }
}

TEST(LayoutConversion, KnownCases) {
  // Attention: the scores of one product are the first operand of the next as they are.
  LinearLayout scores = mmaAccumulator(64, 64, {4, 1}).value();
  EXPECT_EQ(planConversion(scores, mmaOperandA(64, 64, {4, 1}).value(), 2)->kind, ConversionKind::None);
  EXPECT_EQ(planConversion(mmaAccumulator(64, 64, {2, 2}).value(), mmaOperandA(64, 64, {2, 2}).value(), 2)->kind,
            ConversionKind::SharedMemory);

  // A statistic of rows, back in the shape of its tile, needs no data of other threads.
  LinearLayout rows = scores.slice(1).withoutRegisterCopies().reshape({64, 1}).broadcast(1, 64).value();
  EXPECT_EQ(checkConversion(rows.slice(1), scores.slice(1), 4), ConversionKind::InThread);
  EXPECT_EQ(checkConversion(scores.slice(1).withoutRegisterCopies(), scores.slice(1), 4), ConversionKind::InThread);

  // A register bit and a lane bit change places: of two rounds one stays in its lane, the other is a butterfly.
  LinearLayout one = LinearLayout::create({64}, {1}, {2, 4, 8, 16, 32}, {}).value();
  LinearLayout two = LinearLayout::create({64}, {2}, {1, 4, 8, 16, 32}, {}).value();
  ShufflePlan plan = planConversion(one, two, 4)->shuffles;
  EXPECT_EQ(plan.rounds.size(), 2u);
  EXPECT_EQ(plan.numShuffles(), 1u);
  EXPECT_EQ(plan.lane, LinearMap::identity(5));
  EXPECT_EQ(plan.rounds[1].lane, 1u);

  // Pairs of 16-bit elements move as one register: eight elements a lane are four pieces, of which one stays.
  LinearLayout fragment = LinearLayout::create({256}, {1, 8, 16}, {2, 4, 32, 64, 128}, {}).value();
  LinearLayout vectors = LinearLayout::create({256}, {1, 2, 4}, {8, 16, 32, 64, 128}, {}).value();
  plan = planConversion(fragment, vectors, 2)->shuffles;
  EXPECT_EQ(plan.pieceBits, 1u);
  EXPECT_EQ(plan.rounds.size(), 4u);
  EXPECT_EQ(plan.numShuffles(), 3u);

  // Every lane has all of it: selects, no shuffle.
  LinearLayout all = LinearLayout::create({32}, {1, 2, 4, 8, 16}, {0, 0, 0, 0, 0}, {}).value();
  LinearLayout own = LinearLayout::create({32}, {}, {1, 2, 4, 8, 16}, {}).value();
  EXPECT_EQ(checkConversion(all, own, 4), ConversionKind::Shuffle);
  EXPECT_EQ(planConversion(all, own, 4)->shuffles.numShuffles(), 0u);
}

TEST(LayoutConversion, RefusesWhatCannotBeConverted) {
  LinearLayout a = mmaAccumulator(64, 64, {4, 1}).value();
  EXPECT_FALSE(planConversion(a, mmaAccumulator(64, 32, {4, 1}).value(), 4).ok());
  EXPECT_FALSE(planConversion(a, mmaAccumulator(64, 64, {2, 1}).value(), 4).ok());
  EXPECT_FALSE(planConversion(LinearLayout::create({64}, {}, {1, 2, 4, 8, 16}, {}).value(),
                              LinearLayout::create({64}, {32}, {1, 2, 4, 8, 16}, {}).value(), 4)
                   .ok());
}
