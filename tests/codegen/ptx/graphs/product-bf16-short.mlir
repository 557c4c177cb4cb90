// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A contracted size of four, less than a step of the matrix unit.
// sizes:
tenon.entry @main(%x: tensor<40x4xbf16> {tenon.name = "x"},
                  %y: tensor<4x24xbf16> {tenon.name = "y"})
    -> tensor<40x24xf32> {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<40x4xbf16>, tensor<4x24xbf16>
      -> tensor<40x24xf32>
  tenon.return %0 : tensor<40x24xf32>
}
