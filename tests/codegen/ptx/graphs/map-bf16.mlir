// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows of bf16 whose length is a multiple of eight, with a bias for each column.
// sizes: B=0
// sizes: B=1
// sizes: B=3
// sizes: B=130
tenon.entry @main(%x: tensor<?x1000xbf16, #tenon.dims<["B", 1000]>> {tenon.name = "x"},
                  %bias: tensor<1000xbf16> {tenon.name = "bias"})
    -> tensor<?x1000xbf16, #tenon.dims<["B", 1000]>>
    attributes {symbols = [#tenon.symbol<"B">]} {
  %0 = tenon.broadcast %bias dimensions = [1] : tensor<1000xbf16> to tensor<?x1000xbf16, #tenon.dims<["B", 1000]>>
  %1 = tenon.add %x, %0 : tensor<?x1000xbf16, #tenon.dims<["B", 1000]>>
  %2 = tenon.gelu %1 : tensor<?x1000xbf16, #tenon.dims<["B", 1000]>>
  tenon.return %2 : tensor<?x1000xbf16, #tenon.dims<["B", 1000]>>
}
