// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A product of f64 of known sizes.
// sizes:
tenon.entry @main(%x: tensor<64x32xf64> {tenon.name = "x"},
                  %y: tensor<32x128xf64> {tenon.name = "y"})
    -> tensor<64x128xf64> {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<64x32xf64>, tensor<32x128xf64>
      -> tensor<64x128xf64>
  tenon.return %0 : tensor<64x128xf64>
}
