// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A batch of products, with heads beside the rows as attention has them.
// sizes: B=0 T=3
// sizes: B=1 T=1
// sizes: B=2 T=65
// sizes: B=3 T=128
tenon.entry @main(%x: tensor<?x?x4x64xbf16, #tenon.dims<["B", "T", 4, 64]>> {tenon.name = "x"},
                  %y: tensor<?x?x4x64xbf16, #tenon.dims<["B", "T", 4, 64]>> {tenon.name = "y"})
    -> tensor<?x4x?x?xf32, #tenon.dims<["B", 4, "T", "T"]>>
    attributes {symbols = [#tenon.symbol<"B">, #tenon.symbol<"T">]} {
  %0 = tenon.dot_general %x, %y batch = [0, 2] x [0, 2] contract = [3] x [3]
      : tensor<?x?x4x64xbf16, #tenon.dims<["B", "T", 4, 64]>>, tensor<?x?x4x64xbf16, #tenon.dims<["B", "T", 4, 64]>>
      -> tensor<?x4x?x?xf32, #tenon.dims<["B", 4, "T", "T"]>>
  tenon.return %0 : tensor<?x4x?x?xf32, #tenon.dims<["B", 4, "T", "T"]>>
}
