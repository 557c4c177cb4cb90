// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One exponential an element.
tenon.entry @main(%x: tensor<?xf32, #tenon.dims<["N"]>> {tenon.name = "x"}) -> (tensor<?xf32, #tenon.dims<["N"]>> {tenon.name = "y"}) attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.exp %x : tensor<?xf32, #tenon.dims<["N"]>>
  tenon.return %0 : tensor<?xf32, #tenon.dims<["N"]>>
}
