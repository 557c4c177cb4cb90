// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RMS norm over rows of any length.
!x = tensor<?x?xf32, #tenon.dims<["N", "C"]>>
!w = tensor<?xf32, #tenon.dims<["C"]>>
tenon.entry @main(%x: !x {tenon.name = "x"}, %w: !w {tenon.name = "w"}) -> (!x {tenon.name = "y"})
    attributes {symbols = [#tenon.symbol<"N">, #tenon.symbol<"C">]} {
  %0 = tenon.rms_norm %x, %w dims = [1] eps = 1.0e-6 : !x, !w
  tenon.return %0 : !x
}
