// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The calibration loops do the work that they are counted for. Rates are not judged here: timing decides no test.
#include "bench/calibration/Burst.h"
#include "bench/calibration/CacheSizes.h"
#include "bench/calibration/ComputeLoop.h"
#include "bench/calibration/Functions.h"
#include "bench/calibration/StreamLoop.h"
#include "codegen/math/ErrorFunction.h"
#include "codegen/math/ExpLog.h"
#include "tests/math/HostValue.h"

#include <bit>
#include <cmath>
#include <gtest/gtest.h>

using namespace tenon;
using namespace tenon::bench;

TEST(Burst, MedianIsTheMiddle) {
  EXPECT_EQ(median({}), 0);
  EXPECT_EQ(median({3}), 3);
  EXPECT_EQ(median({9, 1, 5}), 5);
  EXPECT_EQ(median({4, 1, 100, 2}), 3);
}

TEST(Burst, CallsAtLeastThreeTimesOnEachThread) {
  int calls[2] = {};
  auto times = medianBursts(2, 0, [&](unsigned thread) { ++calls[thread]; });
  ASSERT_TRUE(times.ok());
  EXPECT_EQ(times->size(), 2u);
  EXPECT_GE(calls[0], 3);
  EXPECT_GE(calls[1], 3);
}

/// Random bits as well as numbers of everyday sizes; exact, as both sides compute the same steps.
template <class Scalar> static void compare(FunctionLoop loop, Scalar scalar) {
  if (!loop)
    GTEST_SKIP() << "this CPU lacks AVX2";
  std::vector<float> from(functionBatch * 256), to(from.size());
  uint32_t state = 1;
  for (size_t i = 0; i < from.size(); ++i) {
    state = state * 1664525 + 1013904223;
    from[i] = i % 2 ? std::bit_cast<float>(state) : static_cast<float>(static_cast<int32_t>(state)) * 0x1p-27f;
  }
  loop(to.data(), from.data(), from.size());
  for (size_t i = 0; i < from.size(); ++i) {
    float expected = scalar(math::HostFloat<32>(from[i])).value;
    if (std::isnan(expected))
      EXPECT_TRUE(std::isnan(to[i])) << from[i];
    else
      EXPECT_EQ(std::bit_cast<uint32_t>(to[i]), std::bit_cast<uint32_t>(expected)) << from[i];
  }
}

TEST(Functions, VectorsGiveTheBitsOfScalars) {
  compare(expArray(), [](math::HostFloat<32> x) { return math::exp(x); });
  compare(geluArray(), [](math::HostFloat<32> x) { return x * 0.5 * math::twiceNormalCdf(x); });
}

TEST(ComputeLoop, RatesArePositive) {
  for (auto loop : {fmaLoop(), dotBf16Loop(), expLoop(), geluLoop(), roundBf16Loop()})
    if (loop) {
      auto rate = measureRate(*loop, 1, 0);
      ASSERT_TRUE(rate.ok()) << rate.error().message;
      EXPECT_GT(*rate, 0) << loop->name;
    }
}

TEST(StreamLoop, RunsInEachShape) {
  for (unsigned reads : {1, 2, 3})
    for (bool writes : {false, true})
      for (unsigned threads : {1, 2}) {
        auto loop = StreamLoop::create({.reads = reads, .writes = writes, .workingSet = 10000, .threads = threads});
        ASSERT_TRUE(loop.ok()) << loop.error().message;
        auto rate = loop->measure(0);
        ASSERT_TRUE(rate.ok()) << rate.error().message;
        EXPECT_GT(*rate, 0);
      }
  for (unsigned reads : {0, 4}) {
    auto loop = StreamLoop::create({.reads = reads, .workingSet = 10000});
    ASSERT_FALSE(loop.ok());
    EXPECT_NE(loop.error().message.find("1 to 3 arrays"), std::string::npos);
  }
}

TEST(CacheSizes, WorkingSetsGrowWithTheLevel) {
  for (unsigned threads : {1, 2}) {
    EXPECT_LT(workingSet(Level::L2, threads), workingSet(Level::L3, threads));
    EXPECT_GT(workingSet(Level::L3, threads), cacheSizes().l2 * threads);
    EXPECT_GT(workingSet(Level::Dram, threads), cacheSizes().l3);
  }
}
