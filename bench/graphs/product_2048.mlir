// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An f32 product with 2048 columns and sums of 2048 terms, nothing packed beforehand.
tenon.entry @main(%x: tensor<?x2048xf32, #tenon.dims<["M", 2048]>> {tenon.name = "x"}, %w: tensor<2048x2048xf32> {tenon.name = "w"}) -> (tensor<?x2048xf32, #tenon.dims<["M", 2048]>> {tenon.name = "y"}) attributes {symbols = [#tenon.symbol<"M">]} {
  %0 = tenon.dot_general %x, %w batch = [] x [] contract = [1] x [0] : tensor<?x2048xf32, #tenon.dims<["M", 2048]>>, tensor<2048x2048xf32> -> tensor<?x2048xf32, #tenon.dims<["M", 2048]>>
  tenon.return %0 : tensor<?x2048xf32, #tenon.dims<["M", 2048]>>
}
