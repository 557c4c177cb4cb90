// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A chain of arithmetic and functions on f32, of any length.
// sizes: N=0
// sizes: N=1
// sizes: N=7
// sizes: N=1023
// sizes: N=1024
// sizes: N=4100
tenon.entry @main(%x: tensor<?xf32, #tenon.dims<["N"]>> {tenon.name = "x"},
                  %y: tensor<?xf32, #tenon.dims<["N"]>> {tenon.name = "y"})
    -> tensor<?xf32, #tenon.dims<["N"]>>
    attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.mul %x, %y : tensor<?xf32, #tenon.dims<["N"]>>
  %1 = tenon.tanh %0 : tensor<?xf32, #tenon.dims<["N"]>>
  %2 = tenon.exp %1 : tensor<?xf32, #tenon.dims<["N"]>>
  %3 = tenon.div %2, %x : tensor<?xf32, #tenon.dims<["N"]>>
  %4 = tenon.fma %3, %y, %0 : tensor<?xf32, #tenon.dims<["N"]>>
  tenon.return %4 : tensor<?xf32, #tenon.dims<["N"]>>
}
