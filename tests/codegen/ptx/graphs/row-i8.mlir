// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Maximum of bytes.
// sizes: B=0
// sizes: B=1
// sizes: B=9
tenon.entry @main(%x: tensor<?x1000xi8, #tenon.dims<["B", 1000]>> {tenon.name = "x"})
    -> tensor<?xi8, #tenon.dims<["B"]>>
    attributes {symbols = [#tenon.symbol<"B">]} {
  %0 = tenon.reduce maximum %x dims = [1] : tensor<?x1000xi8, #tenon.dims<["B", 1000]>> -> tensor<?xi8, #tenon.dims<["B"]>>
  tenon.return %0 : tensor<?xi8, #tenon.dims<["B"]>>
}
