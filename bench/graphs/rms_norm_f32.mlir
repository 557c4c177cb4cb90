// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RMS norm of f32 over rows of a length that the kernel knows.
!x = tensor<?x2048xf32, #tenon.dims<["N", 2048]>>
!w = tensor<2048xf32>
tenon.entry @main(%x: !x {tenon.name = "x"}, %w: !w {tenon.name = "w"}) -> (!x {tenon.name = "y"})
    attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.rms_norm %x, %w dims = [1] eps = 1.0e-6 : !x, !w
  tenon.return %0 : !x
}
