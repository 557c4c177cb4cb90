// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums of columns.
// sizes: M=0 N=5
// sizes: M=5 N=0
// sizes: M=1 N=1
// sizes: M=300 N=33
// sizes: M=64 N=1100
tenon.entry @main(%x: tensor<?x?xf32, #tenon.dims<["M", "N"]>> {tenon.name = "x"})
    -> tensor<?xf32, #tenon.dims<["N"]>>
    attributes {symbols = [#tenon.symbol<"M">, #tenon.symbol<"N">]} {
  %0 = tenon.reduce add %x dims = [0] : tensor<?x?xf32, #tenon.dims<["M", "N"]>> -> tensor<?xf32, #tenon.dims<["N"]>>
  tenon.return %0 : tensor<?xf32, #tenon.dims<["N"]>>
}
