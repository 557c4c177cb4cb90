// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RMS norm of rows that registers hold.
// sizes: B=0
// sizes: B=1
// sizes: B=7
tenon.entry @main(%x: tensor<?x4096xbf16, #tenon.dims<["B", 4096]>> {tenon.name = "x"},
                  %w: tensor<4096xbf16> {tenon.name = "w"})
    -> tensor<?x4096xbf16, #tenon.dims<["B", 4096]>>
    attributes {symbols = [#tenon.symbol<"B">]} {
  %0 = tenon.rms_norm %x, %w dims = [1] eps = 1.0e-6 : tensor<?x4096xbf16, #tenon.dims<["B", 4096]>>, tensor<4096xbf16>
  tenon.return %0 : tensor<?x4096xbf16, #tenon.dims<["B", 4096]>>
}
