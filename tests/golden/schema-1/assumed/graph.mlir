// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two sizes that are assumed to be equal, which a run checks.
!x = tensor<?xi32, #tenon.dims<["A"]>>
!y = tensor<?xi32, #tenon.dims<["B"]>>
tenon.entry @main(%x: !x {tenon.name = "x"}, %y: !y {tenon.name = "y"}) -> (!x {tenon.name = "sum"})
    attributes {symbols = [#tenon.symbol<"A">, #tenon.symbol<"B">]} {
  tenon.assume_dims <"A"> equals <"B">
  %0 = tenon.refine %y : !y to !x
  %1 = tenon.add %x, %0 : !x
  tenon.return %1 : !x
}
