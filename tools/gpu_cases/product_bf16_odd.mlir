// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows of odd length: no vector of an operand is aligned.
!x = tensor<?x133xbf16, #tenon.dims<["M", 133]>>
!w = tensor<133x77xbf16>
!b = tensor<77xf32>
!sum = tensor<?x77xf32, #tenon.dims<["M", 77]>>
!y = tensor<?x77xbf16, #tenon.dims<["M", 77]>>
tenon.entry @main(%x: !x {tenon.name = "x"}, %w: !w {tenon.name = "w"}, %b: !b {tenon.name = "b"}) -> (!y {tenon.name = "y"})
    attributes {symbols = [#tenon.symbol<"M">]} {
  %0 = tenon.dot_general %x, %w batch = [] x [] contract = [1] x [0] : !x, !w -> !sum
  %1 = tenon.broadcast %b dimensions = [1] : !b to !sum
  %2 = tenon.add %0, %1 : !sum
  %3 = tenon.gelu %2 : !sum
  %4 = tenon.cast %3 : !sum to !y
  tenon.return %4 : !y
}
