// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A small multilayer perceptron with bias, GELU and a residual, for any batch. `tools/demo` compiles and runs it.
tenon.entry @main(%x: tensor<?x256xf32, #tenon.dims<["batch", 256]>> {tenon.name = "x"}, %w1: tensor<256x1024xf32> {tenon.name = "w1"}, %b1: tensor<1024xf32> {tenon.name = "b1"}, %w2: tensor<1024x256xf32> {tenon.name = "w2"}, %b2: tensor<256xf32> {tenon.name = "b2"}) -> (tensor<?x256xf32, #tenon.dims<["batch", 256]>> {tenon.name = "y"}) attributes {symbols = [#tenon.symbol<"batch">]} {
  %0 = tenon.dot_general %x, %w1 batch = [] x [] contract = [1] x [0] : tensor<?x256xf32, #tenon.dims<["batch", 256]>>, tensor<256x1024xf32> -> tensor<?x1024xf32, #tenon.dims<["batch", 1024]>>
  %1 = tenon.broadcast %b1 dimensions = [1] : tensor<1024xf32> to tensor<?x1024xf32, #tenon.dims<["batch", 1024]>>
  %2 = tenon.add %0, %1 : tensor<?x1024xf32, #tenon.dims<["batch", 1024]>>
  %3 = tenon.gelu %2 : tensor<?x1024xf32, #tenon.dims<["batch", 1024]>>
  %4 = tenon.dot_general %3, %w2 batch = [] x [] contract = [1] x [0] : tensor<?x1024xf32, #tenon.dims<["batch", 1024]>>, tensor<1024x256xf32> -> tensor<?x256xf32, #tenon.dims<["batch", 256]>>
  %5 = tenon.broadcast %b2 dimensions = [1] : tensor<256xf32> to tensor<?x256xf32, #tenon.dims<["batch", 256]>>
  %6 = tenon.add %4, %5 : tensor<?x256xf32, #tenon.dims<["batch", 256]>>
  %7 = tenon.add %6, %x : tensor<?x256xf32, #tenon.dims<["batch", 256]>>
  tenon.return %7 : tensor<?x256xf32, #tenon.dims<["batch", 256]>>
}
