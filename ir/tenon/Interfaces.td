// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What an op says of itself. Passes, the interpreter, the sweeps and code generation ask only these.
#ifndef TENON_IR_INTERFACES
#define TENON_IR_INTERFACES

include "mlir/IR/OpBase.td"

def Tenon_ReferenceInterface : OpInterface<"ReferenceOpInterface"> {
  let cppNamespace = "::tenon";
  let description = [{
    The meaning of an op, for the reference interpreter. Shares no code with any lowering.
  }];
  let methods = [InterfaceMethod<[{
    Computes the results from `operands`, in the precision that `context` asks for, before the rounding that the
    interpreter applies itself. Fails after having reported an error at the op.
  }], "::mlir::FailureOr<::llvm::SmallVector<::tenon::ref::Array>>", "evaluate",
    (ins "::llvm::ArrayRef<const ::tenon::ref::Array *>":$operands, "::tenon::ref::Context &":$context)>];
}

def Tenon_ErrorInterface : OpInterface<"BoundedErrorOpInterface"> {
  let cppNamespace = "::tenon";
  let description = [{
    What compiled code may differ by from the reference, for ops that are neither elementwise nor views.
  }];
  let methods = [InterfaceMethod<[{
    The largest |difference| of each element of `result`, given the operands and the largest |difference| of theirs (f64).
  }], "::tenon::ref::Array", "evaluateError",
    (ins "::llvm::ArrayRef<const ::tenon::ref::Array *>":$operands,
         "::llvm::ArrayRef<const ::tenon::ref::Array *>":$errors, "const ::tenon::ref::Array &":$result)>];
}

def Tenon_ElementwiseInterface : OpInterface<"ElementwiseOpInterface"> {
  let cppNamespace = "::tenon";
  let description = [{
    One result of the operands' shape; each element depends only on the operands' elements at the same index.
  }];
  let methods = [
    InterfaceMethod<"The value of one element, in double precision or as an exact integer.",
      "::tenon::ref::Scalar", "evaluateScalar", (ins "::llvm::ArrayRef<::tenon::ref::Scalar>":$operands)>,
    InterfaceMethod<[{
      Builds the computation of elements with `arith` and `math` ops, on scalars or on tiles. `operands` have the types
      of the op's operands, except that f16 and bf16 arrive as f32 unless the op is `typeExact`.
    }], "::mlir::Value", "buildBody",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::ValueRange":$operands,
           "::mlir::Type":$resultType)>,
    InterfaceMethod<"Where legal random inputs are drawn from.", "::tenon::Domain", "getDomain">,
    InterfaceMethod<"Largest error of the lowered op, in units in the last place of its result; 0: correctly rounded.",
      "double", "getUlps">,
    InterfaceMethod<"Instructions for each element, roughly: decides what is worth computing twice.",
      "int64_t", "getCost">,
    InterfaceMethod<"Whether the body must see 16-bit floats as they are.", "bool", "isTypeExact", (ins), "",
      "return false;">,
  ];
  let verify = "return ::tenon::detail::verifyElementwise($_op);";
}

def Tenon_DifferentiableInterface : OpInterface<"DifferentiableOpInterface"> {
  let cppNamespace = "::tenon";
  let description = [{
    Reverse-mode rule. The residuals of an op are, unless `augmentForward` says otherwise, its operands followed by its
    results.
  }];
  let methods = [
    InterfaceMethod<[{
      Builds the gradient of each operand, in their order, from the op's residuals and the cotangents of its results. A null
      value says that the operand has no gradient (an integer, or a rule that is zero everywhere).
    }], "::llvm::SmallVector<::mlir::Value>", "buildVjp",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::ValueRange":$residuals,
           "::mlir::ValueRange":$cotangents)>,
    InterfaceMethod<"Whether the gradient is a rule at all (false: rounding, comparisons, integers).",
      "bool", "hasGradient">,
    InterfaceMethod<"The values that `buildVjp` wants, computed beside the forward op where they are not its own.",
      "::llvm::SmallVector<::mlir::Value>", "augmentForward", (ins "::mlir::OpBuilder &":$builder), "",
      "return ::tenon::detail::operandsAndResults($_op);">,
  ];
}

def Tenon_CompositeInterface : OpInterface<"CompositeOpInterface"> {
  let cppNamespace = "::tenon";
  let description = [{
    An op that other ops can express. It has a reference of its own, which judges the expansion.
  }];
  let methods = [InterfaceMethod<[{
    Builds the ops that express this one at the builder's position, and gives a value for each result, of the result's
    type.
  }], "::llvm::SmallVector<::mlir::Value>", "expand", (ins "::mlir::OpBuilder &":$builder)>];
}

def Tenon_ViewInterface : OpInterface<"ViewOpInterface"> {
  let cppNamespace = "::tenon";
  let description = [{
    An op that moves no data by itself: its result is its operand, addressed through other offsets, sizes and strides.
  }];
  let methods = [InterfaceMethod<"How the result is addressed, given how the operand is.",
    "::tenon::StridedView", "applyView", (ins "const ::tenon::StridedView &":$operand)>];
}

#endif
