// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows become columns.
tenon.entry @main(%x: tensor<?x1024xf32, #tenon.dims<["N", 1024]>> {tenon.name = "x"}) -> (tensor<1024x?xf32, #tenon.dims<[1024, "N"]>> {tenon.name = "y"}) attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.transpose %x permutation = [1, 0] : tensor<?x1024xf32, #tenon.dims<["N", 1024]>> to tensor<1024x?xf32, #tenon.dims<[1024, "N"]>>
  %1 = tenon.relu %0 : tensor<1024x?xf32, #tenon.dims<[1024, "N"]>>
  tenon.return %1 : tensor<1024x?xf32, #tenon.dims<[1024, "N"]>>
}
