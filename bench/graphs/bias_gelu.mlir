// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A bias along each row, and GELU, whose complementary error function is the costly part.
tenon.entry @main(%x: tensor<?x1024xf32, #tenon.dims<["N", 1024]>> {tenon.name = "x"}, %b: tensor<1024xf32> {tenon.name = "b"}) -> (tensor<?x1024xf32, #tenon.dims<["N", 1024]>> {tenon.name = "y"}) attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.broadcast %b dimensions = [1] : tensor<1024xf32> to tensor<?x1024xf32, #tenon.dims<["N", 1024]>>
  %1 = tenon.add %x, %0 : tensor<?x1024xf32, #tenon.dims<["N", 1024]>>
  %2 = tenon.gelu %1 : tensor<?x1024xf32, #tenon.dims<["N", 1024]>>
  tenon.return %2 : tensor<?x1024xf32, #tenon.dims<["N", 1024]>>
}
