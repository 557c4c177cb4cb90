// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The dialect `tgpu`: what tile programs become on a GPU before each thread gets its part: layouts of tiles in registers,
// buffers in shared memory, asynchronous copies, barriers.
#ifndef TENON_IR_TGPU_OPS
#define TENON_IR_TGPU_OPS

include "ir/tile/TileBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Tgpu_Dialect : Dialect {
  let name = "tgpu";
  let cppNamespace = "::tenon::tgpu";
  let summary = "Tile programs with layouts, shared memory and barriers";
  let dependentDialects = ["::tenon::tile::TileDialect"];
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
}

def Tgpu_LayoutAttr : AttrDef<Tgpu_Dialect, "Layout"> {
  let mnemonic = "layout";
  let summary = "which element of a tile each register of each thread holds: the encoding of a tile's type";
  let description = [{
    Images of the bits of the register's, lane's and warp's numbers in the row-major index of the tile; an element is at the
    xor of the images of the bits that are set (Linear Layouts, arXiv 2505.23819).
  }];
  let parameters = (ins ArrayRefParameter<"uint32_t">:$registers, ArrayRefParameter<"uint32_t">:$lanes,
                        ArrayRefParameter<"uint32_t">:$warps);
  let hasCustomAssemblyFormat = 1;
}

def Tgpu_RingType : TypeDef<Tgpu_Dialect, "Ring"> {
  let mnemonic = "ring";
  let summary = "shared memory of `stages` tiles";
  let parameters = (ins "int64_t":$stages, "::mlir::RankedTensorType":$tile);
  let assemblyFormat = "`<` $stages `,` $tile `>`";
  let genVerifyDecl = 1;
}

class Tgpu_Op<string mnemonic, list<Trait> traits = []> : Op<Tgpu_Dialect, mnemonic, traits>;

def Tgpu_RingOp : Tgpu_Op<"ring", [MemoryEffects<[MemAlloc]>]> {
  let summary = "tiles in shared memory";
  let description = [{
    A tile is row-major, or with `transposed` its last two dimensions are exchanged. `offset` is its first byte in the
    block's shared memory. `swizzle` is [base, bits, shift]: of an element's offset, `bits` bits from `base` on are changed by
    an exclusive or with those `shift` higher. Both are set by assign-registers.
  }];
  let arguments = (ins UnitAttr:$transposed, OptionalAttr<I64Attr>:$offset, OptionalAttr<DenseI64ArrayAttr>:$swizzle);
  let results = (outs Tgpu_RingType:$ring);
  let assemblyFormat = "(`transposed` $transposed^)? attr-dict `:` type($ring)";
  let hasVerifier = 1;
}

def Tgpu_FillOp : Tgpu_Op<"fill", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "begins to copy a tile of a view to a slot of a ring, where `guard` holds; outside of the view it is 0";
  let description = "Its data may be read after the `wait` and `barrier` that follow its `commit`.";
  let arguments = (ins Tgpu_RingType:$ring, Index:$slot, Tile_ViewType:$view, Variadic<Index>:$indices, I1:$guard);
  let assemblyFormat = [{
    $ring `[` $slot `]` `,` $view `[` $indices `]` `when` $guard attr-dict `:` type($ring) `,` type($view)
  }];
  let hasVerifier = 1;
}

def Tgpu_CommitOp : Tgpu_Op<"commit", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "the fills since the last commit are one group, which `wait` counts";
  let assemblyFormat = "attr-dict";
}

def Tgpu_WaitOp : Tgpu_Op<"wait", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "waits until at most `pending` of this thread's groups are under way";
  let arguments = (ins I64Attr:$pending);
  let assemblyFormat = "$pending attr-dict";
}

def Tgpu_BarrierOp : Tgpu_Op<"barrier", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "waits for all threads of the block; what they wrote to shared memory is then seen";
  let assemblyFormat = "attr-dict";
}

def Tgpu_ReadOp : Tgpu_Op<"read", [MemoryEffects<[MemRead]>]> {
  let summary = "part of a slot of a ring as a tile, from `offsets` on";
  let arguments = (ins Tgpu_RingType:$ring, Index:$slot, DenseI64ArrayAttr:$offsets);
  let results = (outs Tile_Tile:$tile);
  let assemblyFormat = "$ring `[` $slot `]` `at` $offsets attr-dict `:` type($ring) `->` type($tile)";
  let hasVerifier = 1;
}

def Tgpu_ConvertOp : Tgpu_Op<"convert", [Pure]> {
  let summary = "the same tile in another layout";
  let description = [{
    The attribute `tgpu.scratch`, which assign-registers sets here and on `tile.reduce`, is the first byte of the shared memory
    that the op may use.
  }];
  let arguments = (ins Tile_Tile:$tile);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$tile attr-dict `:` type($tile) `->` type($result)";
  let hasVerifier = 1;
}

#endif
