// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A product of bf16 with 2048 columns and sums of 2048 terms, nothing packed beforehand.
!x = tensor<?x2048xbf16, #tenon.dims<["M", 2048]>>
!w = tensor<2048x2048xbf16>
tenon.entry @main(%x: !x {tenon.name = "x"}, %w: !w {tenon.name = "w"}) -> (!x {tenon.name = "y"})
    attributes {symbols = [#tenon.symbol<"M">]} {
  %0 = tenon.dot_general %x, %w batch = [] x [] contract = [1] x [0] : !x, !w -> !x
  tenon.return %0 : !x
}
