// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Any and all of truth values.
// sizes: B=0 N=4
// sizes: B=2 N=0
// sizes: B=1 N=1
// sizes: B=9 N=777
tenon.entry @main(%x: tensor<?x?xi1, #tenon.dims<["B", "N"]>> {tenon.name = "x"})
    -> (tensor<?xi1, #tenon.dims<["B"]>>, tensor<?xi1, #tenon.dims<["B"]>>)
    attributes {symbols = [#tenon.symbol<"B">, #tenon.symbol<"N">]} {
  %0 = tenon.reduce maximum %x dims = [1] : tensor<?x?xi1, #tenon.dims<["B", "N"]>> -> tensor<?xi1, #tenon.dims<["B"]>>
  %1 = tenon.reduce minimum %x dims = [1] : tensor<?x?xi1, #tenon.dims<["B", "N"]>> -> tensor<?xi1, #tenon.dims<["B"]>>
  tenon.return %0, %1 : tensor<?xi1, #tenon.dims<["B"]>>, tensor<?xi1, #tenon.dims<["B"]>>
}
