// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An f32 product with 1024 columns and sums of 1024 terms, nothing packed beforehand.
tenon.entry @main(%x: tensor<?x1024xf32, #tenon.dims<["M", 1024]>> {tenon.name = "x"}, %w: tensor<1024x1024xf32> {tenon.name = "w"}) -> (tensor<?x1024xf32, #tenon.dims<["M", 1024]>> {tenon.name = "y"}) attributes {symbols = [#tenon.symbol<"M">]} {
  %0 = tenon.dot_general %x, %w batch = [] x [] contract = [1] x [0] : tensor<?x1024xf32, #tenon.dims<["M", 1024]>>, tensor<1024x1024xf32> -> tensor<?x1024xf32, #tenon.dims<["M", 1024]>>
  tenon.return %0 : tensor<?x1024xf32, #tenon.dims<["M", 1024]>>
}
