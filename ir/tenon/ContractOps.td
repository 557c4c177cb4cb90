// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contractions and reductions.
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
    or wider, in an order that is fixed for a target and sizes, and rounded once to the result's element type.
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

#endif
