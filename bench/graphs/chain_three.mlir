// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Four ops with three operands in memory: three bytes read for each one written.
tenon.entry @main(%x: tensor<?xf32, #tenon.dims<["N"]>> {tenon.name = "x"}, %a: tensor<?xf32, #tenon.dims<["N"]>> {tenon.name = "a"}, %b: tensor<?xf32, #tenon.dims<["N"]>> {tenon.name = "b"}) -> (tensor<?xf32, #tenon.dims<["N"]>> {tenon.name = "y"}) attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.mul %x, %a : tensor<?xf32, #tenon.dims<["N"]>>
  %1 = tenon.add %0, %b : tensor<?xf32, #tenon.dims<["N"]>>
  %2 = tenon.relu %1 : tensor<?xf32, #tenon.dims<["N"]>>
  %3 = tenon.sub %2, %x : tensor<?xf32, #tenon.dims<["N"]>>
  tenon.return %3 : tensor<?xf32, #tenon.dims<["N"]>>
}
