// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A product of f32 of known sizes.
// sizes:
tenon.entry @main(%x: tensor<128x64xf32> {tenon.name = "x"},
                  %y: tensor<64x128xf32> {tenon.name = "y"})
    -> tensor<128x128xf32> {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<128x64xf32>, tensor<64x128xf32>
      -> tensor<128x128xf32>
  tenon.return %0 : tensor<128x128xf32>
}
