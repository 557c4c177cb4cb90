// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random size expressions over B, S and T together with their value at one point.
#pragma once
#include "ir/DimExpr.h"
#include <array>
#include <random>

namespace tenon {

class RandomDimExpr {
public:
  // The value computed without DimExpr; nullopt where it is undefined.
  struct Sample {
    DimExpr expr;
    std::optional<__int128> value;
  };

  explicit RandomDimExpr(unsigned seed) : engine(seed) {
    for (const char *name : {"B", "S", "T"})
      values[name] = pick(-3, 30);
  }

  int64_t pick(int64_t low, int64_t high) { return std::uniform_int_distribution<int64_t>(low, high)(engine); }

  Sample make(int depth) {
    if (depth == 0 || pick(0, 9) == 0)
      return leaf();
    Sample a = make(depth - 1), b = make(depth - 1);
    // Divisors are mostly constants, as in shapes of models.
    int64_t kind = pick(0, 8);
    if (kind >= 3 && kind <= 5 && pick(0, 2)) {
      int64_t divisor = pick(-1, 12);
      b = {divisor, divisor};
    }
    switch (kind) {
    case 0:
      return {a.expr + b.expr, combine(a, b, [](auto x, auto y) { return x + y; })};
    case 1:
      return {a.expr - b.expr, combine(a, b, [](auto x, auto y) { return x - y; })};
    case 2:
      return {a.expr * b.expr, combine(a, b, [](auto x, auto y) { return x * y; })};
    case 3:
      return {floorDiv(a.expr, b.expr), divide(a, b, [](auto x, auto y) { return floorOf(x, y); })};
    case 4:
      return {ceilDiv(a.expr, b.expr), divide(a, b, [](auto x, auto y) { return -floorOf(-x, y); })};
    case 5:
      return {mod(a.expr, b.expr), divide(a, b, [](auto x, auto y) { return x - floorOf(x, y) * y; })};
    case 6:
      return {min(a.expr, b.expr), combine(a, b, [](auto x, auto y) { return x < y ? x : y; })};
    case 7:
      return {max(a.expr, b.expr), combine(a, b, [](auto x, auto y) { return x > y ? x : y; })};
    default:
      return {a.expr * pick(-4, 4), std::nullopt};
    }
  }

  DimExpr::Values values;

private:
  static __int128 floorOf(__int128 a, __int128 b) { return a / b - (a % b < 0); }

  Sample leaf() {
    int64_t constant = pick(-9, 20);
    if (pick(0, 2) == 0)
      return {constant, constant};
    const char *name = std::array{"B", "S", "T"}[pick(0, 2)];
    return {DimExpr::symbol(name), values[name]};
  }

  template <class Op> std::optional<__int128> combine(const Sample &a, const Sample &b, Op op) {
    return a.value && b.value ? std::optional<__int128>(op(*a.value, *b.value)) : std::nullopt;
  }

  template <class Op> std::optional<__int128> divide(const Sample &a, const Sample &b, Op op) {
    return b.value.value_or(0) > 0 ? combine(a, b, op) : std::nullopt;
  }

  std::mt19937 engine;
};

} // namespace tenon
