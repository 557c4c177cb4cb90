// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums over the first and the last of three dimensions.
// sizes: M=0 N=5
// sizes: M=1 N=1
// sizes: M=30 N=33
tenon.entry @main(%x: tensor<?x6x?xf32, #tenon.dims<["M", 6, "N"]>> {tenon.name = "x"})
    -> tensor<6xf32>
    attributes {symbols = [#tenon.symbol<"M">, #tenon.symbol<"N">]} {
  %0 = tenon.reduce add %x dims = [0, 2] : tensor<?x6x?xf32, #tenon.dims<["M", 6, "N"]>> -> tensor<6xf32>
  tenon.return %0 : tensor<6xf32>
}
