// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RMS norm of bf16 over rows of a length that the kernel knows.
!x = tensor<?x4096xbf16, #tenon.dims<["N", 4096]>>
!w = tensor<4096xbf16>
tenon.entry @main(%x: !x {tenon.name = "x"}, %w: !w {tenon.name = "w"}) -> (!x {tenon.name = "y"})
    attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.rms_norm %x, %w dims = [1] eps = 1.0e-6 : !x, !w
  tenon.return %0 : !x
}
