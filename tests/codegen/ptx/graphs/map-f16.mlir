// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// f16, between f32 at both ends.
// sizes: N=0
// sizes: N=1
// sizes: N=7
// sizes: N=1023
// sizes: N=1024
// sizes: N=4100
tenon.entry @main(%x: tensor<?xf32, #tenon.dims<["N"]>> {tenon.name = "x"},
                  %y: tensor<?xf16, #tenon.dims<["N"]>> {tenon.name = "y"})
    -> tensor<?xf32, #tenon.dims<["N"]>>
    attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.cast %x : tensor<?xf32, #tenon.dims<["N"]>> to tensor<?xf16, #tenon.dims<["N"]>>
  %1 = tenon.sub %0, %y : tensor<?xf16, #tenon.dims<["N"]>>
  %2 = tenon.maximum %1, %y : tensor<?xf16, #tenon.dims<["N"]>>
  %3 = tenon.cast %2 : tensor<?xf16, #tenon.dims<["N"]>> to tensor<?xf32, #tenon.dims<["N"]>>
  tenon.return %3 : tensor<?xf32, #tenon.dims<["N"]>>
}
