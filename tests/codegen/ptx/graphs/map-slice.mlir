// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every second column from the third on, backwards along the rows.
// sizes: N=0
// sizes: N=1
// sizes: N=5
// sizes: N=200
tenon.entry @main(%x: tensor<?x64xf32, #tenon.dims<["N", 64]>> {tenon.name = "x"})
    -> tensor<?x31xf32, #tenon.dims<["N", 31]>>
    attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.slice %x starts = <["N-1", 2]> strides = [-1, 2] : tensor<?x64xf32, #tenon.dims<["N", 64]>> to tensor<?x31xf32, #tenon.dims<["N", 31]>>
  %1 = tenon.neg %0 : tensor<?x31xf32, #tenon.dims<["N", 31]>>
  tenon.return %1 : tensor<?x31xf32, #tenon.dims<["N", 31]>>
}
