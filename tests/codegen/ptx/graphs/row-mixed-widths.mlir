// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A sum of bf16 that is added to rows of f32.
// sizes: B=0
// sizes: B=1
// sizes: B=77
tenon.entry @main(%x: tensor<?x40xbf16, #tenon.dims<["B", 40]>> {tenon.name = "x"},
                  %y: tensor<?x40xf32, #tenon.dims<["B", 40]>> {tenon.name = "y"})
    -> tensor<?x40xf32, #tenon.dims<["B", 40]>>
    attributes {symbols = [#tenon.symbol<"B">]} {
  %0 = tenon.reduce add %x dims = [1] : tensor<?x40xbf16, #tenon.dims<["B", 40]>> -> tensor<?xbf16, #tenon.dims<["B"]>>
  %1 = tenon.cast %0 : tensor<?xbf16, #tenon.dims<["B"]>> to tensor<?xf32, #tenon.dims<["B"]>>
  %2 = tenon.broadcast %1 dimensions = [0] : tensor<?xf32, #tenon.dims<["B"]>> to tensor<?x40xf32, #tenon.dims<["B", 40]>>
  %3 = tenon.add %y, %2 : tensor<?x40xf32, #tenon.dims<["B", 40]>>
  tenon.return %3 : tensor<?x40xf32, #tenon.dims<["B", 40]>>
}
