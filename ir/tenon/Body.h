// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The vocabulary of the `body` expressions in ElementwiseOps.td: builds `arith` and `math` ops on scalars, vectors or
// tiles, and chooses float or integer ops by the element type.
#pragma once

#include "mlir/IR/Builders.h"
#include <array>

namespace tenon {
enum class Comparison : uint32_t;
}

namespace tenon::body {

class Scope;

/// A value under construction.
struct Term {
  mlir::Value value;
  Scope *scope = nullptr;

  mlir::Type type() const { return value.getType(); }
  mlir::Type element() const { return mlir::getElementTypeOrSelf(value); }
  bool isFloat() const { return llvm::isa<mlir::FloatType>(element()); }
  unsigned width() const { return element().getIntOrFloatBitWidth(); }
};

/// Where terms are built. Lives as long as one body is built.
class Scope {
public:
  Scope(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type resultType)
      : builder(builder), loc(loc), resultType(resultType) {}

  template <size_t count> std::array<Term, count> terms(mlir::ValueRange values) {
    std::array<Term, count> result;
    for (size_t i = 0; i < count; ++i)
      result[i] = {values[i], this};
    return result;
  }
  template <typename Op, typename... Args> Term make(Args &&...args) {
    return {Op::create(builder, loc, std::forward<Args>(args)...).getResult(), this};
  }
  mlir::Value result(const Term &term) { return term.value; }

  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::Type resultType;
};

/// `shaped` (scalar, vector or tensor) with other elements.
mlir::Type withElement(mlir::Type shaped, mlir::Type element);
/// A number in the type of `like`.
Term splat(double value, const Term &like);
Term splatInt(int64_t value, const Term &like);

Term operator+(const Term &x, const Term &y);
Term operator-(const Term &x, const Term &y);
Term operator*(const Term &x, const Term &y);
Term operator/(const Term &x, const Term &y);
Term operator&(const Term &x, const Term &y);
Term operator|(const Term &x, const Term &y);
Term operator^(const Term &x, const Term &y);
Term operator-(const Term &x);
Term operator~(const Term &x);
inline Term operator+(const Term &x, double y) { return x + splat(y, x); }
inline Term operator+(double x, const Term &y) { return splat(x, y) + y; }
inline Term operator-(double x, const Term &y) { return splat(x, y) - y; }
inline Term operator*(const Term &x, double y) { return x * splat(y, x); }
inline Term operator*(double x, const Term &y) { return splat(x, y) * y; }
inline Term operator/(double x, const Term &y) { return splat(x, y) / y; }

Term floorDivide(const Term &x, const Term &y);
Term ceilDivide(const Term &x, const Term &y);
Term divideUnsigned(const Term &x, const Term &y);
Term remainder(const Term &x, const Term &y);
Term remainderUnsigned(const Term &x, const Term &y);
Term abs(const Term &x);
Term sign(const Term &x);
Term fma(const Term &x, const Term &y, const Term &z);
Term maximum(const Term &x, const Term &y);
Term minimum(const Term &x, const Term &y);
Term relu(const Term &x);
Term maxNum(const Term &x, const Term &y);
Term minNum(const Term &x, const Term &y);
Term maxUnsigned(const Term &x, const Term &y);
Term minUnsigned(const Term &x, const Term &y);
Term where(const Term &condition, const Term &x, const Term &y);
Term compareBy(Comparison relation, const Term &x, const Term &y);
Term isNan(const Term &x);
Term isInf(const Term &x);
Term isFinite(const Term &x);
Term isNormal(const Term &x);

Term ceil(const Term &x);
Term floor(const Term &x);
Term trunc(const Term &x);
Term round(const Term &x);
Term roundEven(const Term &x);
Term copySign(const Term &x, const Term &y);
Term sqrt(const Term &x);
Term rsqrt(const Term &x);
Term cbrt(const Term &x);
Term pow(const Term &x, const Term &y);
Term exp(const Term &x);
Term exp2(const Term &x);
Term expm1(const Term &x);
Term log(const Term &x);
Term log2(const Term &x);
Term log10(const Term &x);
Term log1p(const Term &x);
Term sin(const Term &x);
Term cos(const Term &x);
Term tan(const Term &x);
Term asin(const Term &x);
Term acos(const Term &x);
Term atan(const Term &x);
Term atan2(const Term &x, const Term &y);
Term sinh(const Term &x);
Term cosh(const Term &x);
Term tanh(const Term &x);
Term asinh(const Term &x);
Term acosh(const Term &x);
Term atanh(const Term &x);
Term erf(const Term &x);
Term erfc(const Term &x);

/// Shifts: an amount outside of 0 to width - 1 shifts everything out.
Term shiftLeft(const Term &x, const Term &y);
Term shiftRight(const Term &x, const Term &y);
Term shiftRightLogical(const Term &x, const Term &y);
Term countLeadingZeros(const Term &x);
Term countTrailingZeros(const Term &x);
Term popCount(const Term &x);
Term intPow(const Term &x, const Term &y);

Term castTo(mlir::Type to, const Term &x);
Term castUnsigned(mlir::Type to, const Term &x);
Term bitcastTo(mlir::Type to, const Term &x);

} // namespace tenon::body
