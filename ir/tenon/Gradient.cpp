// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/tenon/Gradient.h"

#include "ir/tenon/TenonOps.h"

using namespace mlir;

namespace tenon::grad {

template <typename Op, typename... Terms> static Term make(const Term &first, const Terms &...rest) {
  Scope &scope = *first.scope;
  return scope.term(Op::create(scope.builder, scope.loc, first.value.getType(), ValueRange{first.value, rest.value...})
                        .getResult());
}

static Term compare(Comparison relation, const Term &x, const Term &y) {
  return x.scope->term(CompareOp::create(x.scope->builder, x.scope->loc, relation, x.value, y.value).getResult());
}

Term splat(double value, const Term &like) {
  Type element = getElementTypeOrSelf(like.value);
  Scope &scope = *like.scope;
  return scope.term(
      SplatOp::create(scope.builder, scope.loc, like.value.getType(), FloatAttr::get(element, value)).getResult());
}

Term operator+(const Term &x, const Term &y) { return make<AddOp>(x, y); }
Term operator-(const Term &x, const Term &y) { return make<SubOp>(x, y); }
Term operator*(const Term &x, const Term &y) { return make<MulOp>(x, y); }
Term operator/(const Term &x, const Term &y) { return make<DivOp>(x, y); }
Term operator-(const Term &x) { return make<NegOp>(x); }

Term where(const Term &condition, const Term &x, const Term &y) {
  Scope &scope = *x.scope;
  return scope.term(SelectOp::create(scope.builder, scope.loc, condition.value, x.value, y.value).getResult());
}
Term equal(const Term &x, const Term &y) { return compare(Comparison::eq, x, y); }
Term greater(const Term &x, const Term &y) { return compare(Comparison::gt, x, y); }
Term less(const Term &x, const Term &y) { return compare(Comparison::lt, x, y); }
Term inside(const Term &x, const Term &y, const Term &z) {
  return make<AndOp>(compare(Comparison::ge, x, y), compare(Comparison::le, x, z));
}
Term share(const Term &wins, const Term &x, const Term &y) {
  return where(wins, splat(1, x), where(equal(x, y), splat(0.5, x), zero(x)));
}

Term sign(const Term &x) { return make<SignOp>(x); }
Term copySign(const Term &x, const Term &y) { return make<CopySignOp>(x, y); }
Term trunc(const Term &x) { return make<TruncOp>(x); }
Term exp(const Term &x) { return make<ExpOp>(x); }
Term log(const Term &x) { return make<LogOp>(x); }
Term pow(const Term &x, const Term &y) { return make<PowOp>(x, y); }
Term rsqrt(const Term &x) { return make<RsqrtOp>(x); }
Term sin(const Term &x) { return make<SinOp>(x); }
Term cos(const Term &x) { return make<CosOp>(x); }
Term sinh(const Term &x) { return make<SinhOp>(x); }
Term cosh(const Term &x) { return make<CoshOp>(x); }
Term erfc(const Term &x) { return make<ErfcOp>(x); }
Term sigmoid(const Term &x) { return make<SigmoidOp>(x); }

Term castLike(const Term &dy, const Term &x) {
  Type type = x.value.getType();
  if (!isa<FloatType>(getElementTypeOrSelf(type)) || !isa<FloatType>(getElementTypeOrSelf(dy.value)))
    return none;
  if (dy.value.getType() == type)
    return dy;
  Scope &scope = *dy.scope;
  return scope.term(CastOp::create(scope.builder, scope.loc, type, dy.value).getResult());
}

Term geluTanhGradient(const Term &x, const Term &dy) {
  constexpr double scale = 1.59576912160573071176, cubic = 0.044715;
  Term square = x * x;
  Term s = sigmoid(x * (square * cubic + 1.0) * scale);
  Term slope = (square * (3 * cubic) + 1.0) * scale;
  return dy * s * (x * (1.0 - s) * slope + 1.0);
}

} // namespace tenon::grad
