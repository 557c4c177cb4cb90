// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The product of all elements.
// sizes: N=0
// sizes: N=1
// sizes: N=100
// sizes: N=5000
tenon.entry @main(%x: tensor<?xf32, #tenon.dims<["N"]>> {tenon.name = "x"})
    -> tensor<f32>
    attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.reduce multiply %x dims = [0] : tensor<?xf32, #tenon.dims<["N"]>> -> tensor<f32>
  tenon.return %0 : tensor<f32>
}
