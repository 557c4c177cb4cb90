// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contractions.
#ifndef TENON_IR_CONTRACT_OPS
#define TENON_IR_CONTRACT_OPS

include "ir/tenon/Interfaces.td"
include "ir/tenon/TenonBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Tenon_DotGeneralOp : Tenon_Op<"dot_general", [Pure, DeclareOpInterfaceMethods<Tenon_ReferenceInterface>,
    DeclareOpInterfaceMethods<Tenon_ErrorInterface>, DeclareOpInterfaceMethods<Tenon_DifferentiableInterface>]> {
  let summary = "sums of products over pairs of dimensions";
  let description = [{
    Dimension x_contract[i] of x is summed against y_contract[i] of y; x_batch[i] runs along with y_batch[i]. The result has
    the batch dimensions, then the other dimensions of x, then those of y, each in their order. Sums are accumulated in f32
    or wider, in an order that is fixed for a target and sizes, and rounded once to the result's element type. Numbers below
    the smallest normal f32 may count as 0 in sums of f32.
  }];
  let arguments = (ins Tenon_FloatTensor:$x, Tenon_FloatTensor:$y, DenseI64ArrayAttr:$x_batch,
                       DenseI64ArrayAttr:$y_batch, DenseI64ArrayAttr:$x_contract, DenseI64ArrayAttr:$y_contract);
  let results = (outs Tenon_FloatTensor:$result);
  let assemblyFormat = [{
    $x `,` $y `batch` `=` $x_batch `x` $y_batch `contract` `=` $x_contract `x` $y_contract attr-dict
    `:` type($x) `,` type($y) `->` type($result)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Dimensions of an operand that are neither batch nor contracted, in order.
    ::llvm::SmallVector<int64_t> getXFree();
    ::llvm::SmallVector<int64_t> getYFree();
  }];
}

// Panels: how an operand of a contraction is stored for it.
class Tenon_PanelOp<string mnemonic> : Tenon_Op<mnemonic, [Pure, DeclareOpInterfaceMethods<Tenon_ReferenceInterface>]> {
  let arguments = (ins Tenon_Tensor:$x, DenseI64ArrayAttr:$batch, DenseI64ArrayAttr:$rows, DenseI64ArrayAttr:$columns,
                       I64Attr:$height, I64Attr:$depth);
  let results = (outs Tenon_Tensor:$result);
  let assemblyFormat = [{
    $x `batch` `=` $batch `rows` `=` $rows `columns` `=` $columns `height` `=` $height `depth` `=` $depth attr-dict
    `:` type($x) `to` type($result)
  }];
  let hasVerifier = 1;
}
def Tenon_PackOp : Tenon_PanelOp<"pack"> {
  let summary = "stores a tensor in panels of `height` rows, for a contraction";
  let description = [{
    `rows` and `columns` are lists of dimensions of x, each taken as one in row-major order. The result has the batch
    dimensions, then [ceil(R / height), ceil(C / depth), height, depth]: element (p, q, i, j) is row p * height + i, column
    q * depth + j of x, or 0 where x has none. Floats may widen: the result's element type holds x's.
  }];
}
def Tenon_UnpackOp : Tenon_PanelOp<"unpack"> {
  let summary = "a tensor from its panels: the inverse of `pack`, whose attributes speak of the result's dimensions";
}

#endif
