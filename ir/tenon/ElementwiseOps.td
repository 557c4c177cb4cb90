// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The elementwise ops, an entry each; ElementwiseBase.td says what the expressions mean. Adding an op here is all there
// is to do: builders, interpreter, lowering, gradient and the sweeps over all ops follow from the entry.
#ifndef TENON_IR_ELEMENTWISE_OPS
#define TENON_IR_ELEMENTWISE_OPS

include "ir/tenon/ElementwiseBase.td"

//===- Arithmetic ----------------------------------------------------------------------------------------------------===//

def Tenon_AddOp : Tenon_Binary<"add", Tenon_NumberTensor, Tenon_Rule<"x + y", "x + y", "dy, dy">> {
  let summary = "sum; integers wrap";
}
def Tenon_SubOp : Tenon_Binary<"sub", Tenon_NumberTensor, Tenon_Rule<"x - y", "x - y", "dy, -dy">> {
  let summary = "difference; integers wrap";
}
def Tenon_MulOp : Tenon_Binary<"mul", Tenon_NumberTensor, Tenon_Rule<"x * y", "x * y", "dy * y, dy * x">> {
  let summary = "product; integers wrap";
}
def Tenon_DivOp : Tenon_Binary<"div", Tenon_NumberTensor,
    Tenon_Rule<"divide(x, y)", "x / y", "dy / y, -(dy * r / y)">> {
  let summary = "quotient; of integers rounded towards zero";
  let description = "Integers: division by zero gives 0, and the smallest number by -1 wraps.";
  let domain = "NonZero"; let cost = 4;
}
def Tenon_FloorDivOp : Tenon_Binary<"floor_div", Tenon_IntTensor, Tenon_Rule<"floorDivide(x, y)", "floorDivide(x, y)">> {
  let summary = "quotient of integers rounded down; division by zero gives 0";
  let domain = "NonZero"; let cost = 6;
}
def Tenon_CeilDivOp : Tenon_Binary<"ceil_div", Tenon_IntTensor, Tenon_Rule<"ceilDivide(x, y)", "ceilDivide(x, y)">> {
  let summary = "quotient of integers rounded up; division by zero gives 0";
  let domain = "NonZero"; let cost = 6;
}
def Tenon_DivUnsignedOp : Tenon_Binary<"div_unsigned", Tenon_IntTensor,
    Tenon_Rule<"divideUnsigned(x, y)", "divideUnsigned(x, y)">> {
  let summary = "quotient of integers taken as unsigned; division by zero gives 0";
  let domain = "NonZero"; let cost = 4;
}
def Tenon_RemOp : Tenon_Binary<"rem", Tenon_NumberTensor,
    Tenon_Rule<"remainder(x, y)", "remainder(x, y)", "dy, -(dy * trunc(x / y))">> {
  let summary = "remainder with the sign of the dividend; of integers by zero it is 0";
  let domain = "NonZero"; let cost = 8;
}
def Tenon_RemUnsignedOp : Tenon_Binary<"rem_unsigned", Tenon_IntTensor,
    Tenon_Rule<"remainderUnsigned(x, y)", "remainderUnsigned(x, y)">> {
  let summary = "remainder of integers taken as unsigned; by zero it is 0";
  let domain = "NonZero"; let cost = 4;
}
def Tenon_NegOp : Tenon_Unary<"neg", Tenon_NumberTensor, Tenon_Rule<"-x", "-x", "-dy">> {
  let summary = "negation; integers wrap";
}
def Tenon_AbsOp : Tenon_Unary<"abs", Tenon_NumberTensor, Tenon_Rule<"magnitude(x)", "abs(x)", "dy * sign(x)">> {
  let summary = "absolute value; integers wrap";
  let domain = "NonZero";
}
def Tenon_SignOp : Tenon_Unary<"sign", Tenon_NumberTensor, Tenon_Rule<"signOf(x)", "sign(x)">> {
  let summary = "-1, 0 or 1; NaN and the zeros give themselves";
}
def Tenon_FmaOp : Tenon_Ternary<"fma", Tenon_FloatTensor,
    Tenon_Rule<"fusedMultiplyAdd(getResult().getType(), x, y, z)", "fma(x, y, z)", "dy * y, dy * x, dy">> {
  let summary = "x * y + z, rounded once";
  let description = "16-bit floats: rounded to f32 once, then to their type.";
}
def Tenon_ReciprocalOp : Tenon_Unary<"reciprocal", Tenon_FloatTensor, Tenon_Rule<"1.0 / x", "1.0 / x", "-(dy * r * r)">> {
  let summary = "1 / x";
  let domain = "NonZero"; let cost = 4;
}

//===- Choice --------------------------------------------------------------------------------------------------------===//

def Tenon_MaximumOp : Tenon_Binary<"maximum", Tenon_NumberTensor, Tenon_Rule<"maximumOf(x, y)", "maximum(x, y)",
    "dy * share(greater(x, y), x, y), dy * share(less(x, y), x, y)">> {
  let summary = "the larger; NaN wins; a tie shares its gradient in halves";
}
def Tenon_MinimumOp : Tenon_Binary<"minimum", Tenon_NumberTensor, Tenon_Rule<"minimumOf(x, y)", "minimum(x, y)",
    "dy * share(less(x, y), x, y), dy * share(greater(x, y), x, y)">> {
  let summary = "the smaller; NaN wins; a tie shares its gradient in halves";
}
def Tenon_MaxNumOp : Tenon_Binary<"max_num", Tenon_FloatTensor, Tenon_Rule<"maxNum(x, y)", "maxNum(x, y)",
    "dy * share(greater(x, y), x, y), dy * share(less(x, y), x, y)">> {
  let summary = "the larger; a number wins over NaN";
}
def Tenon_MinNumOp : Tenon_Binary<"min_num", Tenon_FloatTensor, Tenon_Rule<"minNum(x, y)", "minNum(x, y)",
    "dy * share(less(x, y), x, y), dy * share(greater(x, y), x, y)">> {
  let summary = "the smaller; a number wins over NaN";
}
def Tenon_MaxUnsignedOp : Tenon_Binary<"max_unsigned", Tenon_IntTensor,
    Tenon_Rule<"x.bits() > y.bits() ? x : y", "maxUnsigned(x, y)">> {
  let summary = "the larger of integers taken as unsigned";
}
def Tenon_MinUnsignedOp : Tenon_Binary<"min_unsigned", Tenon_IntTensor,
    Tenon_Rule<"x.bits() < y.bits() ? x : y", "minUnsigned(x, y)">> {
  let summary = "the smaller of integers taken as unsigned";
}
def Tenon_ClampOp : Tenon_Ternary<"clamp", Tenon_NumberTensor,
    Tenon_Rule<"minimumOf(maximumOf(x, y), z)", "minimum(maximum(x, y), z)",
               "where(inside(x, y, z), dy, zero(dy)), where(less(x, y), dy, zero(dy)), where(greater(x, z), dy, zero(dy))">> {
  let summary = "x limited to [y, z]; the gradient passes at the bounds themselves";
  let domain = "Ordered"; let cost = 2;
}
def Tenon_SelectOp : Tenon_ElementwiseOp<"select", Tenon_Rule<"x.isTrue() ? y : z", "where(x, y, z)",
    "none, where(x, dy, zero(dy)), where(x, zero(dy), dy)">, ["x", "y", "z"],
    [AllTypesMatch<["y", "z", "result"]>]> {
  let summary = "y where x is true, else z";
  let arguments = (ins Tenon_BoolTensor:$x, Tenon_Tensor:$y, Tenon_Tensor:$z);
  let assemblyFormat = "$x `,` $y `,` $z attr-dict `:` type($x) `,` type($result)";
  let typeExact = 1;
}

def Tenon_ComparisonEnum : I32EnumAttr<"Comparison", "relation of two numbers", [
    I32EnumAttrCase<"eq", 0>, I32EnumAttrCase<"ne", 1>, I32EnumAttrCase<"lt", 2>, I32EnumAttrCase<"le", 3>,
    I32EnumAttrCase<"gt", 4>, I32EnumAttrCase<"ge", 5>, I32EnumAttrCase<"ult", 6>, I32EnumAttrCase<"ule", 7>,
    I32EnumAttrCase<"ugt", 8>, I32EnumAttrCase<"uge", 9>]> {
  let cppNamespace = "::tenon";
  let genSpecializedAttr = 0;
}
def Tenon_ComparisonAttr : EnumAttr<Tenon_Dialect, Tenon_ComparisonEnum, "comparison">;

def Tenon_CompareOp : Tenon_ElementwiseOp<"compare", Tenon_Rule<"compareBy(getRelation(), x, y)",
    "compareBy(getRelation(), x, y)">, ["x", "y"],
    [SameTypeOperands, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "truth of a relation; with NaN only `ne` holds; `ult` and its like take integers as unsigned";
  let arguments = (ins Tenon_ComparisonAttr:$relation, Tenon_Tensor:$x, Tenon_Tensor:$y);
  let assemblyFormat = "$relation `,` $x `,` $y attr-dict `:` type($x)";
  let extraClassDefinition = !strconcat(elementwiseDefinition, Tenon_InferBool<>.definition);
  let hasVerifier = 1;
}
def Tenon_IsNanOp : Tenon_UnaryPredicate<"is_nan", Tenon_FloatTensor, Tenon_Rule<"std::isnan(x)", "isNan(x)">> {
  let summary = "whether x is NaN";
}
def Tenon_IsInfOp : Tenon_UnaryPredicate<"is_inf", Tenon_FloatTensor, Tenon_Rule<"std::isinf(x)", "isInf(x)">> {
  let summary = "whether x is an infinity";
}
def Tenon_IsFiniteOp : Tenon_UnaryPredicate<"is_finite", Tenon_FloatTensor,
    Tenon_Rule<"std::isfinite(x)", "isFinite(x)">> {
  let summary = "whether x is neither NaN nor an infinity";
}
def Tenon_IsNormalOp : Tenon_UnaryPredicate<"is_normal", Tenon_FloatTensor,
    Tenon_Rule<"isNormal(x, getX().getType())", "isNormal(x)">> {
  let summary = "whether x is finite, not zero and not subnormal in its type";
  let typeExact = 1;
}

//===- Rounding and signs --------------------------------------------------------------------------------------------===//

def Tenon_CeilOp : Tenon_Unary<"ceil", Tenon_FloatTensor, Tenon_Rule<"std::ceil(x)", "ceil(x)">> {
  let summary = "rounded up";
}
def Tenon_FloorOp : Tenon_Unary<"floor", Tenon_FloatTensor, Tenon_Rule<"std::floor(x)", "floor(x)">> {
  let summary = "rounded down";
}
def Tenon_TruncOp : Tenon_Unary<"trunc", Tenon_FloatTensor, Tenon_Rule<"std::trunc(x)", "trunc(x)">> {
  let summary = "rounded towards zero";
}
def Tenon_RoundOp : Tenon_Unary<"round", Tenon_FloatTensor, Tenon_Rule<"std::round(x)", "round(x)">> {
  let summary = "rounded to the nearest integer, halves away from zero";
  let cost = 4;
}
def Tenon_RoundEvenOp : Tenon_Unary<"round_even", Tenon_FloatTensor, Tenon_Rule<"std::nearbyint(x)", "roundEven(x)">> {
  let summary = "rounded to the nearest integer, halves to the even one";
}
def Tenon_CopySignOp : Tenon_Binary<"copy_sign", Tenon_FloatTensor,
    Tenon_Rule<"std::copysign(x, y)", "copySign(x, y)", "dy * sign(x) * sign(copySign(splat(1.0, x), y)), none">> {
  let summary = "the magnitude of x with the sign of y";
  let domain = "NonZero";
}

//===- Roots, powers, exponentials, logarithms ------------------------------------------------------------------------===//

def Tenon_SqrtOp : Tenon_Unary<"sqrt", Tenon_FloatTensor, Tenon_Rule<"std::sqrt(x)", "sqrt(x)", "dy * 0.5 / r">> {
  let summary = "square root";
  let domain = "Positive"; let cost = 6;
}
def Tenon_RsqrtOp : Tenon_Unary<"rsqrt", Tenon_FloatTensor,
    Tenon_Rule<"1.0 / std::sqrt(x)", "rsqrt(x)", "dy * (-0.5) * r / x">> {
  let summary = "1 / sqrt(x)";
  let domain = "Positive"; let ulps = "2"; let cost = 8;
}
def Tenon_CbrtOp : Tenon_Unary<"cbrt", Tenon_FloatTensor, Tenon_Rule<"std::cbrt(x)", "cbrt(x)", "dy / (3.0 * r * r)">> {
  let summary = "cube root";
  let domain = "NonZero"; let ulps = "2"; let cost = 20;
}
def Tenon_PowOp : Tenon_Binary<"pow", Tenon_FloatTensor, Tenon_Rule<"std::pow(x, y)", "pow(x, y)",
    "dy * y * pow(x, y - 1.0), where(greater(x, zero(x)), dy * r * log(x), zero(dy))">> {
  let summary = "x to the power y, with the special cases of IEEE 754 (0^0 and 1^NaN are 1)";
  let domain = "Positive"; let ulps = "2"; let cost = 60;
}
def Tenon_ExpOp : Tenon_Unary<"exp", Tenon_FloatTensor, Tenon_Rule<"std::exp(x)", "exp(x)", "dy * r">> {
  let summary = "e^x";
  let ulps = "2"; let cost = 12;
}
def Tenon_Exp2Op : Tenon_Unary<"exp2", Tenon_FloatTensor,
    Tenon_Rule<"std::exp2(x)", "exp2(x)", "dy * r * 0.693147180559945309417">> {
  let summary = "2^x";
  let ulps = "2"; let cost = 12;
}
def Tenon_Expm1Op : Tenon_Unary<"expm1", Tenon_FloatTensor, Tenon_Rule<"std::expm1(x)", "expm1(x)", "dy * exp(x)">> {
  let summary = "e^x - 1, exact near 0";
  let ulps = "2"; let cost = 16;
}
def Tenon_LogOp : Tenon_Unary<"log", Tenon_FloatTensor, Tenon_Rule<"std::log(x)", "log(x)", "dy / x">> {
  let summary = "natural logarithm";
  let domain = "Positive"; let ulps = "2"; let cost = 16;
}
def Tenon_Log2Op : Tenon_Unary<"log2", Tenon_FloatTensor,
    Tenon_Rule<"std::log2(x)", "log2(x)", "dy * 1.44269504088896340736 / x">> {
  let summary = "logarithm to base 2";
  let domain = "Positive"; let ulps = "2"; let cost = 16;
}
def Tenon_Log10Op : Tenon_Unary<"log10", Tenon_FloatTensor,
    Tenon_Rule<"std::log10(x)", "log10(x)", "dy * 0.434294481903251827651 / x">> {
  let summary = "logarithm to base 10";
  let domain = "Positive"; let ulps = "2"; let cost = 16;
}
def Tenon_Log1pOp : Tenon_Unary<"log1p", Tenon_FloatTensor, Tenon_Rule<"std::log1p(x)", "log1p(x)", "dy / (x + 1.0)">> {
  let summary = "log(1 + x), exact near 0";
  let domain = "Positive"; let ulps = "2"; let cost = 20;
}

//===- Trigonometry ---------------------------------------------------------------------------------------------------===//

def Tenon_SinOp : Tenon_Unary<"sin", Tenon_FloatTensor, Tenon_Rule<"std::sin(x)", "sin(x)", "dy * cos(x)">> {
  let summary = "sine";
  let ulps = "2"; let cost = 30;
}
def Tenon_CosOp : Tenon_Unary<"cos", Tenon_FloatTensor, Tenon_Rule<"std::cos(x)", "cos(x)", "-(dy * sin(x))">> {
  let summary = "cosine";
  let ulps = "2"; let cost = 30;
}
def Tenon_TanOp : Tenon_Unary<"tan", Tenon_FloatTensor, Tenon_Rule<"std::tan(x)", "tan(x)", "dy * (r * r + 1.0)">> {
  let summary = "tangent";
  let domain = "Unit"; let ulps = "2"; let cost = 40;
}
def Tenon_AsinOp : Tenon_Unary<"asin", Tenon_FloatTensor,
    Tenon_Rule<"std::asin(x)", "asin(x)", "dy * rsqrt(1.0 - x * x)">> {
  let summary = "arc sine";
  let domain = "Unit"; let ulps = "2"; let cost = 30;
}
def Tenon_AcosOp : Tenon_Unary<"acos", Tenon_FloatTensor,
    Tenon_Rule<"std::acos(x)", "acos(x)", "-(dy * rsqrt(1.0 - x * x))">> {
  let summary = "arc cosine";
  let domain = "Unit"; let ulps = "2"; let cost = 30;
}
def Tenon_AtanOp : Tenon_Unary<"atan", Tenon_FloatTensor, Tenon_Rule<"std::atan(x)", "atan(x)", "dy / (x * x + 1.0)">> {
  let summary = "arc tangent";
  let ulps = "2"; let cost = 30;
}
def Tenon_Atan2Op : Tenon_Binary<"atan2", Tenon_FloatTensor, Tenon_Rule<"std::atan2(x, y)", "atan2(x, y)",
    "dy * y / (x * x + y * y), -(dy * x / (x * x + y * y))">> {
  let summary = "angle of the point (y, x)";
  let domain = "NonZero"; let ulps = "2"; let cost = 40;
}
def Tenon_SinhOp : Tenon_Unary<"sinh", Tenon_FloatTensor, Tenon_Rule<"std::sinh(x)", "sinh(x)", "dy * cosh(x)">> {
  let summary = "hyperbolic sine";
  let ulps = "2"; let cost = 30;
}
def Tenon_CoshOp : Tenon_Unary<"cosh", Tenon_FloatTensor, Tenon_Rule<"std::cosh(x)", "cosh(x)", "dy * sinh(x)">> {
  let summary = "hyperbolic cosine";
  let ulps = "2"; let cost = 30;
}
def Tenon_TanhOp : Tenon_Unary<"tanh", Tenon_FloatTensor, Tenon_Rule<"std::tanh(x)", "tanh(x)", "dy * (1.0 - r * r)">> {
  let summary = "hyperbolic tangent";
  let ulps = "2"; let cost = 20;
}
def Tenon_AsinhOp : Tenon_Unary<"asinh", Tenon_FloatTensor,
    Tenon_Rule<"std::asinh(x)", "asinh(x)", "dy * rsqrt(x * x + 1.0)">> {
  let summary = "inverse hyperbolic sine";
  let ulps = "2"; let cost = 40;
}
def Tenon_AcoshOp : Tenon_Unary<"acosh", Tenon_FloatTensor,
    Tenon_Rule<"std::acosh(x)", "acosh(x)", "dy * rsqrt(x * x - 1.0)">> {
  let summary = "inverse hyperbolic cosine";
  let domain = "AboveOne"; let ulps = "2"; let cost = 40;
}
def Tenon_AtanhOp : Tenon_Unary<"atanh", Tenon_FloatTensor,
    Tenon_Rule<"std::atanh(x)", "atanh(x)", "dy / (1.0 - x * x)">> {
  let summary = "inverse hyperbolic tangent";
  let domain = "Unit"; let ulps = "2"; let cost = 40;
}
def Tenon_ErfOp : Tenon_Unary<"erf", Tenon_FloatTensor,
    Tenon_Rule<"std::erf(x)", "erf(x)", "dy * 1.12837916709551257390 * exp(-(x * x))">> {
  let summary = "error function";
  let ulps = "2"; let cost = 24;
}
def Tenon_ErfcOp : Tenon_Unary<"erfc", Tenon_FloatTensor,
    Tenon_Rule<"std::erfc(x)", "erfc(x)", "dy * (-1.12837916709551257390) * exp(-(x * x))">> {
  let summary = "1 - erf(x), exact for large x";
  let ulps = "2"; let cost = 40;
}

//===- Activations ----------------------------------------------------------------------------------------------------===//

def Tenon_ReluOp : Tenon_Unary<"relu", Tenon_FloatTensor, Tenon_Rule<"maximumOf(x, 0.0)", "relu(x)",
    "where(greater(x, zero(x)), dy, zero(dy))">> {
  let summary = "max(x, 0)";
  let domain = "NonZero";
}
def Tenon_SigmoidOp : Tenon_Unary<"sigmoid", Tenon_FloatTensor,
    Tenon_Rule<"1.0 / (1.0 + std::exp(-x))", "1.0 / (1.0 + exp(-x))", "dy * r * (1.0 - r)">> {
  let summary = "1 / (1 + e^-x)";
  let ulps = "4"; let cost = 18;
}
def Tenon_SiluOp : Tenon_Unary<"silu", Tenon_FloatTensor, Tenon_Rule<"x / (1.0 + std::exp(-x))", "x / (1.0 + exp(-x))",
    "dy * sigmoid(x) * (x * (1.0 - sigmoid(x)) + 1.0)">> {
  let summary = "x * sigmoid(x)";
  let ulps = "4"; let cost = 18;
}
def Tenon_SoftplusOp : Tenon_Unary<"softplus", Tenon_FloatTensor,
    Tenon_Rule<"std::fmax(x, 0.0) + std::log1p(std::exp(-std::fabs(x)))",
               "relu(x) + log1p(exp(-abs(x)))", "dy * sigmoid(x)">> {
  let summary = "log(1 + e^x)";
  let ulps = "5"; let cost = 36;
}
def Tenon_GeluOp : Tenon_Unary<"gelu", Tenon_FloatTensor,
    Tenon_Rule<"0.5 * x * std::erfc(-x * M_SQRT1_2)", "0.5 * x * erfc(x * (-0.70710678118654752440))",
    "dy * (erfc(x * (-0.70710678118654752440)) * 0.5 + x * exp(x * x * (-0.5)) * 0.39894228040143267794)">> {
  let summary = "x times the normal distribution's probability of being below x";
  // erfc(u) has condition number about 2 u^2, and u^2 <= 8 for |x| <= 4: the rounding of u counts 16 times.
  let ulps = "20"; let cost = 44;
}
def Tenon_GeluTanhOp : Tenon_Unary<"gelu_tanh", Tenon_FloatTensor,
    Tenon_Rule<"x / (1.0 + std::exp(-1.59576912160573071176 * (x + 0.044715 * x * x * x)))",
               "x / (1.0 + exp((x + 0.044715 * x * x * x) * (-1.59576912160573071176)))",
    "geluTanhGradient(x, dy)">> {
  let summary = "gelu with the tanh formula: 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))";
  // The argument of exp reaches 11 for |x| <= 4, with four roundings.
  let ulps = "32"; let cost = 22;
}

//===- Bits -----------------------------------------------------------------------------------------------------------===//

def Tenon_AndOp : Tenon_Binary<"and", Tenon_IntOrBoolTensor, Tenon_Rule<"x & y", "x & y">> {
  let summary = "bitwise and";
}
def Tenon_OrOp : Tenon_Binary<"or", Tenon_IntOrBoolTensor, Tenon_Rule<"x | y", "x | y">> {
  let summary = "bitwise or";
}
def Tenon_XorOp : Tenon_Binary<"xor", Tenon_IntOrBoolTensor, Tenon_Rule<"x ^ y", "x ^ y">> {
  let summary = "bitwise exclusive or";
}
def Tenon_NotOp : Tenon_Unary<"not", Tenon_IntOrBoolTensor, Tenon_Rule<"~x", "~x">> {
  let summary = "bitwise complement";
}
def Tenon_ShiftLeftOp : Tenon_Binary<"shift_left", Tenon_IntTensor, Tenon_Rule<"shiftLeft(x, y)", "shiftLeft(x, y)">> {
  let summary = "x * 2^y; shifts by the width or more, or by negative numbers, give 0";
  let domain = "Shift"; let cost = 3;
}
def Tenon_ShiftRightOp : Tenon_Binary<"shift_right", Tenon_IntTensor,
    Tenon_Rule<"shiftRight(x, y)", "shiftRight(x, y)">> {
  let summary = "x shifted right with copies of its sign; shifts out of range give 0 or -1";
  let domain = "Shift"; let cost = 3;
}
def Tenon_ShiftRightLogicalOp : Tenon_Binary<"shift_right_logical", Tenon_IntTensor,
    Tenon_Rule<"shiftRightLogical(x, y)", "shiftRightLogical(x, y)">> {
  let summary = "x shifted right with zeros; shifts out of range give 0";
  let domain = "Shift"; let cost = 3;
}
def Tenon_CountLeadingZerosOp : Tenon_Unary<"count_leading_zeros", Tenon_IntTensor,
    Tenon_Rule<"leadingZeros(x)", "countLeadingZeros(x)">> {
  let summary = "number of zero bits above the highest one";
  let cost = 4;
}
def Tenon_CountTrailingZerosOp : Tenon_Unary<"count_trailing_zeros", Tenon_IntTensor,
    Tenon_Rule<"trailingZeros(x)", "countTrailingZeros(x)">> {
  let summary = "number of zero bits below the lowest one";
  let cost = 4;
}
def Tenon_PopCountOp : Tenon_Unary<"pop_count", Tenon_IntTensor, Tenon_Rule<"population(x)", "popCount(x)">> {
  let summary = "number of one bits";
  let cost = 4;
}
def Tenon_IntPowOp : Tenon_Binary<"int_pow", Tenon_IntTensor, Tenon_Rule<"power(x, y)", "intPow(x, y)">> {
  let summary = "x to the power y, wrapping; negative powers are rounded towards zero";
  let domain = "Shift"; let cost = 60;
}

//===- Types ----------------------------------------------------------------------------------------------------------===//

def Tenon_CastOp : Tenon_ElementwiseOp<"cast", Tenon_Rule<"castTo(getResult().getType(), x)", "castTo(resultType, x)",
    "castLike(dy, x)">, ["x"], []> {
  let summary = "the same number in another type";
  let description = [{
    Floats round to nearest even. A float becomes an integer by truncation, held within the integer's range, NaN becoming 0.
    Integers wrap. Zero is false, everything else true.
  }];
  let arguments = (ins Tenon_Tensor:$x);
  let assemblyFormat = "$x attr-dict `:` type($x) `to` type($result)";
  let typeExact = 1; let cost = 2;
}
def Tenon_CastUnsignedOp : Tenon_ElementwiseOp<"cast_unsigned", Tenon_Rule<"castUnsigned(getResult().getType(), x)",
    "castUnsigned(resultType, x)">, ["x"], []> {
  let summary = "as `cast`, with every integer taken as unsigned";
  let arguments = (ins Tenon_Tensor:$x);
  let assemblyFormat = "$x attr-dict `:` type($x) `to` type($result)";
  let typeExact = 1; let cost = 4;
}
def Tenon_BitcastOp : Tenon_ElementwiseOp<"bitcast", Tenon_Rule<"bitcastTo(getResult().getType(), getX().getType(), x)",
    "bitcastTo(resultType, x)">, ["x"], []> {
  let summary = "the same bits in another type of the same width";
  let arguments = (ins Tenon_Tensor:$x);
  let assemblyFormat = "$x attr-dict `:` type($x) `to` type($result)";
  let hasVerifier = 1;
  let typeExact = 1;
}

#endif
