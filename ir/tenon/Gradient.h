// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The vocabulary of the `gradient` expressions in ElementwiseOps.td: builds `tenon` ops.
#pragma once

#include "ir/tenon/Interfaces.h"
#include <array>
#include <initializer_list>

namespace tenon::grad {

class Scope;

/// A tensor under construction; a null value is "no gradient".
struct Term {
  mlir::Value value;
  Scope *scope = nullptr;
};
inline const Term none;

/// Where terms are built. Lives as long as one rule is built.
class Scope {
public:
  Scope(mlir::OpBuilder &builder, mlir::Location loc) : builder(builder), loc(loc) {}

  template <size_t count> std::array<Term, count> terms(mlir::ValueRange values) {
    std::array<Term, count> result;
    for (size_t i = 0; i < count; ++i)
      result[i] = term(values[i]);
    return result;
  }
  Term term(mlir::Value value) { return {value, this}; }
  llvm::SmallVector<mlir::Value> gradients(std::initializer_list<Term> terms) {
    llvm::SmallVector<mlir::Value> values;
    for (const Term &term : terms)
      values.push_back(term.value);
    return values;
  }

  mlir::OpBuilder &builder;
  mlir::Location loc;
};

Term splat(double value, const Term &like);
inline Term zero(const Term &like) { return splat(0, like); }

Term operator+(const Term &x, const Term &y);
Term operator-(const Term &x, const Term &y);
Term operator*(const Term &x, const Term &y);
Term operator/(const Term &x, const Term &y);
Term operator-(const Term &x);
inline Term operator+(const Term &x, double y) { return x + splat(y, x); }
inline Term operator-(const Term &x, double y) { return x - splat(y, x); }
inline Term operator-(double x, const Term &y) { return splat(x, y) - y; }
inline Term operator*(const Term &x, double y) { return x * splat(y, x); }
inline Term operator*(double x, const Term &y) { return splat(x, y) * y; }

Term where(const Term &condition, const Term &x, const Term &y);
Term equal(const Term &x, const Term &y);
Term greater(const Term &x, const Term &y);
Term less(const Term &x, const Term &y);
/// y <= x <= z.
Term inside(const Term &x, const Term &y, const Term &z);
/// 1 where `wins`, 1/2 where x equals y, else 0.
Term share(const Term &wins, const Term &x, const Term &y);

Term sign(const Term &x);
Term copySign(const Term &x, const Term &y);
Term trunc(const Term &x);
Term exp(const Term &x);
Term log(const Term &x);
Term pow(const Term &x, const Term &y);
Term rsqrt(const Term &x);
Term sin(const Term &x);
Term cos(const Term &x);
Term sinh(const Term &x);
Term cosh(const Term &x);
Term erfc(const Term &x);
Term sigmoid(const Term &x);
/// dy in the element type of x; `none` where that is not a float.
Term castLike(const Term &dy, const Term &x);
/// The derivative of x * s(u), s the logistic function, u = 2 sqrt(2/pi) (x + 0.044715 x^3).
Term geluTanhGradient(const Term &x, const Term &dy);

} // namespace tenon::grad
