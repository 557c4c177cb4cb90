// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops that only address their operand differently, and sources of values.
#ifndef TENON_IR_VIEW_OPS
#define TENON_IR_VIEW_OPS

include "ir/tenon/ElementwiseBase.td"

class Tenon_ViewOp<string mnemonic, list<Trait> traits = []> : Tenon_Op<mnemonic, !listconcat([Pure,
    DeclareOpInterfaceMethods<Tenon_ReferenceInterface>, DeclareOpInterfaceMethods<Tenon_ViewInterface>], traits)>;

def Tenon_BroadcastOp : Tenon_ViewOp<"broadcast", [DeclareOpInterfaceMethods<Tenon_DifferentiableInterface>]> {
  let summary = "repeats the operand along new dimensions or dimensions of size 1";
  let description = [{ `dimensions[i]` is the result's dimension that the operand's dimension i becomes; increasing. }];
  let arguments = (ins Tenon_Tensor:$x, DenseI64ArrayAttr:$dimensions);
  let results = (outs Tenon_Tensor:$result);
  let assemblyFormat = "$x `dimensions` `=` $dimensions attr-dict `:` type($x) `to` type($result)";
  let hasVerifier = 1;
}

def Tenon_TransposeOp : Tenon_ViewOp<"transpose", [DeclareOpInterfaceMethods<InferTypeOpInterface>,
    DeclareOpInterfaceMethods<Tenon_DifferentiableInterface>]> {
  let summary = "permutes dimensions: dimension i of the result is dimension permutation[i] of the operand";
  let arguments = (ins Tenon_Tensor:$x, DenseI64ArrayAttr:$permutation);
  let results = (outs Tenon_Tensor:$result);
  let assemblyFormat = "$x `permutation` `=` $permutation attr-dict `:` type($x) `to` type($result)";
  let hasVerifier = 1;
}

def Tenon_SliceOp : Tenon_ViewOp<"slice"> {
  let summary = "every strides[i]-th element from starts[i] on, as many as the result has";
  let description = [{ A negative stride walks backwards. All elements must lie inside the operand. }];
  let arguments = (ins Tenon_Tensor:$x, Tenon_DimsAttr:$starts, DenseI64ArrayAttr:$strides);
  let results = (outs Tenon_Tensor:$result);
  let assemblyFormat = "$x `starts` `=` $starts `strides` `=` $strides attr-dict `:` type($x) `to` type($result)";
  let hasVerifier = 1;
}

def Tenon_RefineOp : Tenon_ViewOp<"refine"> {
  let summary = "the same tensor with its sizes written differently";
  let description = [{ The sizes must be equal by what the entry declares or assumes; checked when interpreted. }];
  let arguments = (ins Tenon_Tensor:$x);
  let results = (outs Tenon_Tensor:$result);
  let assemblyFormat = "$x attr-dict `:` type($x) `to` type($result)";
  let hasVerifier = 1;
}

def Tenon_SplatOp : Tenon_ElementwiseOp<"splat", Tenon_Rule<"", "">, [], []> {
  let summary = "one number everywhere";
  let arguments = (ins TypedAttrInterface:$value);
  let assemblyFormat = "$value attr-dict `:` type($result)";
  let hasVerifier = 1;
  let hasFolder = 0;
  let extraClassDefinition = [{
    ::tenon::Domain $cppClass::getDomain() { return ::tenon::Domain::Any; }
    double $cppClass::getUlps() { return 0; }
    int64_t $cppClass::getCost() { return 0; }
    bool $cppClass::isTypeExact() { return true; }
    bool $cppClass::hasGradient() { return false; }
    ::llvm::SmallVector<::mlir::Value> $cppClass::buildVjp(::mlir::OpBuilder &, ::mlir::Location, ::mlir::ValueRange,
                                                           ::mlir::ValueRange) { return {}; }
  }];
}

def Tenon_SizeOp : Tenon_Op<"size", [Pure, DeclareOpInterfaceMethods<Tenon_ReferenceInterface>]> {
  let summary = "the value of a size expression everywhere, rounded to the element type";
  let arguments = (ins Tenon_DimAttr:$expr);
  let results = (outs RankedTensorOf<[F64, F32, I64]>:$result);
  let assemblyFormat = "$expr attr-dict `:` type($result)";
}

def Tenon_ConstantOp : Tenon_Op<"constant", [Pure, AllTypesMatch<["value", "result"]>,
    DeclareOpInterfaceMethods<Tenon_ReferenceInterface>]> {
  let summary = "a tensor known at compile time";
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Tenon_Tensor:$result);
  let assemblyFormat = "$value attr-dict";
  let hasVerifier = 1;
}

#endif
