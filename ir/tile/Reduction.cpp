// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/tile/Reduction.h"

#include "ir/tenon/Body.h"

using namespace mlir;

namespace tenon::tile {

Value combine(OpBuilder &builder, Location loc, Reduction kind, Value x, Value y) {
  body::Scope scope(builder, loc, x.getType());
  body::Term a{x, &scope}, b{y, &scope};
  // Truth values have no sign: their maximum is `or`.
  bool isTruth = a.element().isInteger(1);
  switch (kind) {
  case Reduction::add:
    return (a + b).value;
  case Reduction::multiply:
    return (a * b).value;
  case Reduction::maximum:
    return (isTruth ? a | b : body::maximum(a, b)).value;
  case Reduction::minimum:
    return (isTruth ? a & b : body::minimum(a, b)).value;
  }
  llvm_unreachable("reductions are complete");
}

TypedAttr getNeutral(Reduction kind, Type element) {
  if (auto type = dyn_cast<FloatType>(element)) {
    if (kind == Reduction::add || kind == Reduction::multiply)
      return FloatAttr::get(type, kind == Reduction::add ? 0.0 : 1.0);
    return FloatAttr::get(type, llvm::APFloat::getInf(type.getFloatSemantics(), kind == Reduction::maximum));
  }
  unsigned width = element.getIntOrFloatBitWidth();
  if (kind == Reduction::add || kind == Reduction::multiply)
    return IntegerAttr::get(element, kind == Reduction::add ? 0 : 1);
  APInt smallest = width == 1 ? APInt(1, 0) : APInt::getSignedMinValue(width);
  return IntegerAttr::get(element, kind == Reduction::maximum ? smallest : ~smallest);
}

} // namespace tenon::tile
