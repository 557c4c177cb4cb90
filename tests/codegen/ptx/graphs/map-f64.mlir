// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The same types of ops on f64: two registers for each element.
// sizes: N=0
// sizes: N=1
// sizes: N=7
// sizes: N=1023
// sizes: N=1024
// sizes: N=4100
tenon.entry @main(%x: tensor<?xf64, #tenon.dims<["N"]>> {tenon.name = "x"},
                  %y: tensor<?xf64, #tenon.dims<["N"]>> {tenon.name = "y"})
    -> tensor<?xf64, #tenon.dims<["N"]>>
    attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.add %x, %y : tensor<?xf64, #tenon.dims<["N"]>>
  %1 = tenon.sigmoid %0 : tensor<?xf64, #tenon.dims<["N"]>>
  %2 = tenon.sqrt %1 : tensor<?xf64, #tenon.dims<["N"]>>
  tenon.return %2 : tensor<?xf64, #tenon.dims<["N"]>>
}
