// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A chain with a broadcast row, a cast to bf16 and a second result that lies the other way round.
!x = tensor<?x24xf32, #tenon.dims<["N", 24]>>
!row = tensor<24xf32>
!y = tensor<?x24xbf16, #tenon.dims<["N", 24]>>
!z = tensor<24x?xf32, #tenon.dims<[24, "N"]>>
tenon.entry @main(%x: !x {tenon.name = "x"}, %shift: !row {tenon.name = "shift"})
    -> (!y {tenon.name = "y"}, !z {tenon.name = "z"}) attributes {symbols = [#tenon.symbol<"N", max = 100000>]} {
  %scale = tenon.splat 1.500000e+00 : f32 : !x
  %0 = tenon.mul %x, %scale : !x
  %1 = tenon.broadcast %shift dimensions = [1] : !row to !x
  %2 = tenon.add %0, %1 : !x
  %3 = tenon.relu %2 : !x
  %4 = tenon.cast %3 : !x to !y
  %5 = tenon.transpose %2 permutation = [1, 0] : !x to !z
  tenon.return %4, %5 : !y, !z
}
