// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A bias for each column, then GELU, for any number of rows: one kernel.
tenon.entry @main(%x: tensor<?x1024xf32, #tenon.dims<["batch", 1024]>> {tenon.name = "x"},
                  %bias: tensor<1024xf32> {tenon.name = "bias"})
    -> (tensor<?x1024xf32, #tenon.dims<["batch", 1024]>> {tenon.name = "y"})
    attributes {symbols = [#tenon.symbol<"batch">]} {
  %0 = tenon.broadcast %bias dimensions = [1] : tensor<1024xf32> to tensor<?x1024xf32, #tenon.dims<["batch", 1024]>>
  %1 = tenon.add %x, %0 : tensor<?x1024xf32, #tenon.dims<["batch", 1024]>>
  %2 = tenon.gelu %1 : tensor<?x1024xf32, #tenon.dims<["batch", 1024]>>
  tenon.return %2 : tensor<?x1024xf32, #tenon.dims<["batch", 1024]>>
}
