// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A result smaller than what four warps divide: two of them repeat the work.
// sizes:
tenon.entry @main(%x: tensor<16x48xbf16> {tenon.name = "x"},
                  %y: tensor<48x16xbf16> {tenon.name = "y"})
    -> tensor<16x16xf32> {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<16x48xbf16>, tensor<48x16xbf16>
      -> tensor<16x16xf32>
  tenon.return %0 : tensor<16x16xf32>
}
