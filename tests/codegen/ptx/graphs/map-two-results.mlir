// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two results of different widths, of one kernel.
// sizes: N=0
// sizes: N=1
// sizes: N=7
// sizes: N=1023
// sizes: N=1024
// sizes: N=4100
tenon.entry @main(%x: tensor<?xf32, #tenon.dims<["N"]>> {tenon.name = "x"},
                  %y: tensor<?xf32, #tenon.dims<["N"]>> {tenon.name = "y"})
    -> (tensor<?xf32, #tenon.dims<["N"]>>, tensor<?xbf16, #tenon.dims<["N"]>>)
    attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.add %x, %y : tensor<?xf32, #tenon.dims<["N"]>>
  %1 = tenon.mul %0, %y : tensor<?xf32, #tenon.dims<["N"]>>
  %2 = tenon.cast %1 : tensor<?xf32, #tenon.dims<["N"]>> to tensor<?xbf16, #tenon.dims<["N"]>>
  tenon.return %0, %2 : tensor<?xf32, #tenon.dims<["N"]>>, tensor<?xbf16, #tenon.dims<["N"]>>
}
