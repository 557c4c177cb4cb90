// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How one entry becomes an elementwise op. The three expressions of an entry are C++ over the operands `x`, `y`, `z`:
//   reference  on `double` or ref::Int (exact, wrapping), the meaning;
//   body       on body::Term, emits `arith` and `math`, the lowering;
//   gradient   on grad::Term, emits `tenon` ops: `dy` is the cotangent of the result, `r` the result; one expression for
//              each operand, separated by commas; `none` where an operand has no gradient.
// Reference and body are written independently; tests hold them against each other.
#ifndef TENON_IR_ELEMENTWISE_BASE
#define TENON_IR_ELEMENTWISE_BASE

include "ir/tenon/Interfaces.td"
include "ir/tenon/TenonBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Tenon_Rule<string referenceExpr, string bodyExpr, string gradientExprs = ""> {
  string reference = referenceExpr;
  string body = bodyExpr;
  string gradient = gradientExprs;
}

class Tenon_ElementwiseOp<string mnemonic, Tenon_Rule rule, list<string> operandNames, list<Trait> traits>
    : Tenon_Op<mnemonic, !listconcat([Pure,
        DeclareOpInterfaceMethods<Tenon_ReferenceInterface>,
        DeclareOpInterfaceMethods<Tenon_ElementwiseInterface, ["isTypeExact"]>,
        DeclareOpInterfaceMethods<Tenon_DifferentiableInterface>], traits)> {
  // Overridden by entries.
  string domain = "Any";
  string ulps = "0";
  int cost = 1;
  bit typeExact = 0;

  defvar names = !interleave(operandNames, ", ");
  defvar parameters = "auto " # !interleave(operandNames, ", auto ");
  let results = (outs Tenon_Tensor:$result);
  code elementwiseDefinition = [{
    ::mlir::FailureOr<::llvm::SmallVector<::tenon::ref::Array>> $cppClass::evaluate(
        ::llvm::ArrayRef<const ::tenon::ref::Array *> operands, ::tenon::ref::Context &context) {
      return ::tenon::ref::evaluateElementwise(*this, operands, context);
    }
    ::tenon::ref::Scalar $cppClass::evaluateScalar(::llvm::ArrayRef<::tenon::ref::Scalar> operands) {
      using namespace ::tenon::ref;
      return ::tenon::ref::apply<}] # !size(operandNames) # [{>(operands, getOperation(), [&](}] # parameters # [{)
          -> std::decay_t<decltype(}] # rule.reference # [{)> { return }] # rule.reference # [{; });
    }
    ::mlir::Value $cppClass::buildBody(::mlir::OpBuilder &builder, ::mlir::Location loc,
                                       ::mlir::ValueRange operands, ::mlir::Type resultType) {
      using namespace ::tenon::body;
      ::tenon::body::Scope scope(builder, loc, resultType);
      [[maybe_unused]] auto [}] # names # [{] = scope.terms<}] # !size(operandNames) # [{>(operands);
      return scope.result(}] # rule.body # [{);
    }
    ::tenon::Domain $cppClass::getDomain() { return ::tenon::Domain::}] # domain # [{; }
    double $cppClass::getUlps() { return }] # ulps # [{; }
    int64_t $cppClass::getCost() { return }] # cost # [{; }
    bool $cppClass::isTypeExact() { return }] # typeExact # [{; }
    bool $cppClass::hasGradient() { return }] # !if(!empty(rule.gradient), "false", "true") # [{; }
    ::llvm::SmallVector<::mlir::Value> $cppClass::buildVjp(::mlir::OpBuilder &builder, ::mlir::Location loc,
                                                           ::mlir::ValueRange residuals,
                                                           ::mlir::ValueRange cotangents) {
  }] # !if(!empty(rule.gradient), [{
      return ::llvm::SmallVector<::mlir::Value>(}] # !size(operandNames) # [{);
  }], [{
      using namespace ::tenon::grad;
      ::tenon::grad::Scope scope(builder, loc);
      [[maybe_unused]] auto [}] # names # [{, r] = scope.terms<}] # !add(!size(operandNames), 1) # [{>(residuals);
      Term dy = scope.term(cotangents[0]);
      return scope.gradients({}] # rule.gradient # [{});
  }]) # [{
    }
  }];
  let extraClassDefinition = elementwiseDefinition;
}

// Operands and result of one type.
class Tenon_Unary<string mnemonic, Type type, Tenon_Rule rule>
    : Tenon_ElementwiseOp<mnemonic, rule, ["x"], [SameOperandsAndResultType]> {
  let arguments = (ins type:$x);
  let results = (outs type:$result);
  let assemblyFormat = "$x attr-dict `:` type($result)";
}
class Tenon_Binary<string mnemonic, Type type, Tenon_Rule rule>
    : Tenon_ElementwiseOp<mnemonic, rule, ["x", "y"], [SameOperandsAndResultType]> {
  let arguments = (ins type:$x, type:$y);
  let results = (outs type:$result);
  let assemblyFormat = "$x `,` $y attr-dict `:` type($result)";
}
class Tenon_Ternary<string mnemonic, Type type, Tenon_Rule rule>
    : Tenon_ElementwiseOp<mnemonic, rule, ["x", "y", "z"], [SameOperandsAndResultType]> {
  let arguments = (ins type:$x, type:$y, type:$z);
  let results = (outs type:$result);
  let assemblyFormat = "$x `,` $y `,` $z attr-dict `:` type($result)";
}

// A truth value for each element.
class Tenon_InferBool { code definition = [{
  ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location>,
      ::mlir::ValueRange operands, ::mlir::DictionaryAttr, ::mlir::OpaqueProperties, ::mlir::RegionRange,
      ::llvm::SmallVectorImpl<::mlir::Type> &types) {
    types.push_back(::tenon::withElementType(operands[0].getType(),
                                             ::mlir::IntegerType::get(operands[0].getContext(), 1)));
    return ::mlir::success();
  }
}]; }
class Tenon_UnaryPredicate<string mnemonic, Type type, Tenon_Rule rule>
    : Tenon_ElementwiseOp<mnemonic, rule, ["x"], [DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let arguments = (ins type:$x);
  let results = (outs Tenon_BoolTensor:$result);
  let assemblyFormat = "$x attr-dict `:` type($x)";
  let extraClassDefinition = !strconcat(elementwiseDefinition, Tenon_InferBool<>.definition);
}
#endif
