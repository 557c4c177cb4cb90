// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/SizeArithmetic.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace tenon {

Value SizeArithmetic::constant(int64_t value) {
  return arith::ConstantIntOp::create(builder, loc, builder.getI64Type(), value);
}

Value SizeArithmetic::emitAtom(const DimAtom &atom) {
  if (atom.kind() == DimAtom::Kind::Symbol)
    return symbols.at(atom.name());
  Value result = emit(atom.operands()[0]);
  for (const DimExpr &operand : llvm::drop_begin(atom.operands())) {
    Value right = emit(operand);
    switch (atom.kind()) {
    case DimAtom::Kind::FloorDiv:
      result = builder.createOrFold<arith::FloorDivSIOp>(loc, result, right);
      break;
    case DimAtom::Kind::Mod: {
      Value quotient = builder.createOrFold<arith::FloorDivSIOp>(loc, result, right);
      Value product = builder.createOrFold<arith::MulIOp>(loc, quotient, right);
      result = builder.createOrFold<arith::SubIOp>(loc, result, product);
      break;
    }
    case DimAtom::Kind::Min:
      result = builder.createOrFold<arith::MinSIOp>(loc, result, right);
      break;
    case DimAtom::Kind::Max:
      result = builder.createOrFold<arith::MaxSIOp>(loc, result, right);
      break;
    case DimAtom::Kind::Symbol:
      llvm_unreachable("symbols have no operands");
    }
  }
  return result;
}

Value SizeArithmetic::emit(const DimExpr &expr) {
  Value sum;
  for (const DimTerm &term : expr.terms()) {
    Value product;
    auto multiply = [&](Value factor) {
      product = product ? builder.createOrFold<arith::MulIOp>(loc, product, factor) : factor;
    };
    for (const DimFactor &factor : term.factors)
      for (unsigned i = 0; i < factor.power; ++i)
        multiply(emitAtom(*factor.atom));
    if (term.coefficient != 1 || !product)
      multiply(constant(term.coefficient));
    sum = sum ? builder.createOrFold<arith::AddIOp>(loc, sum, product) : product;
  }
  return sum ? sum : constant(0);
}

} // namespace tenon
