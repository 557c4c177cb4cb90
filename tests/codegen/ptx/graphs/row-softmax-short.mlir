// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Softmax of rows of twelve.
// sizes: B=0
// sizes: B=1
// sizes: B=300
tenon.entry @main(%x: tensor<?x12xbf16, #tenon.dims<["B", 12]>> {tenon.name = "x"})
    -> tensor<?x12xbf16, #tenon.dims<["B", 12]>>
    attributes {symbols = [#tenon.symbol<"B">]} {
  %0 = tenon.reduce maximum %x dims = [1] : tensor<?x12xbf16, #tenon.dims<["B", 12]>> -> tensor<?xbf16, #tenon.dims<["B"]>>
  %1 = tenon.broadcast %0 dimensions = [0] : tensor<?xbf16, #tenon.dims<["B"]>> to tensor<?x12xbf16, #tenon.dims<["B", 12]>>
  %2 = tenon.sub %x, %1 : tensor<?x12xbf16, #tenon.dims<["B", 12]>>
  %3 = tenon.exp %2 : tensor<?x12xbf16, #tenon.dims<["B", 12]>>
  %4 = tenon.reduce add %3 dims = [1] : tensor<?x12xbf16, #tenon.dims<["B", 12]>> -> tensor<?xbf16, #tenon.dims<["B"]>>
  %5 = tenon.broadcast %4 dimensions = [0] : tensor<?xbf16, #tenon.dims<["B"]>> to tensor<?x12xbf16, #tenon.dims<["B", 12]>>
  %6 = tenon.div %3, %5 : tensor<?x12xbf16, #tenon.dims<["B", 12]>>
  tenon.return %6 : tensor<?x12xbf16, #tenon.dims<["B", 12]>>
}
