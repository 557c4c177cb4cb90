// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// bias_gelu.mlir in bf16.
tenon.entry @main(%x: tensor<?x1024xbf16, #tenon.dims<["N", 1024]>> {tenon.name = "x"}, %b: tensor<1024xbf16> {tenon.name = "b"}) -> (tensor<?x1024xbf16, #tenon.dims<["N", 1024]>> {tenon.name = "y"}) attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.broadcast %b dimensions = [1] : tensor<1024xbf16> to tensor<?x1024xbf16, #tenon.dims<["N", 1024]>>
  %1 = tenon.add %x, %0 : tensor<?x1024xbf16, #tenon.dims<["N", 1024]>>
  %2 = tenon.gelu %1 : tensor<?x1024xbf16, #tenon.dims<["N", 1024]>>
  tenon.return %2 : tensor<?x1024xbf16, #tenon.dims<["N", 1024]>>
}
