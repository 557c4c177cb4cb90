// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sizes that are multiples of the block: no predicates but the guard of the fills.
// sizes:
tenon.entry @main(%x: tensor<256x128xbf16> {tenon.name = "x"},
                  %y: tensor<128x256xbf16> {tenon.name = "y"})
    -> tensor<256x256xbf16> {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<256x128xbf16>, tensor<128x256xbf16>
      -> tensor<256x256xbf16>
  tenon.return %0 : tensor<256x256xbf16>
}
