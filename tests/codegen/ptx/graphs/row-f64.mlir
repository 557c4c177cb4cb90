// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sum and minimum of f64, exchanged in two words.
// sizes: B=0
// sizes: B=1
// sizes: B=9
tenon.entry @main(%x: tensor<?x100xf64, #tenon.dims<["B", 100]>> {tenon.name = "x"})
    -> (tensor<?xf64, #tenon.dims<["B"]>>, tensor<?xf64, #tenon.dims<["B"]>>)
    attributes {symbols = [#tenon.symbol<"B">]} {
  %0 = tenon.reduce add %x dims = [1] : tensor<?x100xf64, #tenon.dims<["B", 100]>> -> tensor<?xf64, #tenon.dims<["B"]>>
  %1 = tenon.reduce minimum %x dims = [1] : tensor<?x100xf64, #tenon.dims<["B", 100]>> -> tensor<?xf64, #tenon.dims<["B"]>>
  tenon.return %0, %1 : tensor<?xf64, #tenon.dims<["B"]>>, tensor<?xf64, #tenon.dims<["B"]>>
}
