// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A product of bf16, of any size: nothing is known of the alignment of rows.
// sizes: M=0 K=16 N=8
// sizes: M=3 K=0 N=5
// sizes: M=1 K=1 N=1
// sizes: M=16 K=16 N=16
// sizes: M=129 K=65 N=33
// sizes: M=128 K=64 N=256
// sizes: M=257 K=96 N=130
// sizes: M=1160 K=7 N=130
tenon.entry @main(%x: tensor<?x?xbf16, #tenon.dims<["M", "K"]>> {tenon.name = "x"},
                  %y: tensor<?x?xbf16, #tenon.dims<["K", "N"]>> {tenon.name = "y"})
    -> tensor<?x?xbf16, #tenon.dims<["M", "N"]>>
    attributes {symbols = [#tenon.symbol<"M">, #tenon.symbol<"K">, #tenon.symbol<"N">]} {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<?x?xbf16, #tenon.dims<["M", "K"]>>, tensor<?x?xbf16, #tenon.dims<["K", "N"]>>
      -> tensor<?x?xbf16, #tenon.dims<["M", "N"]>>
  tenon.return %0 : tensor<?x?xbf16, #tenon.dims<["M", "N"]>>
}
