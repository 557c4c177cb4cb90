// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Softmax from primitives, over rows that no vector length divides.
!x = tensor<?x1000xf32, #tenon.dims<["N", 1000]>>
!row = tensor<?xf32, #tenon.dims<["N"]>>
tenon.entry @main(%x: !x {tenon.name = "x"}) -> (!x {tenon.name = "y"}) attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.reduce maximum %x dims = [1] : !x -> !row
  %1 = tenon.broadcast %0 dimensions = [0] : !row to !x
  %2 = tenon.sub %x, %1 : !x
  %3 = tenon.exp %2 : !x
  %4 = tenon.reduce add %3 dims = [1] : !x -> !row
  %5 = tenon.broadcast %4 dimensions = [0] : !row to !x
  %6 = tenon.div %3, %5 : !x
  tenon.return %6 : !x
}
