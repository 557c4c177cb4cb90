// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The second operand transposed, as weights often lie: no transposition by ldmatrix.
// sizes: M=0 K=8 N=8
// sizes: M=8 K=0 N=8
// sizes: M=8 K=8 N=8
// sizes: M=128 K=64 N=128
// sizes: M=136 K=72 N=264
// sizes: M=1160 K=8 N=136
tenon.entry @main(%x: tensor<?x?xbf16, #tenon.dims<["M", "K"]>> {tenon.name = "x"},
                  %y: tensor<?x?xbf16, #tenon.dims<["N", "K"]>> {tenon.name = "y"})
    -> tensor<?x?xbf16, #tenon.dims<["M", "N"]>>
    attributes {symbols = [#tenon.symbol<"M", divisor = 8>, #tenon.symbol<"K", divisor = 8>, #tenon.symbol<"N", divisor = 8>]} {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [1]
      : tensor<?x?xbf16, #tenon.dims<["M", "K"]>>, tensor<?x?xbf16, #tenon.dims<["N", "K"]>>
      -> tensor<?x?xbf16, #tenon.dims<["M", "N"]>>
  tenon.return %0 : tensor<?x?xbf16, #tenon.dims<["M", "N"]>>
}
