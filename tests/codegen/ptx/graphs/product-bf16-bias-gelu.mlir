// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Bias and GELU after a product of bf16.
// sizes: M=0
// sizes: M=1
// sizes: M=127
// sizes: M=300
tenon.entry @main(%x: tensor<?x256xbf16, #tenon.dims<["M", 256]>> {tenon.name = "x"},
                  %y: tensor<256x512xbf16> {tenon.name = "y"},
                  %bias: tensor<512xbf16> {tenon.name = "bias"})
    -> tensor<?x512xbf16, #tenon.dims<["M", 512]>>
    attributes {symbols = [#tenon.symbol<"M">]} {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<?x256xbf16, #tenon.dims<["M", 256]>>, tensor<256x512xbf16>
      -> tensor<?x512xbf16, #tenon.dims<["M", 512]>>
  %1 = tenon.broadcast %bias dimensions = [1] : tensor<512xbf16> to tensor<?x512xbf16, #tenon.dims<["M", 512]>>
  %2 = tenon.add %0, %1 : tensor<?x512xbf16, #tenon.dims<["M", 512]>>
  %3 = tenon.gelu %2 : tensor<?x512xbf16, #tenon.dims<["M", 512]>>
  tenon.return %3 : tensor<?x512xbf16, #tenon.dims<["M", 512]>>
}
