// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Entries, states, groups and kernels: how a graph is cut, not what it computes.
#ifndef TENON_IR_STRUCTURE_OPS
#define TENON_IR_STRUCTURE_OPS

include "ir/tenon/Interfaces.td"
include "ir/tenon/TenonBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/CallInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Tenon_SymbolArray : TypedArrayAttrBase<Tenon_SymbolAttr, "symbol declarations">;

def Tenon_StateOp : Tenon_Op<"state", [Symbol]> {
  let summary = "named storage that outlives a call; entries that name it share it";
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<Tenon_Tensor>:$type, OptionalAttr<ElementsAttr>:$initial);
  let assemblyFormat = "$sym_name `:` $type (`=` $initial^)? attr-dict";
  let hasVerifier = 1;
}

class Tenon_FunctionOp<string mnemonic, list<Trait> traits = []>
    : Tenon_Op<mnemonic, !listconcat([IsolatedFromAbove, FunctionOpInterface, Symbol], traits)> {
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<FunctionType>:$function_type,
                       DefaultValuedAttr<Tenon_SymbolArray, "{}">:$symbols,
                       OptionalAttr<DictArrayAttr>:$arg_attrs, OptionalAttr<DictArrayAttr>:$res_attrs);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::llvm::ArrayRef<::mlir::Type> getArgumentTypes() { return getFunctionType().getInputs(); }
    ::llvm::ArrayRef<::mlir::Type> getResultTypes() { return getFunctionType().getResults(); }
    ::mlir::Region *getCallableRegion() { return &getBody(); }
    /// `tenon.name` of an argument or result, or a name made of its position.
    std::string getArgumentName(unsigned index);
    std::string getResultName(unsigned index);
  }];
}

def Tenon_EntryOp : Tenon_FunctionOp<"entry", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a function that users call";
  let description = [{
    Pure inside. `symbols` declares every symbolic size that occurs. An argument with `tenon.state = @name` is the value of
    that state before the call; the terminator gives its value after it. Other arguments are named by `tenon.name`.
  }];
}
def Tenon_KernelOp : Tenon_FunctionOp<"kernel"> {
  let summary = "a group cut out of its entries: what one launch computes";
  let description = [{ Symbols are renamed by position, so that equal groups are equal kernels. }];
}

def Tenon_ReturnOp : Tenon_Op<"return", [Pure, Terminator, HasParent<"EntryOp">, AttrSizedOperandSegments]> {
  let summary = "results of an entry, and the new values of states";
  let arguments = (ins Variadic<Tenon_Tensor>:$outputs, Variadic<Tenon_Tensor>:$updates,
                       DefaultValuedAttr<TypedArrayAttrBase<FlatSymbolRefAttr, "states">, "{}">:$states);
  let assemblyFormat = [{
    ($outputs^ `:` type($outputs))? (`update` $states `=` $updates^ `:` type($updates))? attr-dict
  }];
  let hasVerifier = 1;
  let builders = [OpBuilder<(ins "::mlir::ValueRange":$outputs), [{
    build($_builder, $_state, outputs, {}, $_builder.getArrayAttr({}));
  }]>];
}

def Tenon_YieldOp : Tenon_Op<"yield", [Pure, Terminator, ParentOneOf<["GroupOp", "KernelOp"]>, ReturnLike]> {
  let summary = "results of a group or kernel";
  let arguments = (ins Variadic<Tenon_Tensor>:$outputs);
  let assemblyFormat = "attr-dict ($outputs^ `:` type($outputs))?";
}

def Tenon_AnchorEnum : I32EnumAttr<"Anchor", "what decides a group's schedule", [
    I32EnumAttrCase<"map", 0>, I32EnumAttrCase<"contract", 1>, I32EnumAttrCase<"pack", 2>,
    I32EnumAttrCase<"row", 3>]> {
  let cppNamespace = "::tenon";
  let genSpecializedAttr = 0;
}
def Tenon_AnchorAttr : EnumAttr<Tenon_Dialect, Tenon_AnchorEnum, "anchor">;

def Tenon_GroupOp : Tenon_Op<"group", [Pure, IsolatedFromAbove, SingleBlock, HasParent<"EntryOp">,
    DeclareOpInterfaceMethods<Tenon_ReferenceInterface>]> {
  let summary = "ops that become one kernel";
  let arguments = (ins Variadic<Tenon_Tensor>:$inputs, Tenon_AnchorAttr:$anchor);
  let results = (outs Variadic<Tenon_Tensor>:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$anchor `(` $inputs `)` attr-dict `:` functional-type($inputs, $outputs) $body";
  let hasVerifier = 1;
}

def Tenon_LaunchOp : Tenon_Op<"launch", [Pure, HasParent<"EntryOp">,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>,
    DeclareOpInterfaceMethods<Tenon_ReferenceInterface>]> {
  let summary = "runs a kernel; `sizes` are the values of its symbols, in their order";
  let arguments = (ins FlatSymbolRefAttr:$kernel, Tenon_DimsAttr:$sizes, Variadic<Tenon_Tensor>:$inputs);
  let results = (outs Variadic<Tenon_Tensor>:$outputs);
  let assemblyFormat = "$kernel `sizes` `=` $sizes `(` $inputs `)` attr-dict `:` functional-type($inputs, $outputs)";
}

def Tenon_AssumeDimsOp : Tenon_Op<"assume_dims", [DeclareOpInterfaceMethods<Tenon_ReferenceInterface>]> {
  let summary = "two sizes that must be equal; checked when the entry runs";
  let arguments = (ins Tenon_DimAttr:$left, Tenon_DimAttr:$right);
  let assemblyFormat = "$left `equals` $right attr-dict";
}

#endif
