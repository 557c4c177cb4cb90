// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A number for each row, one for each column, one for all.
// sizes: M=0 N=5
// sizes: M=5 N=0
// sizes: M=1 N=1
// sizes: M=7 N=129
// sizes: M=64 N=64
// sizes: M=33 N=1025
tenon.entry @main(%x: tensor<?x?xf32, #tenon.dims<["M", "N"]>> {tenon.name = "x"},
                  %row: tensor<?xf32, #tenon.dims<["M"]>> {tenon.name = "row"},
                  %column: tensor<?xf32, #tenon.dims<["N"]>> {tenon.name = "column"},
                  %all: tensor<f32> {tenon.name = "all"})
    -> tensor<?x?xf32, #tenon.dims<["M", "N"]>>
    attributes {symbols = [#tenon.symbol<"M">, #tenon.symbol<"N">]} {
  %0 = tenon.broadcast %row dimensions = [0] : tensor<?xf32, #tenon.dims<["M"]>> to tensor<?x?xf32, #tenon.dims<["M", "N"]>>
  %1 = tenon.broadcast %column dimensions = [1] : tensor<?xf32, #tenon.dims<["N"]>> to tensor<?x?xf32, #tenon.dims<["M", "N"]>>
  %2 = tenon.broadcast %all dimensions = [] : tensor<f32> to tensor<?x?xf32, #tenon.dims<["M", "N"]>>
  %3 = tenon.mul %x, %0 : tensor<?x?xf32, #tenon.dims<["M", "N"]>>
  %4 = tenon.add %3, %1 : tensor<?x?xf32, #tenon.dims<["M", "N"]>>
  %5 = tenon.mul %4, %2 : tensor<?x?xf32, #tenon.dims<["M", "N"]>>
  tenon.return %5 : tensor<?x?xf32, #tenon.dims<["M", "N"]>>
}
