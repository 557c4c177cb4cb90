// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A product in f32.
!x = tensor<?x256xf32, #tenon.dims<["M", 256]>>
!w = tensor<256x320xf32>
!b = tensor<320xf32>
!sum = tensor<?x320xf32, #tenon.dims<["M", 320]>>
tenon.entry @main(%x: !x {tenon.name = "x"}, %w: !w {tenon.name = "w"}) -> (!sum {tenon.name = "y"})
    attributes {symbols = [#tenon.symbol<"M">]} {
  %0 = tenon.dot_general %x, %w batch = [] x [] contract = [1] x [0] : !x, !w -> !sum
  tenon.return %0 : !sum
}
