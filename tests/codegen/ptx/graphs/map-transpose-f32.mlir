// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An operand that is read down its columns, of f32.
// sizes: M=0 N=5
// sizes: M=5 N=0
// sizes: M=1 N=1
// sizes: M=7 N=129
// sizes: M=64 N=64
// sizes: M=33 N=1025
tenon.entry @main(%x: tensor<?x?xf32, #tenon.dims<["M", "N"]>> {tenon.name = "x"},
                  %y: tensor<?x?xf32, #tenon.dims<["N", "M"]>> {tenon.name = "y"})
    -> tensor<?x?xf32, #tenon.dims<["N", "M"]>>
    attributes {symbols = [#tenon.symbol<"M">, #tenon.symbol<"N">]} {
  %0 = tenon.transpose %x permutation = [1, 0] : tensor<?x?xf32, #tenon.dims<["M", "N"]>> to tensor<?x?xf32, #tenon.dims<["N", "M"]>>
  %1 = tenon.add %0, %y : tensor<?x?xf32, #tenon.dims<["N", "M"]>>
  tenon.return %1 : tensor<?x?xf32, #tenon.dims<["N", "M"]>>
}
