// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/reference/Elementwise.h"

#include "ir/tenon/TenonOps.h"
#include "llvm/ADT/bit.h"
#include <limits>

using namespace mlir;

namespace tenon::ref {

static int64_t smallest(unsigned width) { return width == 1 ? 0 : std::numeric_limits<int64_t>::min() >> (64 - width); }
static int64_t largest(unsigned width) { return width == 1 ? 1 : ~smallest(width); }

Int operator+(Int x, Int y) { return Int::wrap(x.bits() + y.bits(), x.width); }
Int operator-(Int x, Int y) { return Int::wrap(x.bits() - y.bits(), x.width); }
Int operator*(Int x, Int y) { return Int::wrap(x.bits() * y.bits(), x.width); }
Int operator&(Int x, Int y) { return Int::wrap(x.bits() & y.bits(), x.width); }
Int operator|(Int x, Int y) { return Int::wrap(x.bits() | y.bits(), x.width); }
Int operator^(Int x, Int y) { return Int::wrap(x.bits() ^ y.bits(), x.width); }
Int operator-(Int x) { return Int::wrap(0 - x.bits(), x.width); }
Int operator~(Int x) { return Int::wrap(~x.bits(), x.width); }

Int divide(Int x, Int y) {
  if (y.value == 0)
    return {0, x.width};
  // In 128 bits the quotient of the smallest number by -1 exists; it wraps like every other result.
  return Int::wrap(uint64_t(__int128(x.value) / y.value), x.width);
}

Int floorDivide(Int x, Int y) {
  if (y.value == 0)
    return {0, x.width};
  __int128 numerator = x.value, denominator = y.value, quotient = numerator / denominator;
  if (quotient * denominator != numerator && (numerator < 0) != (denominator < 0))
    --quotient;
  return Int::wrap(uint64_t(quotient), x.width);
}

Int ceilDivide(Int x, Int y) {
  if (y.value == 0)
    return {0, x.width};
  __int128 numerator = x.value, denominator = y.value, quotient = numerator / denominator;
  if (quotient * denominator != numerator && (numerator < 0) == (denominator < 0))
    ++quotient;
  return Int::wrap(uint64_t(quotient), x.width);
}

Int divideUnsigned(Int x, Int y) { return Int::wrap(y.value == 0 ? 0 : x.bits() / y.bits(), x.width); }

Int remainder(Int x, Int y) {
  return Int::wrap(y.value == 0 ? 0 : uint64_t(__int128(x.value) % y.value), x.width);
}

Int remainderUnsigned(Int x, Int y) { return Int::wrap(y.value == 0 ? 0 : x.bits() % y.bits(), x.width); }
Int magnitude(Int x) { return x.value < 0 ? -x : x; }
double signOf(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }
Int signOf(Int x) { return {(x.value > 0) - (x.value < 0), x.width}; }

double maximumOf(double x, double y) {
  if (std::isnan(x) || std::isnan(y))
    return std::numeric_limits<double>::quiet_NaN();
  if (x == 0 && y == 0)
    return std::signbit(x) ? y : x;
  return x > y ? x : y;
}
double minimumOf(double x, double y) { return -maximumOf(-x, -y); }
Int maximumOf(Int x, Int y) { return x.value > y.value ? x : y; }
Int minimumOf(Int x, Int y) { return x.value < y.value ? x : y; }
double maxNum(double x, double y) { return std::isnan(x) ? y : std::isnan(y) ? x : maximumOf(x, y); }
double minNum(double x, double y) { return std::isnan(x) ? y : std::isnan(y) ? x : minimumOf(x, y); }

template <typename T> static bool holds(Comparison relation, T x, T y) {
  switch (relation) {
  case Comparison::eq:
    return x == y;
  case Comparison::ne:
    return x != y;
  case Comparison::lt:
  case Comparison::ult:
    return x < y;
  case Comparison::le:
  case Comparison::ule:
    return x <= y;
  case Comparison::gt:
  case Comparison::ugt:
    return x > y;
  case Comparison::ge:
  case Comparison::uge:
    return x >= y;
  }
  llvm_unreachable("relations are complete");
}
bool compareBy(Comparison relation, double x, double y) { return holds(relation, x, y); }
bool compareBy(Comparison relation, Int x, Int y) {
  return relation >= Comparison::ult ? holds(relation, x.bits(), y.bits()) : holds(relation, x.value, y.value);
}

bool isNormal(double x, Type tensor) {
  auto element = cast<FloatType>(getElementTypeOrSelf(tensor));
  double least = llvm::APFloat::getSmallestNormalized(element.getFloatSemantics()).convertToDouble();
  return std::isfinite(x) && std::fabs(x) >= least;
}

double fusedMultiplyAdd(Type tensor, double x, double y, double z) {
  switch (getElementTypeOrSelf(tensor).getIntOrFloatBitWidth()) {
  case 64:
    return std::fma(x, y, z);
  case 16:
    return std::fma(float(x), float(y), float(z));
  default:
    break;
  }
  // Rounded to odd in double, so that the rounding to f32 is the only one: the error of the double sum tells on which side
  // the exact value lies. The product of two f32 is exact in double.
  double product = x * y, sum = product + z;
  if (!std::isfinite(sum))
    return sum;
  double part = sum - product, error = (product - (sum - part)) + (z - part);
  bool isEven = (llvm::bit_cast<uint64_t>(sum) & 1) == 0;
  return error != 0 && isEven ? std::nextafter(sum, error > 0 ? INFINITY : -INFINITY) : sum;
}

static bool isShift(Int x, Int y) { return y.value >= 0 && y.value < int64_t(x.width); }
Int shiftLeft(Int x, Int y) { return Int::wrap(isShift(x, y) ? x.bits() << y.value : 0, x.width); }
Int shiftRight(Int x, Int y) {
  if (isShift(x, y))
    return Int::wrap(uint64_t(x.value >> y.value), x.width);
  return {x.value < 0 ? -1 : 0, x.width};
}
Int shiftRightLogical(Int x, Int y) { return Int::wrap(isShift(x, y) ? x.bits() >> y.value : 0, x.width); }
Int leadingZeros(Int x) { return {int64_t(llvm::countl_zero(x.bits())) - (64 - int64_t(x.width)), x.width}; }
Int trailingZeros(Int x) { return {x.value == 0 ? x.width : int64_t(llvm::countr_zero(x.bits())), x.width}; }
Int population(Int x) { return {int64_t(llvm::popcount(x.bits())), x.width}; }

Int power(Int x, Int y) {
  if (y.value < 0) {
    if (x.value == 1 || x.value == -1)
      return y.value % 2 == 0 ? Int{1, x.width} : x;
    return {0, x.width};
  }
  Int result{1, x.width};
  uint64_t exponent = uint64_t(y.value);
  for (Int square = x; exponent; exponent >>= 1, square = square * square)
    if (exponent & 1)
      result = result * square;
  return result;
}

//===- Conversions ----------------------------------------------------------------------------------------------------===//

static Scalar castFloat(Type to, double x, bool isUnsigned) {
  Type element = getElementTypeOrSelf(to);
  if (isa<FloatType>(element))
    return Scalar::of(roundTo(element, x));
  unsigned width = element.getIntOrFloatBitWidth();
  if (width == 1)
    return Scalar::of(x != 0);
  if (std::isnan(x))
    return Scalar::of(Int{0, width});
  double whole = std::trunc(x), above = std::ldexp(1.0, isUnsigned ? width : width - 1);
  if (whole >= above)
    return Scalar::of(isUnsigned ? Int::wrap(~uint64_t(0), width) : Int{largest(width), width});
  if (isUnsigned)
    return Scalar::of(Int::wrap(whole < 0 ? 0 : uint64_t(whole), width));
  return Scalar::of(Int{whole < -above ? smallest(width) : int64_t(whole), width});
}

/// An integer rounded once to a float type.
static double roundInteger(FloatType type, Int x, bool isUnsigned) {
  llvm::APFloat number(type.getFloatSemantics());
  llvm::APInt bits(64, isUnsigned ? x.bits() : uint64_t(x.value));
  number.convertFromAPInt(bits, !isUnsigned, llvm::APFloat::rmNearestTiesToEven);
  return toDouble(number);
}

static Scalar castInt(Type to, Int x, bool isUnsigned) {
  Type element = getElementTypeOrSelf(to);
  if (auto type = dyn_cast<FloatType>(element))
    return Scalar::of(roundInteger(type, x, isUnsigned));
  unsigned width = element.getIntOrFloatBitWidth();
  if (width == 1)
    return Scalar::of(x.value != 0);
  return Scalar::of(Int::wrap(isUnsigned ? x.bits() : uint64_t(x.value), width));
}

Scalar castTo(Type to, double x) { return castFloat(to, x, false); }
Scalar castTo(Type to, Int x) { return castInt(to, x, false); }
Scalar castUnsigned(Type to, double x) { return castFloat(to, x, true); }
Scalar castUnsigned(Type to, Int x) { return castInt(to, x, true); }

static Scalar fromBits(Type to, uint64_t bits) {
  Type element = getElementTypeOrSelf(to);
  unsigned width = element.getIntOrFloatBitWidth();
  auto type = dyn_cast<FloatType>(element);
  if (!type)
    return Scalar::of(Int::wrap(bits, width));
  llvm::APFloat number(type.getFloatSemantics(), llvm::APInt(width, bits, false, /*implicitTrunc=*/true));
  return Scalar::of(toDouble(number));
}

Scalar bitcastTo(Type to, Type from, double x) {
  llvm::APFloat number(x);
  bool losesInfo;
  number.convert(cast<FloatType>(getElementTypeOrSelf(from)).getFloatSemantics(), llvm::APFloat::rmNearestTiesToEven,
                 &losesInfo);
  return fromBits(to, number.bitcastToAPInt().getZExtValue());
}
Scalar bitcastTo(Type to, Type, Int x) { return fromBits(to, x.bits()); }

//===- Evaluation of ops ----------------------------------------------------------------------------------------------===//

void unsupportedOperands(Operation *op) {
  llvm::report_fatal_error(Twine("the verifier let operands through that have no meaning: ") +
                           op->getName().getStringRef());
}

FailureOr<SmallVector<Array>> evaluateElementwise(ElementwiseOpInterface op, ArrayRef<const Array *> operands,
                                                  Context &context) {
  Type type = op->getResult(0).getType();
  auto shape = context.shapeOf(op, type);
  if (failed(shape))
    return failure();
  Array result(getElementTypeOrSelf(type), *shape);
  bool rounds = result.isFloat() && context.precision == Precision::Typed;
  SmallVector<Scalar> scalars(operands.size());
  for (int64_t i = 0, size = result.size(); i < size; ++i) {
    for (auto [scalar, operand] : llvm::zip(scalars, operands))
      scalar = operand->get(i);
    Scalar value = op.evaluateScalar(scalars);
    if (rounds)
      value.number = roundTo(result.element, value.number);
    result.set(i, value);
  }
  return SmallVector<Array>{std::move(result)};
}

} // namespace tenon::ref
