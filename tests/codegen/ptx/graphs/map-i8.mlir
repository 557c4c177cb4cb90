// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Bytes, sixteen to an access, and their sum in i32.
// sizes: N=0
// sizes: N=1
// sizes: N=7
// sizes: N=1023
// sizes: N=1024
// sizes: N=4100
tenon.entry @main(%x: tensor<?xi8, #tenon.dims<["N"]>> {tenon.name = "x"},
                  %y: tensor<?xi8, #tenon.dims<["N"]>> {tenon.name = "y"})
    -> (tensor<?xi8, #tenon.dims<["N"]>>, tensor<?xi32, #tenon.dims<["N"]>>)
    attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.maximum %x, %y : tensor<?xi8, #tenon.dims<["N"]>>
  %1 = tenon.add %0, %y : tensor<?xi8, #tenon.dims<["N"]>>
  %2 = tenon.cast %1 : tensor<?xi8, #tenon.dims<["N"]>> to tensor<?xi32, #tenon.dims<["N"]>>
  %3 = tenon.mul %2, %2 : tensor<?xi32, #tenon.dims<["N"]>>
  %4 = tenon.sub %3, %2 : tensor<?xi32, #tenon.dims<["N"]>>
  tenon.return %1, %4 : tensor<?xi8, #tenon.dims<["N"]>>, tensor<?xi32, #tenon.dims<["N"]>>
}
