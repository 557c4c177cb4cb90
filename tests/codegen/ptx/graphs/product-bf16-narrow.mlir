// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One row: the block has the sixteen of a fragment.
// sizes:
tenon.entry @main(%x: tensor<1x64xbf16> {tenon.name = "x"},
                  %y: tensor<64x96xbf16> {tenon.name = "y"})
    -> tensor<1x96xf32> {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<1x64xbf16>, tensor<64x96xbf16>
      -> tensor<1x96xf32>
  tenon.return %0 : tensor<1x96xf32>
}
