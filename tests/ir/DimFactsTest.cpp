// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whatever DimFacts claims about random expressions is checked at random points; known proofs must be found.
#include "ir/DimFacts.h"
#include "tests/ir/RandomDimExpr.h"
#include <gtest/gtest.h>

using tenon::DimExpr;
using tenon::DimFacts;
using tenon::RandomDimExpr;

namespace {

const DimExpr B = DimExpr::symbol("B"), N = DimExpr::symbol("N"), S = DimExpr::symbol("S"), T = DimExpr::symbol("T");

// B >= 1, 8 <= T <= 4096 and a multiple of 8, 0 <= S <= 7.
DimFacts sampleFacts() {
  DimFacts facts;
  facts.declare("B", 1, INT64_MAX, 1);
  facts.declare("T", 8, 4096, 8);
  facts.declare("S", 0, 7, 1);
  return facts;
}

// Facts about B, S and T, and points at which they hold.
struct RandomFacts {
  explicit RandomFacts(RandomDimExpr &random) : random(random) {
    for (const char *name : {"B", "S", "T"}) {
      int64_t divisor = random.pick(0, 2) ? 1 : random.pick(2, 8), low = random.pick(-2, 3) * divisor;
      ranges[name] = {low, low + divisor * random.pick(0, 20), divisor};
      bool unbounded = random.pick(0, 4) == 0;
      facts.declare(name, low, unbounded ? INT64_MAX : ranges[name][1], divisor);
    }
  }

  DimExpr::Values point() {
    DimExpr::Values values;
    for (auto &[name, range] : ranges)
      values[name] = range[0] + range[2] * random.pick(0, (range[1] - range[0]) / range[2]);
    return values;
  }

  RandomDimExpr &random;
  DimFacts facts;
  std::map<std::string, std::array<int64_t, 3>> ranges;
};

TEST(DimFacts, ClaimsHoldAtRandomPoints) {
  int bounded = 0, less = 0, multiples = 0;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    RandomDimExpr random(seed);
    RandomFacts known(random);
    DimExpr a = random.make(3).expr, b = random.make(2).expr;
    int64_t divisor = random.pick(2, 8);
    DimExpr normal = known.facts.normalize(a);
    std::optional<int64_t> low = known.facts.lowerBound(a), high = known.facts.upperBound(a);
    bool isMultiple = known.facts.isMultipleOf(a, divisor), isEqual = known.facts.provablyEqual(a, b),
         isLess = known.facts.provablyLessEqual(a, b);
    bounded += low && high;
    less += isLess;
    multiples += isMultiple;
    for (int i = 0; i < 20; ++i) {
      DimExpr::Values values = known.point();
      std::optional<int64_t> value = a.evaluate(values), other = b.evaluate(values);
      if (!value)
        continue;
      ASSERT_EQ(normal.evaluate(values), value) << a.str() << " became " << normal.str() << " seed " << seed;
      ASSERT_LE(low.value_or(*value), *value) << a.str() << " seed " << seed;
      ASSERT_GE(high.value_or(*value), *value) << a.str() << " seed " << seed;
      ASSERT_TRUE(!isMultiple || *value % divisor == 0) << a.str() << " by " << divisor << " seed " << seed;
      ASSERT_TRUE(!other || !isEqual || *value == *other) << a.str() << " == " << b.str() << " seed " << seed;
      ASSERT_TRUE(!other || !isLess || *value <= *other) << a.str() << " <= " << b.str() << " seed " << seed;
    }
  }
  EXPECT_GT(bounded, 700);
  EXPECT_GT(less, 250);
  EXPECT_GT(multiples, 250);
}

TEST(DimFacts, DivisionFormsAreEqual) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    RandomDimExpr random(seed);
    RandomFacts known(random);
    // Polynomials only: not every identity of nested divisions is found.
    DimExpr a = random.pick(-20, 20) * T + random.pick(-20, 20) * B * S + random.pick(-20, 20), c = random.pick(1, 12);
    ASSERT_TRUE(known.facts.provablyEqual(c * floorDiv(a, c) + mod(a, c), a)) << a.str() << " by " << c.str();
    ASSERT_TRUE(known.facts.provablyEqual(mod(a, c), a - c * floorDiv(a, c))) << a.str() << " by " << c.str();
  }
}

TEST(DimFacts, PositiveDivisorsCancel) {
  DimFacts facts = sampleFacts();
  EXPECT_EQ(facts.normalize(floorDiv(B * T, B)), T);
  EXPECT_EQ(facts.normalize(floorDiv(B * T + S, T)), B);
  EXPECT_EQ(facts.normalize(mod(B * T + S, T)), S);
  EXPECT_EQ(facts.normalize(floorDiv((T + 1) * B, T + 1)), B);
  EXPECT_EQ(facts.normalize(floorDiv(B * S, S)), floorDiv(B * S, S)); // S may be 0
  EXPECT_EQ(facts.normalize(min(T, 8)), DimExpr(8));
  EXPECT_EQ(facts.normalize(max(S, T)), T);
  EXPECT_EQ(facts.normalize(mod(T, 4)), DimExpr(0));
  EXPECT_EQ(facts.normalize(B * floorDiv(S, 8)), DimExpr(0));
}

TEST(DimFacts, BoundsAndMultiples) {
  DimFacts facts = sampleFacts();
  EXPECT_EQ(facts.lowerBound(B * T), 8);
  EXPECT_EQ(facts.upperBound(B * T), std::nullopt);
  EXPECT_EQ(facts.upperBound(ceilDiv(T, 64)), 64);
  EXPECT_EQ(facts.lowerBound(T - 8 * floorDiv(T, 8)), 0);
  EXPECT_EQ(facts.lowerBound(N), std::nullopt);
  EXPECT_TRUE(facts.isMultipleOf(B * T * 2, 16));
  EXPECT_FALSE(facts.isMultipleOf(B * T, 16));
  EXPECT_TRUE(facts.isMultipleOf(min(T, 64) + 8 * B, 8));
  EXPECT_TRUE(facts.provablyEqual(8 * floorDiv(T, 8), T));
  EXPECT_TRUE(facts.provablyEqual(floorDiv(T + 3, 8), floorDiv(T, 8)));
  EXPECT_TRUE(facts.provablyLessEqual(8 * floorDiv(N, 8), N));
  EXPECT_TRUE(facts.provablyLessEqual(N, 8 * ceilDiv(N, 8)));
  EXPECT_TRUE(facts.provablyLessEqual(min(N, S), N));
  EXPECT_TRUE(facts.provablyLessEqual(N, max(B, N) + S));
  EXPECT_FALSE(facts.provablyLessEqual(max(N, B), N));
  EXPECT_FALSE(facts.provablyLessEqual(DimExpr::invalid(), DimExpr::invalid()));
}

TEST(DimFacts, AssumedEqualities) {
  DimFacts facts = sampleFacts();
  EXPECT_TRUE(facts.assume(N, 2 * B + 1));
  EXPECT_EQ(facts.normalize(N + B), 3 * B + 1);
  EXPECT_EQ(facts.lowerBound(N), 3);
  EXPECT_FALSE(facts.assume(N, 2 * B));
  EXPECT_TRUE(facts.assume(B, S)); // S is replaced, B is now within 1 and 7
  EXPECT_EQ(facts.normalize(N + S), 3 * B + 1);
  EXPECT_EQ(facts.upperBound(B), 7);
  // Solved for the symbol of coefficient 1; a product alone is kept as an equality.
  DimExpr M = DimExpr::symbol("M"), K = DimExpr::symbol("K"), L = DimExpr::symbol("L");
  EXPECT_TRUE(facts.assume(2 * K, M + 3));
  EXPECT_EQ(facts.normalize(M), 2 * K - 3);
  EXPECT_TRUE(facts.assume(K * K, 2 * L));
  EXPECT_TRUE(facts.provablyEqual(B * K * K + 1, 2 * B * L + 1));
  EXPECT_FALSE(facts.provablyEqual(K * K, L));
  // A cycle is no replacement.
  DimFacts cyclic;
  EXPECT_TRUE(cyclic.assume(K, L));
  EXPECT_TRUE(cyclic.assume(L, K));
  EXPECT_TRUE(cyclic.assume(K, floorDiv(K, 2)));
  EXPECT_EQ(cyclic.normalize(L), K);
}

} // namespace
