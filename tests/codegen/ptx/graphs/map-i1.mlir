// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Truth values in memory and between ops: a byte each.
// sizes: N=0
// sizes: N=1
// sizes: N=7
// sizes: N=1023
// sizes: N=1024
// sizes: N=4100
tenon.entry @main(%x: tensor<?xf32, #tenon.dims<["N"]>> {tenon.name = "x"},
                  %y: tensor<?xf32, #tenon.dims<["N"]>> {tenon.name = "y"},
                  %m: tensor<?xi1, #tenon.dims<["N"]>> {tenon.name = "m"})
    -> (tensor<?xi1, #tenon.dims<["N"]>>, tensor<?xf32, #tenon.dims<["N"]>>)
    attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.compare lt, %x, %y : tensor<?xf32, #tenon.dims<["N"]>>
  %1 = tenon.xor %0, %m : tensor<?xi1, #tenon.dims<["N"]>>
  %2 = tenon.not %1 : tensor<?xi1, #tenon.dims<["N"]>>
  %3 = tenon.select %2, %x, %y : tensor<?xi1, #tenon.dims<["N"]>>, tensor<?xf32, #tenon.dims<["N"]>>
  tenon.return %2, %3 : tensor<?xi1, #tenon.dims<["N"]>>, tensor<?xf32, #tenon.dims<["N"]>>
}
