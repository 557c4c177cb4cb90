// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The product of product_1024 with bias and GELU.
tenon.entry @main(%x: tensor<?x1024xf32, #tenon.dims<["M", 1024]>> {tenon.name = "x"}, %w: tensor<1024x1024xf32> {tenon.name = "w"}, %b: tensor<1024xf32> {tenon.name = "b"}) -> (tensor<?x1024xf32, #tenon.dims<["M", 1024]>> {tenon.name = "y"}) attributes {symbols = [#tenon.symbol<"M">]} {
  %0 = tenon.dot_general %x, %w batch = [] x [] contract = [1] x [0] : tensor<?x1024xf32, #tenon.dims<["M", 1024]>>, tensor<1024x1024xf32> -> tensor<?x1024xf32, #tenon.dims<["M", 1024]>>
  %1 = tenon.broadcast %b dimensions = [1] : tensor<1024xf32> to tensor<?x1024xf32, #tenon.dims<["M", 1024]>>
  %2 = tenon.add %0, %1 : tensor<?x1024xf32, #tenon.dims<["M", 1024]>>
  %3 = tenon.gelu %2 : tensor<?x1024xf32, #tenon.dims<["M", 1024]>>
  tenon.return %3 : tensor<?x1024xf32, #tenon.dims<["M", 1024]>>
}
