// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Laws and random expressions of the size algebra, judged by direct evaluation.
#include "tests/ir/RandomDimExpr.h"
#include <gtest/gtest.h>

using tenon::DimExpr;
using tenon::RandomDimExpr;
using Sample = RandomDimExpr::Sample;

namespace {

const DimExpr B = DimExpr::symbol("B"), S = DimExpr::symbol("S"), T = DimExpr::symbol("T");

DimExpr parsed(std::string_view text) {
  std::string error;
  DimExpr expr = DimExpr::parse(text, error);
  EXPECT_EQ(error, "") << text;
  return expr;
}

TEST(DimExpr, EvaluatesAsWritten) {
  int compared = 0;
  for (unsigned seed = 0; seed < 20000; ++seed) {
    RandomDimExpr random(seed);
    Sample sample = random.make(1 + seed % 4);
    if (!sample.value || !sample.expr.isValid())
      continue;
    ++compared;
    std::optional<int64_t> value = sample.expr.evaluate(random.values);
    ASSERT_TRUE(value) << sample.expr.str();
    ASSERT_EQ(*value, int64_t(*sample.value)) << sample.expr.str() << " seed " << seed;
  }
  EXPECT_GT(compared, 8000);
}

TEST(DimExpr, TextReadsBack) {
  for (unsigned seed = 0; seed < 20000; ++seed) {
    DimExpr expr = RandomDimExpr(seed).make(1 + seed % 5).expr;
    if (!expr.isValid())
      continue;
    std::string error;
    DimExpr back = DimExpr::parse(expr.str(), error);
    ASSERT_EQ(back, expr) << expr.str() << " became " << back.str() << " " << error;
    ASSERT_EQ(back.str(), expr.str());
    ASSERT_EQ(back.hash(), expr.hash());
  }
}

TEST(DimExpr, SubstitutionCommutesWithEvaluation) {
  for (unsigned seed = 0; seed < 5000; ++seed) {
    RandomDimExpr random(seed);
    DimExpr outer = random.make(3).expr;
    DimExpr::Substitution replacements{{"B", random.make(2).expr}, {"T", random.make(2).expr}};
    DimExpr::Values inner = random.values;
    bool defined = outer.isValid();
    for (const auto &[name, replacement] : replacements) {
      std::optional<int64_t> value = replacement.evaluate(random.values);
      defined &= value.has_value();
      inner[name] = value.value_or(0);
    }
    std::optional<int64_t> expected = outer.evaluate(inner);
    DimExpr substituted = outer.substitute(replacements);
    if (defined && expected && substituted.isValid()) {
      ASSERT_EQ(substituted.evaluate(random.values), expected) << outer.str() << " -> " << substituted.str();
    }
  }
}

TEST(DimExpr, LawsHoldInForm) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    RandomDimExpr random(seed);
    DimExpr a = random.make(2).expr, b = random.make(2).expr, c = random.make(2).expr;
    if (!(a * b * c).isValid())
      continue;
    ASSERT_EQ(a + b, b + a);
    ASSERT_EQ((a + b) + c, a + (b + c));
    ASSERT_EQ(a * b, b * a);
    ASSERT_EQ((a * b) * c, a * (b * c));
    ASSERT_EQ(a * (b + c), a * b + a * c);
    ASSERT_EQ(a - a, DimExpr(0));
    ASSERT_EQ(min(a, b), min(b, a));
    ASSERT_EQ(max(a, max(b, c)), max(max(a, b), c));
    ASSERT_EQ(floorDiv(a + b * 7, 7), floorDiv(a, 7) + b);
    ASSERT_EQ(mod(a + b * 7, 7), mod(a, 7));
    ASSERT_EQ(DimExpr::compare(a, b), -DimExpr::compare(b, a));
  }
}

TEST(DimExpr, CanonicalText) {
  EXPECT_EQ(DimExpr().str(), "0");
  EXPECT_EQ((1 + 2 * T).str(), "2*T+1");
  EXPECT_EQ((T * B).str(), "B*T");
  EXPECT_EQ((T * T - B - 3).str(), "T*T-B-3");
  EXPECT_EQ(floorDiv(T, 8).str(), "T floordiv 8");
  EXPECT_EQ(ceilDiv(T, 8).str(), "T ceildiv 8");
  EXPECT_EQ(ceilDiv(T, B).str(), "T ceildiv B");
  EXPECT_EQ((2 * mod(T + 1, 8) - 1).str(), "2*((T+1) mod 8)-1");
  EXPECT_EQ(min(8, T).str(), "min(T, 8)");
  EXPECT_EQ(max(B, min(T, 8)).str(), "max(B, min(T, 8))");
  EXPECT_EQ(DimExpr::invalid().str(), "<invalid>");
}

TEST(DimExpr, SimplifiesExactly) {
  EXPECT_EQ(floorDiv(T * 8, 8), T);
  EXPECT_EQ(floorDiv(5 * T + 7, 4), T + 1 + floorDiv(T + 3, 4));
  EXPECT_EQ(floorDiv(2 * T + 1, 4), floorDiv(T, 2));
  EXPECT_EQ(floorDiv(floorDiv(T, 2) + 1, 4), floorDiv(T + 2, 8));
  EXPECT_EQ(ceilDiv(T, 8), floorDiv(T + 7, 8));
  EXPECT_EQ(mod(6 * T + 3, 4), 2 * mod(T + 1, 2) + 1);
  EXPECT_EQ(mod(mod(T, 12), 4), mod(T, 4));
  EXPECT_EQ(floorDiv(mod(T, 4), 4), DimExpr(0));
  EXPECT_EQ(min(T + 1, T - 1), T - 1);
  EXPECT_EQ(max(max(T, 4), 9), max(T, 9));
  // T may be 0, so nothing is known here.
  EXPECT_EQ(floorDiv(B * T, T).str(), "(B*T) floordiv T");
}

TEST(DimExpr, OverflowIsInvalid) {
  DimExpr most(INT64_MAX), least(INT64_MIN);
  EXPECT_FALSE((most + 1).isValid());
  EXPECT_FALSE((most * T + T).isValid());
  EXPECT_FALSE((most * T * 2).isValid());
  EXPECT_FALSE((-least).isValid());
  EXPECT_EQ(least - least, DimExpr(0));
  EXPECT_EQ(floorDiv(least, 3).constant(), INT64_MIN / 3 - 1);
  EXPECT_EQ(mod(least, 3).constant(), 1);
  EXPECT_FALSE(floorDiv(T, 0).isValid());
  EXPECT_FALSE(mod(T, -2).isValid());
  EXPECT_FALSE((DimExpr::invalid() * 0).isValid());
  EXPECT_FALSE(min(DimExpr::invalid(), T).isValid());
  EXPECT_FALSE(DimExpr::symbol("min").isValid());
  EXPECT_FALSE(DimExpr::symbol("1T").isValid());
  EXPECT_EQ((T + least).evaluate({{"T", -1}}), std::nullopt);
  EXPECT_EQ((T * T).evaluate({{"T", INT64_MAX}}), std::nullopt);
  EXPECT_EQ((T + B).evaluate({{"T", 1}}), std::nullopt);
  EXPECT_EQ(floorDiv(B, T).evaluate({{"T", 0}, {"B", 1}}), std::nullopt);
  for (const DimExpr &expr : {least, T + least, T + least * B, least * T})
    EXPECT_EQ(parsed(expr.str()), expr);
}

TEST(DimExpr, GrowthIsBounded) {
  DimExpr power = T + B + S + 1;
  for (int i = 0; i < 64; ++i)
    power = power * power;
  EXPECT_FALSE(power.isValid());
  DimExpr nested = T;
  for (int i = 0; i < 2000; ++i)
    nested = floorDiv(B, nested) + mod(nested, S);
  EXPECT_FALSE(nested.isValid());
}

TEST(DimExpr, SymbolsAndOrder) {
  std::vector<std::string> ordered;
  (T + B * S + floorDiv(DimExpr::symbol("A"), 2)).collectSymbols(ordered);
  EXPECT_EQ(ordered, (std::vector<std::string>{"B", "S", "T", "A"}));
  std::set<std::string> sorted;
  min(T, B + 1).collectSymbols(sorted);
  EXPECT_EQ(sorted, (std::set<std::string>{"B", "T"}));
  EXPECT_TRUE(T.isSymbol());
  EXPECT_EQ(T.symbolName(), "T");
  EXPECT_FALSE((T + 1).isSymbol());
  EXPECT_FALSE(floorDiv(T, 2).isSymbol());
}

TEST(DimExpr, ParseErrorsNameTheColumn) {
  auto errorOf = [](std::string_view text) {
    std::string error;
    EXPECT_FALSE(DimExpr::parse(text, error).isValid()) << text;
    return error;
  };
  EXPECT_EQ(errorOf(""), "column 1: expected a number, a symbol, min, max or '(', found the end");
  EXPECT_EQ(errorOf("T+"), "column 3: expected a number, a symbol, min, max or '(', found the end");
  EXPECT_EQ(errorOf("T T"), "column 3: expected an operator or the end, found 'T'");
  EXPECT_EQ(errorOf("(T"), "column 3: expected ')', found the end");
  EXPECT_EQ(errorOf("min(T)"), "column 6: expected ',' and a second operand, found ')'");
  EXPECT_EQ(errorOf("12x"), "column 1: expected a decimal number, found '1'");
  EXPECT_EQ(errorOf("T\x01"), "column 2: expected an operator or the end, found byte 1");
  EXPECT_EQ(errorOf("T floordiv 0"),
            "column 3: this overflows 64 bits, divides by a number <= 0, or is too large an expression");
  EXPECT_EQ(errorOf("9223372036854775808"), "column 1: expected a number that fits 64 bits, found '9'");
  EXPECT_NE(errorOf(std::string(100000, '(')), "");
  EXPECT_NE(errorOf(std::string(60000, '(')), "");
  EXPECT_NE(errorOf(std::string(60000, '-')), "");
  EXPECT_EQ(parsed("-T floordiv 2"), floorDiv(-T, 2));
  EXPECT_EQ(parsed("B - 7 floordiv 2"), B - 3);
}

} // namespace
