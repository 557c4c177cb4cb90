// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Conversions between element types; tests hold them against the reference interpreter's.
#include "ir/tenon/Body.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cmath>

using namespace mlir;

namespace tenon::body {

template <typename Op> static Term convert(const Term &x, Type element) {
  Type type = withElement(x.type(), element);
  return type == x.type() ? x : x.scope->make<Op>(type, x.value);
}

/// 16-bit floats as f32, which machines compute with.
static Term widen(const Term &x) {
  return x.isFloat() && x.width() == 16 ? convert<arith::ExtFOp>(x, Float32Type::get(x.value.getContext())) : x;
}

static Term isNotZero(const Term &source) {
  Term x = widen(source);
  if (x.isFloat())
    return x.scope->make<arith::CmpFOp>(arith::CmpFPredicate::UNE, x.value, splat(0, x).value);
  return x.scope->make<arith::CmpIOp>(arith::CmpIPredicate::ne, x.value, splatInt(0, x).value);
}

static Term floatToFloat(FloatType to, const Term &x) {
  if (to.getWidth() > x.width())
    return convert<arith::ExtFOp>(x, to);
  if (to.getWidth() < x.width())
    return convert<arith::TruncFOp>(x, to);
  if (to == x.element())
    return x;
  // Between f16 and bf16: neither holds the other, f32 holds both.
  return convert<arith::TruncFOp>(widen(x), to);
}

/// Truncates, holds within the range of `to`, makes NaN 0.
static Term floatToInt(IntegerType to, const Term &source, bool isUnsigned) {
  Term x = widen(source);
  unsigned width = to.getWidth();
  // Powers of two, so exact in every float type.
  double upper = std::ldexp(1.0, isUnsigned ? width : width - 1), lower = isUnsigned ? 0 : -upper;
  auto compare = [&](arith::CmpFPredicate predicate, double limit) {
    return x.scope->make<arith::CmpFOp>(predicate, x.value, splat(limit, x).value);
  };
  Term tooLarge = compare(arith::CmpFPredicate::OGE, upper);
  Term inside = compare(arith::CmpFPredicate::OGE, lower) & compare(arith::CmpFPredicate::OLT, upper);
  Term safe = where(inside, x, splat(0, x));
  Term result = isUnsigned ? convert<arith::FPToUIOp>(safe, to) : convert<arith::FPToSIOp>(safe, to);
  APInt largest = isUnsigned ? APInt::getMaxValue(width) : APInt::getSignedMaxValue(width);
  result = where(tooLarge, splatInt(largest.getSExtValue(), result), result);
  if (isUnsigned)
    return result;
  Term tooSmall = compare(arith::CmpFPredicate::OLT, lower);
  return where(tooSmall, splatInt(APInt::getSignedMinValue(width).getSExtValue(), result), result);
}

/// 64-bit integers beyond f64's 53 bits with the bits that f64 cannot hold folded into its last one (round to odd), so that
/// the rounding to a 16-bit float after it is the only one. Boldo and Melquiond, "Emulation of FMA and correctly rounded
/// sums: proved algorithms using rounding to odd", 2008.
static Term foldLowBits(const Term &x, bool isUnsigned) {
  Term low = isNotZero(x & splatInt(0x7FF, x));
  Term high = x & splatInt(~int64_t(0x7FF), x);
  Term folded = where(low, high | splatInt(0x800, x), high);
  int64_t limit = int64_t(1) << 53;
  Term offset = isUnsigned ? x : x + splatInt(limit, x);
  Term range = splatInt(isUnsigned ? limit : 2 * limit, x);
  Term fits = x.scope->make<arith::CmpIOp>(arith::CmpIPredicate::ult, offset.value, range.value);
  return where(fits, x, folded);
}

static Term intToFloat(FloatType to, const Term &x, bool isUnsigned) {
  auto direct = [&](const Term &source, FloatType type) {
    return isUnsigned ? convert<arith::UIToFPOp>(source, type) : convert<arith::SIToFPOp>(source, type);
  };
  if (to.getWidth() > 16)
    return direct(x, to);
  // An exact intermediate, then one rounding.
  if (x.width() <= 16)
    return floatToFloat(to, direct(x, Float32Type::get(to.getContext())));
  Term source = x.width() == 64 ? foldLowBits(x, isUnsigned) : x;
  return floatToFloat(to, direct(source, Float64Type::get(to.getContext())));
}

static Term cast(Type to, const Term &x, bool isUnsigned) {
  Type element = getElementTypeOrSelf(to);
  auto toInt = dyn_cast<IntegerType>(element);
  if (element == x.element())
    return x;
  if (toInt && toInt.getWidth() == 1)
    return isNotZero(x);
  bool fromUnsigned = isUnsigned || x.element().isInteger(1);
  if (!toInt)
    return x.isFloat() ? floatToFloat(mlir::cast<FloatType>(element), x)
                       : intToFloat(mlir::cast<FloatType>(element), x, fromUnsigned);
  if (x.isFloat())
    return floatToInt(toInt, x, isUnsigned);
  if (toInt.getWidth() < x.width())
    return convert<arith::TruncIOp>(x, element);
  return fromUnsigned ? convert<arith::ExtUIOp>(x, element) : convert<arith::ExtSIOp>(x, element);
}

Term castTo(Type to, const Term &x) { return cast(to, x, /*isUnsigned=*/false); }
Term castUnsigned(Type to, const Term &x) { return cast(to, x, /*isUnsigned=*/true); }
Term bitcastTo(Type to, const Term &x) { return convert<arith::BitcastOp>(x, getElementTypeOrSelf(to)); }

} // namespace tenon::body
