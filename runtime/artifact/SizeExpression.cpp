// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One pass over the postfix steps with a stack of fixed size, for each purpose.
#include "runtime/artifact/SizeExpression.h"

#include <algorithm>
#include <array>
#include <vector>

namespace tenon {

using schema::ExprOp;

Status verifyExpression(const schema::Expr &expression, size_t symbolCount) {
  const auto &steps = *expression.steps();
  // The FlatBuffers verifier looks at the alignment of fields, not at that of structs in a vector.
  if (reinterpret_cast<uintptr_t>(steps.Data()) % alignof(schema::ExprStep) != 0)
    return dataError("a size expression is not aligned");
  if (steps.size() == 0 || steps.size() > maximumExpressionSteps)
    return dataError("a size expression has " + std::to_string(steps.size()) + " steps, expected 1 to " +
                     std::to_string(maximumExpressionSteps));
  size_t depth = 0;
  for (const schema::ExprStep *step : steps) {
    if (step->op() > ExprOp::MAX)
      return dataError("a size expression has the unknown operation " +
                       std::to_string(static_cast<unsigned>(step->op())));
    if (step->op() == ExprOp::Symbol && (step->value() < 0 || static_cast<uint64_t>(step->value()) >= symbolCount))
      return dataError("a size expression names symbol " + std::to_string(step->value()) + " of " +
                       std::to_string(symbolCount));
    if (step->op() == ExprOp::Constant || step->op() == ExprOp::Symbol) {
      if (++depth > maximumExpressionDepth)
        return dataError("a size expression needs more than " + std::to_string(maximumExpressionDepth) +
                         " values at once");
    } else if (depth-- < 2) {
      return dataError("a size expression has an operation with fewer than two operands");
    }
  }
  if (depth != 1)
    return dataError("a size expression leaves " + std::to_string(depth) + " values, expected 1");
  return {};
}

/// Quotient rounded towards minus infinity, for b >= 1.
static int64_t floorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0); }

/// Applies one operation; false where the result is not defined.
static bool apply(ExprOp op, int64_t a, int64_t b, int64_t &result) {
  switch (op) {
  case ExprOp::Add:
    return !__builtin_add_overflow(a, b, &result);
  case ExprOp::Mul:
    return !__builtin_mul_overflow(a, b, &result);
  case ExprOp::Min:
    result = std::min(a, b);
    return true;
  case ExprOp::Max:
    result = std::max(a, b);
    return true;
  case ExprOp::FloorDiv:
    if (b < 1)
      return false;
    result = floorDivide(a, b);
    return true;
  case ExprOp::CeilDiv:
    if (b < 1)
      return false;
    result = a / b + (a % b > 0);
    return true;
  case ExprOp::Mod:
    if (b < 1)
      return false;
    result = a % b + (a % b < 0 ? b : 0);
    return true;
  default:
    return false;
  }
}

Result<int64_t> evaluateExpression(const schema::Expr &expression, std::span<const int64_t> symbols) {
  std::array<int64_t, maximumExpressionDepth> stack;
  size_t depth = 0;
  for (const schema::ExprStep *step : *expression.steps()) {
    if (step->op() == ExprOp::Constant) {
      stack[depth++] = step->value();
    } else if (step->op() == ExprOp::Symbol) {
      stack[depth++] = symbols[static_cast<size_t>(step->value())];
    } else {
      int64_t a = stack[depth - 2], b = stack[depth - 1];
      --depth;
      if (!apply(step->op(), a, b, stack[depth - 1]))
        return dataError(std::string("a size expression ") +
                         (step->op() == ExprOp::Add || step->op() == ExprOp::Mul
                              ? "exceeds 64 bits"
                              : "divides by " + std::to_string(b) + ", which must be at least 1") +
                         " at these sizes");
    }
  }
  return stack[0];
}

std::optional<uint32_t> plainSymbol(const schema::Expr &expression) {
  if (expression.steps()->size() != 1 || expression.steps()->Get(0)->op() != ExprOp::Symbol)
    return std::nullopt;
  return static_cast<uint32_t>(expression.steps()->Get(0)->value());
}

namespace {
/// Binding strength: what is weaker than its place needs parentheses. A quotient in a product gets them for clarity.
enum Strength { Sum, Quotient, Product, Atom };
struct Text {
  std::string text;
  Strength strength;

  std::string under(Strength outer) const { return strength < outer ? "(" + text + ")" : text; }
};
} // namespace

static Text combine(ExprOp op, const Text &a, const Text &b) {
  switch (op) {
  case ExprOp::Add:
    return {a.text + (b.text.starts_with('-') ? "" : "+") + b.text, Sum};
  case ExprOp::Mul:
    return {a.under(Product) + "*" + b.under(Atom), Product};
  case ExprOp::FloorDiv:
    return {a.under(Product) + " floordiv " + b.under(Atom), Quotient};
  case ExprOp::CeilDiv:
    return {a.under(Product) + " ceildiv " + b.under(Atom), Quotient};
  case ExprOp::Mod:
    return {a.under(Product) + " mod " + b.under(Atom), Quotient};
  case ExprOp::Min:
    return {"min(" + a.text + ", " + b.text + ")", Atom};
  default:
    return {"max(" + a.text + ", " + b.text + ")", Atom};
  }
}

std::string expressionText(const schema::Expr &expression, std::span<const std::string> symbols) {
  std::vector<Text> stack;
  for (const schema::ExprStep *step : *expression.steps()) {
    if (step->op() == ExprOp::Constant) {
      stack.push_back({std::to_string(step->value()), step->value() < 0 ? Sum : Atom});
    } else if (step->op() == ExprOp::Symbol) {
      stack.push_back({symbols[static_cast<size_t>(step->value())], Atom});
    } else {
      Text b = std::move(stack.back());
      stack.pop_back();
      stack.back() = combine(step->op(), stack.back(), b);
    }
  }
  return stack.front().text;
}

} // namespace tenon
