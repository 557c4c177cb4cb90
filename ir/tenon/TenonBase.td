// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The dialect `tenon`: what to compute, on whole tensors with symbolic sizes.
#ifndef TENON_IR_TENON_BASE
#define TENON_IR_TENON_BASE

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/TensorEncoding.td"

def Tenon_Dialect : Dialect {
  let name = "tenon";
  let cppNamespace = "::tenon";
  let summary = "Model graphs on ranked tensors with symbolic dimensions";
  let useDefaultAttributePrinterParser = 1;
}

class Tenon_Op<string mnemonic, list<Trait> traits = []> : Op<Tenon_Dialect, mnemonic, traits>;
class Tenon_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<Tenon_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

def Tenon_DimExprParameter : AttrParameter<"::tenon::DimExpr", "canonical size expression"> {
  let comparator = "$_lhs == $_rhs";
}

def Tenon_DimAttr : Tenon_Attr<"Dim", "dim"> {
  let summary = "one symbolic size: a canonical polynomial of symbols";
  let parameters = (ins Tenon_DimExprParameter:$expr);
  let hasCustomAssemblyFormat = 1;
}

def Tenon_DimsAttr : Tenon_Attr<"Dims", "dims", [
    DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let summary = "sizes of a tensor, as the encoding of its type";
  let description = [{
    `tensor<?x?x64xf32, #tenon.dims<["B", "T+1", 64]>>`: one expression for each dimension; a dimension that the type
    itself fixes must be that number. A type with only fixed dimensions has no encoding.
  }];
  let parameters = (ins ArrayRefParameter<"::tenon::DimAttr">:$dims);
  let builders = [AttrBuilder<(ins "::llvm::ArrayRef<::tenon::DimExpr>":$exprs), [{
    ::llvm::SmallVector<::tenon::DimAttr> dims;
    for (const ::tenon::DimExpr &expr : exprs)
      dims.push_back(::tenon::DimAttr::get($_ctxt, expr));
    return $_get($_ctxt, dims);
  }]>];
  let extraClassDeclaration = "::tenon::SymbolicShape getShape() const;";
  let hasCustomAssemblyFormat = 1;
}

def Tenon_SymbolAttr : Tenon_Attr<"Symbol", "symbol"> {
  let summary = "declares a symbolic size with its bounds and divisibility";
  let description = [{ `#tenon.symbol<"B", min = 1, max = 4096, divisor = 8>`; by default any size from 0. }];
  let parameters = (ins StringRefParameter<>:$name,
                        DefaultValuedParameter<"int64_t", "0">:$minimum,
                        DefaultValuedParameter<"int64_t", "::tenon::largestSize">:$maximum,
                        DefaultValuedParameter<"int64_t", "1">:$divisor);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Tenon_ReductionEnum : I32EnumAttr<"Reduction", "what makes one element of two", [
    I32EnumAttrCase<"add", 0>, I32EnumAttrCase<"multiply", 1>, I32EnumAttrCase<"maximum", 2>,
    I32EnumAttrCase<"minimum", 3>]> {
  let cppNamespace = "::tenon";
  let genSpecializedAttr = 0;
}
def Tenon_ReductionAttr : EnumAttr<Tenon_Dialect, Tenon_ReductionEnum, "reduction">;

// Element types.
def Tenon_Bool : TypeAlias<I1, "i1">;
def Tenon_Float : AnyTypeOf<[F64, F32, F16, BF16]>;
def Tenon_Int : AnyTypeOf<[I64, I32, I16, I8]>;
def Tenon_Element : AnyTypeOf<[F64, F32, F16, BF16, I64, I32, I16, I8, I1]>;

def Tenon_FloatTensor : RankedTensorOf<[Tenon_Float]>;
def Tenon_IntTensor : RankedTensorOf<[Tenon_Int]>;
def Tenon_IntOrBoolTensor : RankedTensorOf<[Tenon_Int, I1]>;
def Tenon_BoolTensor : RankedTensorOf<[I1]>;
def Tenon_NumberTensor : RankedTensorOf<[Tenon_Float, Tenon_Int]>;
def Tenon_Tensor : RankedTensorOf<[Tenon_Element]>;

#endif
