// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// rms_norm_f32.mlir with rows of 4096: three of them fill a first-level cache of 48 KB.
!x = tensor<?x4096xf32, #tenon.dims<["N", 4096]>>
!w = tensor<4096xf32>
tenon.entry @main(%x: !x {tenon.name = "x"}, %w: !w {tenon.name = "w"}) -> (!x {tenon.name = "y"})
    attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.rms_norm %x, %w dims = [1] eps = 1.0e-6 : !x, !w
  tenon.return %0 : !x
}
