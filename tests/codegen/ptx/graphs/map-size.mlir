// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A number that is known at run time, in each element.
// sizes: N=0
// sizes: N=1
// sizes: N=300
tenon.entry @main(%x: tensor<?xf32, #tenon.dims<["N"]>> {tenon.name = "x"})
    -> tensor<?xf32, #tenon.dims<["N"]>>
    attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.size <"2*N"> : tensor<i64>
  %1 = tenon.cast %0 : tensor<i64> to tensor<f32>
  %2 = tenon.broadcast %1 dimensions = [] : tensor<f32> to tensor<?xf32, #tenon.dims<["N"]>>
  %3 = tenon.mul %x, %2 : tensor<?xf32, #tenon.dims<["N"]>>
  tenon.return %3 : tensor<?xf32, #tenon.dims<["N"]>>
}
