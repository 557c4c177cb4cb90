// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An f32 product with 512 columns and sums of 512 terms, nothing packed beforehand.
tenon.entry @main(%x: tensor<?x512xf32, #tenon.dims<["M", 512]>> {tenon.name = "x"}, %w: tensor<512x512xf32> {tenon.name = "w"}) -> (tensor<?x512xf32, #tenon.dims<["M", 512]>> {tenon.name = "y"}) attributes {symbols = [#tenon.symbol<"M">]} {
  %0 = tenon.dot_general %x, %w batch = [] x [] contract = [1] x [0] : tensor<?x512xf32, #tenon.dims<["M", 512]>>, tensor<512x512xf32> -> tensor<?x512xf32, #tenon.dims<["M", 512]>>
  tenon.return %0 : tensor<?x512xf32, #tenon.dims<["M", 512]>>
}
