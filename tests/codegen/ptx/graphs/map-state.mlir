// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A state that is read and written, and a constant.
// sizes: N=0
// sizes: N=1
// sizes: N=200
tenon.state @h : tensor<40xf32>
tenon.entry @main(%x: tensor<?x40xf32, #tenon.dims<["N", 40]>> {tenon.name = "x"}, %h: tensor<40xf32> {tenon.state = @h},
                  %u: tensor<40xf32> {tenon.name = "u"}) -> tensor<?x40xf32, #tenon.dims<["N", 40]>>
    attributes {symbols = [#tenon.symbol<"N">]} {
  %half = tenon.splat 0.5 : f32 : tensor<40xf32>
  %0 = tenon.fma %h, %half, %u : tensor<40xf32>
  %1 = tenon.broadcast %0 dimensions = [1] : tensor<40xf32> to tensor<?x40xf32, #tenon.dims<["N", 40]>>
  %2 = tenon.add %x, %1 : tensor<?x40xf32, #tenon.dims<["N", 40]>>
  tenon.return %2 : tensor<?x40xf32, #tenon.dims<["N", 40]>> update [@h] = %0 : tensor<40xf32>
}
