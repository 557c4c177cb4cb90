// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The middle half of each row.
tenon.entry @main(%x: tensor<?x1024xf32, #tenon.dims<["N", 1024]>> {tenon.name = "x"}) -> (tensor<?x512xf32, #tenon.dims<["N", 512]>> {tenon.name = "y"}) attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.slice %x starts = <[0, 256]> strides = [1, 1] : tensor<?x1024xf32, #tenon.dims<["N", 1024]>> to tensor<?x512xf32, #tenon.dims<["N", 512]>>
  %1 = tenon.relu %0 : tensor<?x512xf32, #tenon.dims<["N", 512]>>
  tenon.return %1 : tensor<?x512xf32, #tenon.dims<["N", 512]>>
}
