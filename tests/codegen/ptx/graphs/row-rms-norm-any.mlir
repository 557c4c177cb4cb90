// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RMS norm of rows of any length, in loops.
// sizes: B=0 N=5
// sizes: B=3 N=0
// sizes: B=1 N=1
// sizes: B=3 N=129
// sizes: B=2 N=2048
// sizes: B=2 N=5000
tenon.entry @main(%x: tensor<?x?xbf16, #tenon.dims<["B", "N"]>> {tenon.name = "x"},
                  %w: tensor<?xbf16, #tenon.dims<["N"]>> {tenon.name = "w"})
    -> tensor<?x?xbf16, #tenon.dims<["B", "N"]>>
    attributes {symbols = [#tenon.symbol<"B">, #tenon.symbol<"N">]} {
  %0 = tenon.rms_norm %x, %w dims = [1] eps = 1.0e-6 : tensor<?x?xbf16, #tenon.dims<["B", "N"]>>, tensor<?xbf16, #tenon.dims<["N"]>>
  tenon.return %0 : tensor<?x?xbf16, #tenon.dims<["B", "N"]>>
}
