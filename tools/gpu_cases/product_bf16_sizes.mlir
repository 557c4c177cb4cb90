// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The same with no size known: rows of operands begin where 16 bytes do, since K and N are multiples of 8.
!x = tensor<?x?xbf16, #tenon.dims<["M", "K"]>>
!w = tensor<?x?xbf16, #tenon.dims<["K", "N"]>>
!b = tensor<?xf32, #tenon.dims<["N"]>>
!sum = tensor<?x?xf32, #tenon.dims<["M", "N"]>>
!y = tensor<?x?xbf16, #tenon.dims<["M", "N"]>>
tenon.entry @main(%x: !x {tenon.name = "x"}, %w: !w {tenon.name = "w"}, %b: !b {tenon.name = "b"}) -> (!y {tenon.name = "y"})
    attributes {symbols = [#tenon.symbol<"M">, #tenon.symbol<"K", divisor = 8>, #tenon.symbol<"N", divisor = 8>]} {
  %0 = tenon.dot_general %x, %w batch = [] x [] contract = [1] x [0] : !x, !w -> !sum
  %1 = tenon.broadcast %b dimensions = [1] : !b to !sum
  %2 = tenon.add %0, %1 : !sum
  %3 = tenon.gelu %2 : !sum
  %4 = tenon.cast %3 : !sum to !y
  tenon.return %4 : !y
}
