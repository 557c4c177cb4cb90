// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reductions, and what is made of them.
#ifndef TENON_IR_REDUCE_OPS
#define TENON_IR_REDUCE_OPS

include "ir/tenon/Interfaces.td"
include "ir/tenon/TenonBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Tenon_ReduceOp : Tenon_Op<"reduce", [Pure, DeclareOpInterfaceMethods<Tenon_ReferenceInterface>,
    DeclareOpInterfaceMethods<Tenon_ErrorInterface>, DeclareOpInterfaceMethods<Tenon_DifferentiableInterface>]> {
  let summary = "one element of all along some dimensions, which the result lacks";
  let description = [{
    `dims` increases. 16-bit floats are accumulated in f32, others in their own type, in an order that is fixed for a
    target and sizes, and rounded once to the result's element type. NaN wins in maximum and minimum; integers wrap; of
    truth values there is the maximum (any) and the minimum (all). Of no element at all it is the neutral one: 0, 1, the
    smallest or the largest number of the type, infinities included. The gradient of maximum and minimum is shared evenly
    by equals.
  }];
  let arguments = (ins Tenon_ReductionAttr:$kind, Tenon_Tensor:$x, DenseI64ArrayAttr:$dims);
  let results = (outs Tenon_Tensor:$result);
  let assemblyFormat = "$kind $x `dims` `=` $dims attr-dict `:` type($x) `->` type($result)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The operand's dimensions that the result has, in order.
    ::llvm::SmallVector<int64_t> getKept();
  }];
}

def Tenon_RmsNormOp : Tenon_Op<"rms_norm", [Pure, AllTypesMatch<["x", "result"]>,
    DeclareOpInterfaceMethods<Tenon_ReferenceInterface>, DeclareOpInterfaceMethods<Tenon_ErrorInterface>,
    DeclareOpInterfaceMethods<Tenon_CompositeInterface>]> {
  let summary = "x / sqrt(mean(x^2) + eps) * weight, the mean taken over the last dimensions";
  let description = [{
    `dims` are the last dimensions of x, and weight has their shape. Computed in f32 or wider and rounded once. Zhang
    and Sennrich, "Root Mean Square Layer Normalization", 2019.
  }];
  let arguments = (ins Tenon_FloatTensor:$x, Tenon_FloatTensor:$weight, DenseI64ArrayAttr:$dims, F64Attr:$eps);
  let results = (outs Tenon_FloatTensor:$result);
  let assemblyFormat = [{
    $x `,` $weight `dims` `=` $dims `eps` `=` $eps attr-dict `:` type($x) `,` type($weight)
  }];
  let hasVerifier = 1;
}

#endif
