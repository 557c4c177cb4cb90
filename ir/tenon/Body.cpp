// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/tenon/Body.h"

#include "ir/tenon/TenonDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include <cmath>

using namespace mlir;

namespace tenon::body {

Type withElement(Type shaped, Type element) {
  if (auto type = dyn_cast<ShapedType>(shaped))
    return type.clone(element);
  return element;
}

static Term constant(Scope &scope, Type type, Attribute value) {
  if (auto shaped = dyn_cast<ShapedType>(type))
    value = DenseElementsAttr::get(shaped, value);
  return scope.make<arith::ConstantOp>(cast<TypedAttr>(value));
}

Term splat(double value, const Term &like) {
  Type element = like.element();
  Attribute attr = isa<FloatType>(element) ? Attribute(FloatAttr::get(element, value))
                                           : Attribute(IntegerAttr::get(element, int64_t(value)));
  return constant(*like.scope, like.type(), attr);
}

Term splatInt(int64_t value, const Term &like) {
  APInt bits(like.width(), uint64_t(value), /*isSigned=*/true, /*implicitTrunc=*/true);
  return constant(*like.scope, like.type(), IntegerAttr::get(like.element(), bits));
}

/// `IntOp` on integers, `FloatOp` on floats.
template <typename FloatOp, typename IntOp> static Term choose(const Term &x, const Term &y) {
  return x.isFloat() ? x.scope->make<FloatOp>(x.value, y.value) : x.scope->make<IntOp>(x.value, y.value);
}
template <typename Op> static Term binary(const Term &x, const Term &y) {
  return x.scope->make<Op>(x.value, y.value);
}
template <typename Op> static Term unary(const Term &x) { return x.scope->make<Op>(x.value); }

static Term compareInt(arith::CmpIPredicate predicate, const Term &x, const Term &y) {
  return x.scope->make<arith::CmpIOp>(predicate, x.value, y.value);
}
static Term compareFloat(arith::CmpFPredicate predicate, const Term &x, const Term &y) {
  return x.scope->make<arith::CmpFOp>(predicate, x.value, y.value);
}

Term operator+(const Term &x, const Term &y) { return choose<arith::AddFOp, arith::AddIOp>(x, y); }
Term operator-(const Term &x, const Term &y) { return choose<arith::SubFOp, arith::SubIOp>(x, y); }
Term operator*(const Term &x, const Term &y) { return choose<arith::MulFOp, arith::MulIOp>(x, y); }
Term operator&(const Term &x, const Term &y) { return binary<arith::AndIOp>(x, y); }
Term operator|(const Term &x, const Term &y) { return binary<arith::OrIOp>(x, y); }
Term operator^(const Term &x, const Term &y) { return binary<arith::XOrIOp>(x, y); }
Term operator-(const Term &x) { return x.isFloat() ? unary<arith::NegFOp>(x) : splatInt(0, x) - x; }
Term operator~(const Term &x) { return x ^ splatInt(-1, x); }

Term where(const Term &condition, const Term &x, const Term &y) {
  return x.scope->make<arith::SelectOp>(condition.value, x.value, y.value);
}

//===- Integer division ---------------------------------------------------------------------------------------------===//

/// y with 0 replaced by 1, so that the machine's division does not trap.
static Term nonZero(const Term &y) {
  return where(compareInt(arith::CmpIPredicate::eq, y, splatInt(0, y)), splatInt(1, y), y);
}

/// Quotient towards zero where y is neither 0 nor -1 (its overflow traps); those two are patched in.
static Term divideSigned(const Term &x, const Term &y) {
  Term zero = splatInt(0, y), minusOne = splatInt(-1, y);
  Term isZero = compareInt(arith::CmpIPredicate::eq, y, zero);
  Term isMinusOne = compareInt(arith::CmpIPredicate::eq, y, minusOne);
  Term safe = where(isZero | isMinusOne, splatInt(1, y), y);
  Term quotient = binary<arith::DivSIOp>(x, safe);
  return where(isZero, zero, where(isMinusOne, -x, quotient));
}

Term operator/(const Term &x, const Term &y) { return x.isFloat() ? binary<arith::DivFOp>(x, y) : divideSigned(x, y); }

/// `quotient` moved by `step` where the division left a remainder and the signs of x and y are `sameSign`.
static Term adjustQuotient(const Term &x, const Term &y, int64_t step, bool sameSign) {
  Term quotient = divideSigned(x, y), zero = splatInt(0, x);
  Term rest = x - quotient * y;
  Term inexact = compareInt(arith::CmpIPredicate::ne, rest, zero) & compareInt(arith::CmpIPredicate::ne, y, zero);
  auto relation = sameSign ? arith::CmpIPredicate::sge : arith::CmpIPredicate::slt;
  return where(inexact & compareInt(relation, x ^ y, zero), quotient + splatInt(step, x), quotient);
}

Term floorDivide(const Term &x, const Term &y) { return adjustQuotient(x, y, -1, false); }
Term ceilDivide(const Term &x, const Term &y) { return adjustQuotient(x, y, 1, true); }

Term divideUnsigned(const Term &x, const Term &y) {
  Term isZero = compareInt(arith::CmpIPredicate::eq, y, splatInt(0, y));
  return where(isZero, splatInt(0, x), binary<arith::DivUIOp>(x, nonZero(y)));
}

Term remainder(const Term &x, const Term &y) {
  if (x.isFloat())
    return binary<arith::RemFOp>(x, y);
  Term isZero = compareInt(arith::CmpIPredicate::eq, y, splatInt(0, y));
  return where(isZero, splatInt(0, x), x - divideSigned(x, y) * y);
}

Term remainderUnsigned(const Term &x, const Term &y) {
  Term isZero = compareInt(arith::CmpIPredicate::eq, y, splatInt(0, y));
  return where(isZero, splatInt(0, x), binary<arith::RemUIOp>(x, nonZero(y)));
}

//===- Choice -------------------------------------------------------------------------------------------------------===//

Term abs(const Term &x) { return x.isFloat() ? unary<math::AbsFOp>(x) : unary<math::AbsIOp>(x); }

Term sign(const Term &x) {
  Term zero = splat(0, x), one = splat(1, x);
  if (!x.isFloat()) {
    Term negative = where(compareInt(arith::CmpIPredicate::slt, x, zero), splatInt(-1, x), zero);
    return where(compareInt(arith::CmpIPredicate::sgt, x, zero), one, negative);
  }
  // Zeros and NaN compare unordered or equal and stay themselves.
  return where(compareFloat(arith::CmpFPredicate::ONE, x, zero), copySign(one, x), x);
}

Term fma(const Term &x, const Term &y, const Term &z) { return x.scope->make<math::FmaOp>(x.value, y.value, z.value); }

Term isNan(const Term &x) { return compareFloat(arith::CmpFPredicate::UNO, x, x); }

Term maximum(const Term &x, const Term &y) { return choose<arith::MaximumFOp, arith::MaxSIOp>(x, y); }
Term minimum(const Term &x, const Term &y) { return choose<arith::MinimumFOp, arith::MinSIOp>(x, y); }
Term relu(const Term &x) {
  // NaN is not <= 0 and stays; -0 becomes 0.
  Term zero = splat(0, x);
  return where(compareFloat(arith::CmpFPredicate::OLE, x, zero), zero, x);
}
Term maxNum(const Term &x, const Term &y) { return where(isNan(y), x, where(isNan(x), y, maximum(x, y))); }
Term minNum(const Term &x, const Term &y) { return where(isNan(y), x, where(isNan(x), y, minimum(x, y))); }
Term maxUnsigned(const Term &x, const Term &y) { return binary<arith::MaxUIOp>(x, y); }
Term minUnsigned(const Term &x, const Term &y) { return binary<arith::MinUIOp>(x, y); }

Term compareBy(Comparison relation, const Term &x, const Term &y) {
  using Int = arith::CmpIPredicate;
  using Float = arith::CmpFPredicate;
  // In the order of the enumeration; unsigned relations of floats are rejected by the op's verifier.
  static constexpr Int ints[] = {Int::eq,  Int::ne,  Int::slt, Int::sle, Int::sgt,
                                 Int::sge, Int::ult, Int::ule, Int::ugt, Int::uge};
  static constexpr Int bools[] = {Int::eq,  Int::ne,  Int::ult, Int::ule, Int::ugt,
                                  Int::uge, Int::ult, Int::ule, Int::ugt, Int::uge};
  static constexpr Float floats[] = {Float::OEQ, Float::UNE, Float::OLT, Float::OLE, Float::OGT, Float::OGE};
  auto index = size_t(relation);
  if (x.isFloat())
    return compareFloat(floats[index], x, y);
  return compareInt(x.width() == 1 ? bools[index] : ints[index], x, y);
}

static Term compareMagnitude(const Term &x, double limit, arith::CmpFPredicate predicate) {
  return compareFloat(predicate, abs(x), splat(limit, x));
}

Term isInf(const Term &x) { return compareMagnitude(x, INFINITY, arith::CmpFPredicate::OEQ); }
Term isFinite(const Term &x) { return compareMagnitude(x, INFINITY, arith::CmpFPredicate::OLT); }

Term isNormal(const Term &x) {
  const llvm::fltSemantics &semantics = cast<FloatType>(x.element()).getFloatSemantics();
  double smallest = llvm::APFloat::getSmallestNormalized(semantics).convertToDouble();
  // Machines compare f32, not 16-bit floats.
  Term wide = x.width() == 16 ? castTo(withElement(x.type(), Float32Type::get(x.value.getContext())), x) : x;
  return isFinite(wide) & compareMagnitude(wide, smallest, arith::CmpFPredicate::OGE);
}

//===- Functions of floats --------------------------------------------------------------------------------------------===//

Term ceil(const Term &x) { return unary<math::CeilOp>(x); }
Term floor(const Term &x) { return unary<math::FloorOp>(x); }
Term trunc(const Term &x) { return unary<math::TruncOp>(x); }
Term roundEven(const Term &x) { return unary<math::RoundEvenOp>(x); }
Term copySign(const Term &x, const Term &y) { return binary<math::CopySignOp>(x, y); }

Term round(const Term &x) {
  // Adding a half first would round 0.49999997 up; the fraction left by truncation is exact.
  Term whole = trunc(x), fraction = abs(x - whole);
  Term up = whole + copySign(splat(1.0, x), x);
  Term rounded = where(compareFloat(arith::CmpFPredicate::OGE, fraction, splat(0.5, x)), up, whole);
  return copySign(rounded, x);
}

Term sqrt(const Term &x) { return unary<math::SqrtOp>(x); }
Term rsqrt(const Term &x) { return unary<math::RsqrtOp>(x); }
Term cbrt(const Term &x) { return unary<math::CbrtOp>(x); }
Term pow(const Term &x, const Term &y) { return binary<math::PowFOp>(x, y); }
Term exp(const Term &x) { return unary<math::ExpOp>(x); }
Term exp2(const Term &x) { return unary<math::Exp2Op>(x); }
Term expm1(const Term &x) { return unary<math::ExpM1Op>(x); }
Term log(const Term &x) { return unary<math::LogOp>(x); }
Term log2(const Term &x) { return unary<math::Log2Op>(x); }
Term log10(const Term &x) { return unary<math::Log10Op>(x); }
Term log1p(const Term &x) { return unary<math::Log1pOp>(x); }
Term sin(const Term &x) { return unary<math::SinOp>(x); }
Term cos(const Term &x) { return unary<math::CosOp>(x); }
Term tan(const Term &x) { return unary<math::TanOp>(x); }
Term asin(const Term &x) { return unary<math::AsinOp>(x); }
Term acos(const Term &x) { return unary<math::AcosOp>(x); }
Term atan(const Term &x) { return unary<math::AtanOp>(x); }
Term atan2(const Term &x, const Term &y) { return binary<math::Atan2Op>(x, y); }
Term sinh(const Term &x) { return unary<math::SinhOp>(x); }
Term cosh(const Term &x) { return unary<math::CoshOp>(x); }
Term tanh(const Term &x) { return unary<math::TanhOp>(x); }
Term asinh(const Term &x) { return unary<math::AsinhOp>(x); }
Term acosh(const Term &x) { return unary<math::AcoshOp>(x); }
Term atanh(const Term &x) { return unary<math::AtanhOp>(x); }
Term erf(const Term &x) { return unary<math::ErfOp>(x); }
Term erfc(const Term &x) { return unary<math::ErfcOp>(x); }

//===- Bits ---------------------------------------------------------------------------------------------------------===//

/// Amounts out of range, which the machine leaves undefined, are replaced by 0; `valid` tells where.
static std::pair<Term, Term> shiftAmount(const Term &x, const Term &y) {
  Term valid = compareInt(arith::CmpIPredicate::ult, y, splatInt(x.width(), x));
  return {where(valid, y, splatInt(0, y)), valid};
}

Term shiftLeft(const Term &x, const Term &y) {
  auto [amount, valid] = shiftAmount(x, y);
  return where(valid, binary<arith::ShLIOp>(x, amount), splatInt(0, x));
}
Term shiftRight(const Term &x, const Term &y) {
  auto [amount, valid] = shiftAmount(x, y);
  return binary<arith::ShRSIOp>(x, where(valid, amount, splatInt(x.width() - 1, x)));
}
Term shiftRightLogical(const Term &x, const Term &y) {
  auto [amount, valid] = shiftAmount(x, y);
  return where(valid, binary<arith::ShRUIOp>(x, amount), splatInt(0, x));
}
Term countLeadingZeros(const Term &x) { return unary<math::CountLeadingZerosOp>(x); }
Term countTrailingZeros(const Term &x) { return unary<math::CountTrailingZerosOp>(x); }
Term popCount(const Term &x) { return unary<math::CtPopOp>(x); }

Term intPow(const Term &x, const Term &y) {
  // Square and multiply over the bits of y; its sign bit is dealt with apart.
  Term one = splatInt(1, x), zero = splatInt(0, x), result = one, square = x;
  for (unsigned bit = 0; bit + 1 < x.width(); ++bit) {
    Term mask = splatInt(int64_t(1) << bit, y);
    Term isSet = compareInt(arith::CmpIPredicate::ne, y & mask, zero);
    result = where(isSet, result * square, result);
    square = square * square;
  }
  // A negative power of 1 or -1 is one of them, by the parity of y; of any other number it is truncated to 0.
  Term isOne = compareInt(arith::CmpIPredicate::eq, x, one);
  Term isMinusOne = compareInt(arith::CmpIPredicate::eq, x, splatInt(-1, x));
  Term isOdd = compareInt(arith::CmpIPredicate::ne, y & one, zero);
  Term negative = where(isOne, one, where(isMinusOne, where(isOdd, splatInt(-1, x), one), zero));
  return where(compareInt(arith::CmpIPredicate::slt, y, zero), negative, result);
}

} // namespace tenon::body
