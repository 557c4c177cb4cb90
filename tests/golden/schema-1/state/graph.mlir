// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A running average that lives from call to call, and the same step with the average given and returned.
!x = tensor<6xf32>
tenon.state @average : !x = dense<[1.0, -2.0, 0.5, 8.0, 0.0, -0.25]> : !x
tenon.entry @main(%x: !x {tenon.name = "x"}, %average: !x {tenon.state = @average}) -> (!x {tenon.name = "y"}) {
  %half = tenon.splat 5.000000e-01 : f32 : !x
  %0 = tenon.add %average, %x : !x
  %1 = tenon.mul %0, %half : !x
  %2 = tenon.sub %x, %1 : !x
  tenon.return %2 : !x update [@average] = %1 : !x
}
tenon.entry @given(%x: !x {tenon.name = "x"}, %average: !x {tenon.name = "average"})
    -> (!x {tenon.name = "y"}, !x {tenon.name = "next"}) {
  %half = tenon.splat 5.000000e-01 : f32 : !x
  %0 = tenon.add %average, %x : !x
  %1 = tenon.mul %0, %half : !x
  %2 = tenon.sub %x, %1 : !x
  tenon.return %2, %1 : !x, !x
}
