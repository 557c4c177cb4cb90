// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows and columns of two dimensions each, two dimensions summed.
// sizes: B=0
// sizes: B=1
// sizes: B=9
tenon.entry @main(%x: tensor<?x5x3x16xbf16, #tenon.dims<["B", 5, 3, 16]>> {tenon.name = "x"},
                  %y: tensor<3x16x6x8xbf16> {tenon.name = "y"})
    -> tensor<?x5x6x8xbf16, #tenon.dims<["B", 5, 6, 8]>>
    attributes {symbols = [#tenon.symbol<"B">]} {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [2, 3] x [0, 1]
      : tensor<?x5x3x16xbf16, #tenon.dims<["B", 5, 3, 16]>>, tensor<3x16x6x8xbf16>
      -> tensor<?x5x6x8xbf16, #tenon.dims<["B", 5, 6, 8]>>
  tenon.return %0 : tensor<?x5x6x8xbf16, #tenon.dims<["B", 5, 6, 8]>>
}
