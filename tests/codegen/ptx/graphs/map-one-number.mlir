// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensors of rank 0.
// sizes:
tenon.entry @main(%x: tensor<f32> {tenon.name = "x"},
                  %y: tensor<f32> {tenon.name = "y"})
    -> tensor<f32> {
  %0 = tenon.sub %x, %y : tensor<f32>
  %1 = tenon.exp2 %0 : tensor<f32>
  tenon.return %1 : tensor<f32>
}
