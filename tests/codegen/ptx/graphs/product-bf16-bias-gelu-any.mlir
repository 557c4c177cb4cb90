// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Bias and GELU after a product of bf16 of any size.
// sizes: M=0 K=16 N=8
// sizes: M=3 K=0 N=5
// sizes: M=1 K=1 N=1
// sizes: M=16 K=16 N=16
// sizes: M=129 K=65 N=33
// sizes: M=128 K=64 N=256
// sizes: M=1160 K=7 N=130
tenon.entry @main(%x: tensor<?x?xbf16, #tenon.dims<["M", "K"]>> {tenon.name = "x"},
                  %y: tensor<?x?xbf16, #tenon.dims<["K", "N"]>> {tenon.name = "y"},
                  %bias: tensor<?xbf16, #tenon.dims<["N"]>> {tenon.name = "bias"})
    -> tensor<?x?xbf16, #tenon.dims<["M", "N"]>>
    attributes {symbols = [#tenon.symbol<"M">, #tenon.symbol<"K">, #tenon.symbol<"N">]} {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<?x?xbf16, #tenon.dims<["M", "K"]>>, tensor<?x?xbf16, #tenon.dims<["K", "N"]>>
      -> tensor<?x?xbf16, #tenon.dims<["M", "N"]>>
  %1 = tenon.broadcast %bias dimensions = [1] : tensor<?xbf16, #tenon.dims<["N"]>> to tensor<?x?xbf16, #tenon.dims<["M", "N"]>>
  %2 = tenon.add %0, %1 : tensor<?x?xbf16, #tenon.dims<["M", "N"]>>
  %3 = tenon.gelu %2 : tensor<?x?xbf16, #tenon.dims<["M", "N"]>>
  tenon.return %3 : tensor<?x?xbf16, #tenon.dims<["M", "N"]>>
}
