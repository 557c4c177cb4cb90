// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Size expressions against an independent evaluation in 128 bits.
#include "runtime/artifact/SizeExpression.h"

#include "tests/runtime/TestArtifact.h"

#include <cstring>
#include <gtest/gtest.h>
#include <random>

using namespace tenon;
using namespace tenon::test;
using schema::ExprOp;

namespace {
/// Owns the encoded form of an expression.
struct Encoded {
  explicit Encoded(const Items &items) { builder.Finish(schema::CreateExpr(builder, expr(items).get())); }
  const schema::Expr &operator*() const { return *flatbuffers::GetRoot<schema::Expr>(builder.GetBufferPointer()); }
  flatbuffers::FlatBufferBuilder builder;
};

/// A random tree, as postfix, and its value by other means: __int128, and nothing where any part is not defined.
struct Tree {
  Items postfix;
  std::optional<__int128> value;
};

std::optional<__int128> combine(ExprOp op, __int128 a, __int128 b) {
  __int128 floor = b ? a / b - ((a % b != 0) && ((a < 0) != (b < 0))) : 0, result = 0;
  bool divides = op == ExprOp::FloorDiv || op == ExprOp::CeilDiv || op == ExprOp::Mod;
  if (divides && b < 1)
    return std::nullopt;
  switch (op) {
  case ExprOp::Add:
    result = a + b;
    break;
  case ExprOp::Mul:
    result = a * b;
    break;
  case ExprOp::FloorDiv:
    result = floor;
    break;
  case ExprOp::CeilDiv:
    result = floor + (a - floor * b != 0);
    break;
  case ExprOp::Mod:
    result = a - floor * b;
    break;
  case ExprOp::Min:
    result = a < b ? a : b;
    break;
  default:
    result = a < b ? b : a;
  }
  if (result > INT64_MAX || result < INT64_MIN)
    return std::nullopt;
  return result;
}

Tree randomTree(std::mt19937_64 &random, int depth, std::span<const int64_t> symbols) {
  if (depth == 0 || random() % 4 == 0) {
    if (random() % 2) {
      auto index = static_cast<int64_t>(random() % symbols.size());
      return {{symbol(index)}, symbols[static_cast<size_t>(index)]};
    }
    auto value = static_cast<int64_t>(random() % 3 ? random() % 21 - 10 : random());
    return {{value}, value};
  }
  Tree a = randomTree(random, depth - 1, symbols), b = randomTree(random, depth - 1, symbols);
  auto op = static_cast<ExprOp>(2 + random() % 7);
  a.postfix.insert(a.postfix.end(), b.postfix.begin(), b.postfix.end());
  a.postfix.push_back(op);
  a.value = a.value && b.value ? combine(op, *a.value, *b.value) : std::nullopt;
  return a;
}
} // namespace

TEST(SizeExpression, AgreesWithExactArithmetic) {
  std::mt19937_64 random(1);
  int defined = 0, undefined = 0;
  for (int i = 0; i < 100000; ++i) {
    int64_t symbols[] = {int64_t(random() % 100), int64_t(random()), int64_t(random() % 7) - 3};
    Tree tree = randomTree(random, 5, symbols);
    Encoded encoded(tree.postfix);
    ASSERT_TRUE(verifyExpression(*encoded, 3).ok());
    Result<int64_t> result = evaluateExpression(*encoded, symbols);
    ASSERT_EQ(result.ok(), tree.value.has_value());
    if (result.ok())
      ASSERT_EQ(*result, static_cast<int64_t>(*tree.value));
    ++(result.ok() ? defined : undefined);
  }
  EXPECT_GT(defined, 10000);
  EXPECT_GT(undefined, 10000);
}

TEST(SizeExpression, ExtremeOperands) {
  const int64_t low = INT64_MIN, high = INT64_MAX;
  struct {
    Items items;
    int64_t value;
  } cases[] = {{{low, 1, ExprOp::FloorDiv}, low},    {{low, high, ExprOp::FloorDiv}, -2},
               {{high, high, ExprOp::CeilDiv}, 1},   {{high, 2, ExprOp::CeilDiv}, int64_t(1) << 62},
               {{low, high, ExprOp::Mod}, high - 1}, {{-7, 8, ExprOp::Mod}, 1},
               {{-7, 8, ExprOp::CeilDiv}, 0},        {{low, high, ExprOp::Min}, low},
               {{0, high, ExprOp::CeilDiv}, 0}};
  for (const auto &[items, value] : cases)
    EXPECT_EQ(*evaluateExpression(*Encoded(items), {}), value);
  for (const Items &items : {Items{high, 1, ExprOp::Add}, Items{low, -1, ExprOp::Mul}, Items{1, 0, ExprOp::Mod},
                             Items{1, -1, ExprOp::FloorDiv}, Items{1, 0, ExprOp::CeilDiv}})
    EXPECT_EQ(evaluateExpression(*Encoded(items), {}).error().kind, ErrorKind::Data);
}

TEST(SizeExpression, MalformedPostfixIsRefused) {
  Items deep(maximumExpressionDepth + 1, 1), long_ = {1};
  deep.insert(deep.end(), maximumExpressionDepth, ExprOp::Add);
  for (size_t i = 0; i < maximumExpressionSteps / 2; ++i)
    long_.insert(long_.end(), {1, ExprOp::Add});
  for (const Items &items : {Items{}, Items{1, 2}, Items{1, ExprOp::Add}, Items{1, ExprOp::Add, 1}, Items{ExprOp::Add},
                             Items{symbol(3)}, Items{symbol(-1)}, Items{1, 2, ExprOp(9)}, deep, long_})
    EXPECT_FALSE(verifyExpression(*Encoded(items), 3).ok());
  EXPECT_TRUE(verifyExpression(*Encoded({symbol(2)}), 3).ok());
}

TEST(SizeExpression, MisalignedStepsAreRefused) {
  Encoded encoded({1, 2, ExprOp::Add});
  // Four bytes further on, steps of eight bytes are out of line, and the rest of the buffer is not.
  std::vector<uint64_t> moved(encoded.builder.GetSize() / 8 + 2);
  auto *bytes = reinterpret_cast<uint8_t *>(moved.data()) + 4;
  std::memcpy(bytes, encoded.builder.GetBufferPointer(), encoded.builder.GetSize());
  Status status = verifyExpression(*flatbuffers::GetRoot<schema::Expr>(bytes), 0);
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message.find("not aligned"), std::string::npos);
}

TEST(SizeExpression, PrintsAsTheDialectDoes) {
  const std::string names[] = {"B", "T"};
  struct {
    Items items;
    const char *text;
  } cases[] = {{{7}, "7"},
               {{2, symbol(1), ExprOp::Mul, 1, ExprOp::Add}, "2*T+1"},
               {{symbol(1), -1, ExprOp::Add}, "T-1"},
               {{symbol(1), 7, ExprOp::Add, 8, ExprOp::FloorDiv}, "(T+7) floordiv 8"},
               {{symbol(0), symbol(1), 8, ExprOp::CeilDiv, ExprOp::Mul}, "B*(T ceildiv 8)"},
               {{symbol(1), 8, ExprOp::CeilDiv, 4, ExprOp::Mul}, "(T ceildiv 8)*4"},
               {{symbol(1), 8, ExprOp::Min, symbol(0), ExprOp::Max}, "max(min(T, 8), B)"}};
  for (const auto &[items, text] : cases)
    EXPECT_EQ(expressionText(*Encoded(items), names), text);
}
