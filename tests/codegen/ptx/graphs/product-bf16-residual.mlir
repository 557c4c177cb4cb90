// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A residual added to a product, and the sum returned in f32 as well.
// sizes: M=0
// sizes: M=1
// sizes: M=127
// sizes: M=300
tenon.entry @main(%x: tensor<?x256xbf16, #tenon.dims<["M", 256]>> {tenon.name = "x"},
                  %y: tensor<256x512xbf16> {tenon.name = "y"},
                  %r: tensor<?x512xbf16, #tenon.dims<["M", 512]>> {tenon.name = "r"})
    -> (tensor<?x512xf32, #tenon.dims<["M", 512]>>, tensor<?x512xbf16, #tenon.dims<["M", 512]>>)
    attributes {symbols = [#tenon.symbol<"M">]} {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<?x256xbf16, #tenon.dims<["M", 256]>>, tensor<256x512xbf16>
      -> tensor<?x512xf32, #tenon.dims<["M", 512]>>
  %1 = tenon.cast %r : tensor<?x512xbf16, #tenon.dims<["M", 512]>> to tensor<?x512xf32, #tenon.dims<["M", 512]>>
  %2 = tenon.add %0, %1 : tensor<?x512xf32, #tenon.dims<["M", 512]>>
  %3 = tenon.cast %2 : tensor<?x512xf32, #tenon.dims<["M", 512]>> to tensor<?x512xbf16, #tenon.dims<["M", 512]>>
  tenon.return %2, %3 : tensor<?x512xf32, #tenon.dims<["M", 512]>>, tensor<?x512xbf16, #tenon.dims<["M", 512]>>
}
