// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Three dimensions in another order, of sizes that are no powers of two.
// sizes:
tenon.entry @main(%x: tensor<6x10x36xf32> {tenon.name = "x"},
                  %y: tensor<10x36x6xf32> {tenon.name = "y"})
    -> tensor<10x36x6xf32> {
  %0 = tenon.transpose %x permutation = [1, 2, 0] : tensor<6x10x36xf32> to tensor<10x36x6xf32>
  %1 = tenon.mul %0, %y : tensor<10x36x6xf32>
  tenon.return %1 : tensor<10x36x6xf32>
}
