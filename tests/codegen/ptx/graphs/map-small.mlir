// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fewer elements than threads, in two dimensions of which one is 1.
// sizes:
tenon.entry @main(%x: tensor<3x1xf32> {tenon.name = "x"},
                  %y: tensor<1x5xf32> {tenon.name = "y"})
    -> tensor<3x5xf32> {
  %0 = tenon.broadcast %x dimensions = [0, 1] : tensor<3x1xf32> to tensor<3x5xf32>
  %1 = tenon.broadcast %y dimensions = [0, 1] : tensor<1x5xf32> to tensor<3x5xf32>
  %2 = tenon.add %0, %1 : tensor<3x5xf32>
  tenon.return %2 : tensor<3x5xf32>
}
