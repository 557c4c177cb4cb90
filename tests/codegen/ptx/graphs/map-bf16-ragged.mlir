// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows of bf16 of an odd length: accesses of one element.
// sizes: B=0
// sizes: B=1
// sizes: B=31
// sizes: B=257
tenon.entry @main(%x: tensor<?x33xbf16, #tenon.dims<["B", 33]>> {tenon.name = "x"},
                  %bias: tensor<33xbf16> {tenon.name = "bias"})
    -> tensor<?x33xbf16, #tenon.dims<["B", 33]>>
    attributes {symbols = [#tenon.symbol<"B">]} {
  %0 = tenon.broadcast %bias dimensions = [1] : tensor<33xbf16> to tensor<?x33xbf16, #tenon.dims<["B", 33]>>
  %1 = tenon.mul %x, %0 : tensor<?x33xbf16, #tenon.dims<["B", 33]>>
  tenon.return %1 : tensor<?x33xbf16, #tenon.dims<["B", 33]>>
}
