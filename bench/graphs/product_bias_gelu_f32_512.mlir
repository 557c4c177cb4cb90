// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The product of product_f32_512 with bias and GELU.
!x = tensor<?x512xf32, #tenon.dims<["M", 512]>>
!w = tensor<512x512xf32>
!b = tensor<512xf32>
tenon.entry @main(%x: !x {tenon.name = "x"}, %w: !w {tenon.name = "w"}, %b: !b {tenon.name = "b"}) -> (!x {tenon.name = "y"})
    attributes {symbols = [#tenon.symbol<"M">]} {
  %0 = tenon.dot_general %x, %w batch = [] x [] contract = [1] x [0] : !x, !w -> !x
  %1 = tenon.broadcast %b dimensions = [1] : !b to !x
  %2 = tenon.add %0, %1 : !x
  %3 = tenon.gelu %2 : !x
  tenon.return %3 : !x
}
