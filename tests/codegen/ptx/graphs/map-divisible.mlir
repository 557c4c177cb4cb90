// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A length that is a multiple of eight by its type: accesses of 16 bytes in spite of an unknown size.
// sizes: N=0
// sizes: N=8
// sizes: N=1016
// sizes: N=1024
// sizes: N=4104
tenon.entry @main(%x: tensor<?xbf16, #tenon.dims<["N"]>> {tenon.name = "x"},
                  %y: tensor<?xbf16, #tenon.dims<["N"]>> {tenon.name = "y"})
    -> tensor<?xbf16, #tenon.dims<["N"]>>
    attributes {symbols = [#tenon.symbol<"N", divisor = 8>]} {
  %0 = tenon.add %x, %y : tensor<?xbf16, #tenon.dims<["N"]>>
  tenon.return %0 : tensor<?xbf16, #tenon.dims<["N"]>>
}
