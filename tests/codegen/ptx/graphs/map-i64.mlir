// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// 64-bit integers, with divisions.
// sizes: N=0
// sizes: N=1
// sizes: N=7
// sizes: N=1023
// sizes: N=1024
// sizes: N=4100
tenon.entry @main(%x: tensor<?xi64, #tenon.dims<["N"]>> {tenon.name = "x"},
                  %y: tensor<?xi32, #tenon.dims<["N"]>> {tenon.name = "y"})
    -> tensor<?xi64, #tenon.dims<["N"]>>
    attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.cast %y : tensor<?xi32, #tenon.dims<["N"]>> to tensor<?xi64, #tenon.dims<["N"]>>
  %1 = tenon.mul %x, %0 : tensor<?xi64, #tenon.dims<["N"]>>
  %2 = tenon.add %1, %x : tensor<?xi64, #tenon.dims<["N"]>>
  tenon.return %2 : tensor<?xi64, #tenon.dims<["N"]>>
}
