// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A bf16 product with bias and GELU before the one rounding, for any number of rows: the example of fusion.
!x = tensor<?x512xbf16, #tenon.dims<["M", 512]>>
!w = tensor<512x384xbf16>
!b = tensor<384xf32>
!sum = tensor<?x384xf32, #tenon.dims<["M", 384]>>
!y = tensor<?x384xbf16, #tenon.dims<["M", 384]>>
tenon.entry @main(%x: !x {tenon.name = "x"}, %w: !w {tenon.name = "w"}, %b: !b {tenon.name = "b"}) -> (!y {tenon.name = "y"})
    attributes {symbols = [#tenon.symbol<"M">]} {
  %0 = tenon.dot_general %x, %w batch = [] x [] contract = [1] x [0] : !x, !w -> !sum
  %1 = tenon.broadcast %b dimensions = [1] : !b to !sum
  %2 = tenon.add %0, %1 : !sum
  %3 = tenon.gelu %2 : !sum
  %4 = tenon.cast %3 : !sum to !y
  tenon.return %4 : !y
}
