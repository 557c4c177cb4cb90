// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A matrix times its own transpose.
// sizes: M=0 K=3
// sizes: M=1 K=1
// sizes: M=130 K=70
tenon.entry @main(%x: tensor<?x?xbf16, #tenon.dims<["M", "K"]>> {tenon.name = "x"})
    -> tensor<?x?xf32, #tenon.dims<["M", "M"]>>
    attributes {symbols = [#tenon.symbol<"M">, #tenon.symbol<"K">]} {
  %0 = tenon.dot_general %x, %x batch = [] x [] contract = [1] x [1]
      : tensor<?x?xbf16, #tenon.dims<["M", "K"]>>, tensor<?x?xbf16, #tenon.dims<["M", "K"]>>
      -> tensor<?x?xf32, #tenon.dims<["M", "M"]>>
  tenon.return %0 : tensor<?x?xf32, #tenon.dims<["M", "M"]>>
}
