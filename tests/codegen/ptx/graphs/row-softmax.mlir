// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Softmax in f32: two reductions of one row.
// sizes: B=0 N=3
// sizes: B=1 N=1
// sizes: B=5 N=31
// sizes: B=2 N=4097
tenon.entry @main(%x: tensor<?x?xf32, #tenon.dims<["B", "N"]>> {tenon.name = "x"})
    -> tensor<?x?xf32, #tenon.dims<["B", "N"]>>
    attributes {symbols = [#tenon.symbol<"B">, #tenon.symbol<"N">]} {
  %0 = tenon.reduce maximum %x dims = [1] : tensor<?x?xf32, #tenon.dims<["B", "N"]>> -> tensor<?xf32, #tenon.dims<["B"]>>
  %1 = tenon.broadcast %0 dimensions = [0] : tensor<?xf32, #tenon.dims<["B"]>> to tensor<?x?xf32, #tenon.dims<["B", "N"]>>
  %2 = tenon.sub %x, %1 : tensor<?x?xf32, #tenon.dims<["B", "N"]>>
  %3 = tenon.exp %2 : tensor<?x?xf32, #tenon.dims<["B", "N"]>>
  %4 = tenon.reduce add %3 dims = [1] : tensor<?x?xf32, #tenon.dims<["B", "N"]>> -> tensor<?xf32, #tenon.dims<["B"]>>
  %5 = tenon.broadcast %4 dimensions = [0] : tensor<?xf32, #tenon.dims<["B"]>> to tensor<?x?xf32, #tenon.dims<["B", "N"]>>
  %6 = tenon.div %3, %5 : tensor<?x?xf32, #tenon.dims<["B", "N"]>>
  tenon.return %6 : tensor<?x?xf32, #tenon.dims<["B", "N"]>>
}
