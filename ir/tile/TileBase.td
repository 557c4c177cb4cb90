// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The dialect `tile`: how one block of a kernel computes, on whole tiles, as values; blind to the target. A tile is a
// builtin ranked tensor of static shape, so `arith` and `math` are the elementwise ops.
#ifndef TENON_IR_TILE_BASE
#define TENON_IR_TILE_BASE

include "ir/tenon/TenonBase.td"

def Tile_Dialect : Dialect {
  let name = "tile";
  let cppNamespace = "::tenon::tile";
  let summary = "Programs of one block of a kernel, on tiles";
  let dependentDialects = ["::tenon::TenonDialect"];
  let useDefaultTypePrinterParser = 1;
}

class Tile_Type<string name, string typeMnemonic> : TypeDef<Tile_Dialect, name> {
  let mnemonic = typeMnemonic;
}
def Tile_BufferType : Tile_Type<"Buffer", "buffer"> {
  let summary = "memory that a kernel is given, of elements of one type";
  let parameters = (ins "::mlir::Type":$element);
  let genVerifyDecl = 1;
  let assemblyFormat = "`<` $element `>`";
}
def Tile_ViewType : Tile_Type<"View", "view"> {
  let summary = "a buffer seen as an array of `rank` dimensions";
  let parameters = (ins "int64_t":$rank, "::mlir::Type":$element);
  let genVerifyDecl = 1;
  let assemblyFormat = "`<` $rank `x` $element `>`";
}

def Tile_Tile : StaticShapeTensorOf<[AnyFloat, AnySignlessInteger]>;
def Tile_SymbolArray : TypedArrayAttrBase<Tenon_SymbolAttr, "symbol declarations">;

#endif
