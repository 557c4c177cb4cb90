// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ops of the dialect `tile`; TileBase.td says what it is for.
#ifndef TENON_IR_TILE_OPS
#define TENON_IR_TILE_OPS

include "ir/tile/TileBase.td"
include "mlir/Interfaces/CallInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Tile_Op<string mnemonic, list<Trait> traits = []> : Op<Tile_Dialect, mnemonic, traits>;

def Tile_KernelOp : Tile_Op<"kernel", [IsolatedFromAbove, FunctionOpInterface, Symbol]> {
  let summary = "a kernel: a grid of independent blocks";
  let description = [{
    Arguments are the buffers it reads, then the `outputs` buffers that it writes, all disjoint. `symbols` are sizes that
    are known at run time; they are passed after the buffers, in their order. `grid` is the number of blocks.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<FunctionType>:$function_type,
                       Tile_SymbolArray:$symbols, Tenon_DimAttr:$grid, I64Attr:$outputs,
                       OptionalAttr<DictArrayAttr>:$arg_attrs, OptionalAttr<DictArrayAttr>:$res_attrs);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::llvm::ArrayRef<::mlir::Type> getArgumentTypes() { return getFunctionType().getInputs(); }
    ::llvm::ArrayRef<::mlir::Type> getResultTypes() { return getFunctionType().getResults(); }
    ::mlir::Region *getCallableRegion() { return &getBody(); }
  }];
}

def Tile_ReturnOp : Tile_Op<"return", [Terminator, HasParent<"KernelOp">]> {
  let summary = "the end of a kernel";
  let assemblyFormat = "attr-dict";
}

def Tile_BlockOp : Tile_Op<"block", [Pure]> {
  let summary = "number of the block, from 0 to the grid's size - 1";
  let results = (outs Index:$index);
  let assemblyFormat = "attr-dict";
}

def Tile_SizeOp : Tile_Op<"size", [Pure]> {
  let summary = "value of a size expression over the kernel's symbols";
  let arguments = (ins Tenon_DimAttr:$expr);
  let results = (outs Index:$value);
  let assemblyFormat = "$expr attr-dict";
}

def Tile_ViewOp : Tile_Op<"view", [Pure]> {
  let summary = "a buffer addressed by strides: element (i, j) is at offset + i * strides[0] + j * strides[1]";
  let description = [{
    All in elements of the view, whose type may be another than the buffer's: its bytes are then read so. A dimension of
    stride 0 repeats.
  }];
  let arguments = (ins Tile_BufferType:$buffer, Tenon_DimAttr:$offset, Tenon_DimsAttr:$sizes, Tenon_DimsAttr:$strides);
  let results = (outs Tile_ViewType:$view);
  let assemblyFormat = [{
    $buffer `offset` $offset `sizes` $sizes `strides` $strides attr-dict `:` type($buffer) `->` type($view)
  }];
  let hasVerifier = 1;
}

def Tile_LoadOp : Tile_Op<"load", [MemoryEffects<[MemRead]>]> {
  let summary = "reads a tile whose first element is at `indices`; elements outside of the view are 0";
  let arguments = (ins Tile_ViewType:$view, Variadic<Index>:$indices);
  let results = (outs Tile_Tile:$tile);
  let assemblyFormat = "$view `[` $indices `]` attr-dict `:` type($view) `->` type($tile)";
  let hasVerifier = 1;
}

def Tile_StoreOp : Tile_Op<"store", [MemoryEffects<[MemWrite]>]> {
  let summary = "writes a tile whose first element is at `indices`; elements outside of the view are dropped";
  let arguments = (ins Tile_Tile:$tile, Tile_ViewType:$view, Variadic<Index>:$indices);
  let assemblyFormat = "$tile `,` $view `[` $indices `]` attr-dict `:` type($tile) `,` type($view)";
  let hasVerifier = 1;
}

def Tile_DotOp : Tile_Op<"dot", [Pure, AllTypesMatch<["accumulator", "result"]>]> {
  let summary = "accumulator + lhs times rhs transposed, over their last two dimensions";
  let description = [{
    lhs is [.., M, K], rhs [.., N, K], the accumulator [.., M, N] in f32 or f64; leading dimensions are 1. Products are
    exact or rounded to the accumulator's type.
  }];
  let arguments = (ins Tile_Tile:$lhs, Tile_Tile:$rhs, Tile_Tile:$accumulator);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$lhs `,` $rhs `,` $accumulator attr-dict `:` type($lhs) `,` type($rhs) `,` type($result)";
  let hasVerifier = 1;
}

def Tile_SplatOp : Tile_Op<"splat", [Pure]> {
  let summary = "a number known at run time in each element, rounded to the element type";
  let arguments = (ins Index:$number);
  let results = (outs Tile_Tile:$tile);
  let assemblyFormat = "$number attr-dict `->` type($tile)";
}

def Tile_InsideOp : Tile_Op<"inside", [Pure]> {
  let summary = "whether each element of a tile whose first one is at `indices` lies within `sizes`";
  let description = [{ What is loaded from outside of a view is 0: this tells where to choose another number. }];
  let arguments = (ins Variadic<Index>:$indices, Tenon_DimsAttr:$sizes);
  let results = (outs StaticShapeTensorOf<[I1]>:$tile);
  let assemblyFormat = "`[` $indices `]` `sizes` $sizes attr-dict `->` type($tile)";
  let hasVerifier = 1;
}

def Tile_ReduceOp : Tile_Op<"reduce", [Pure]> {
  let summary = "one element of all along a dimension, which keeps size 1";
  let description = [{
    The size of the dimension is a power of two, and the order a fixed tree: the second half is combined with the first,
    element by element, until one is left.
  }];
  let arguments = (ins Tenon_ReductionAttr:$kind, Tile_Tile:$tile, I64Attr:$dim);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$kind $tile `dim` `=` $dim attr-dict `:` type($tile) `->` type($result)";
  let hasVerifier = 1;
}

def Tile_BroadcastOp : Tile_Op<"broadcast", [Pure]> {
  let summary = "repeats a tile along dimensions of size 1";
  let arguments = (ins Tile_Tile:$tile);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$tile attr-dict `:` type($tile) `->` type($result)";
  let hasVerifier = 1;
}

#endif
