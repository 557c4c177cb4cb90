// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Four ops with one operand in memory: bytes read equal bytes written.
tenon.entry @main(%x: tensor<?xbf16, #tenon.dims<["N"]>> {tenon.name = "x"}) -> (tensor<?xbf16, #tenon.dims<["N"]>> {tenon.name = "y"}) attributes {symbols = [#tenon.symbol<"N">]} {
  %scale = tenon.splat 1.500000e+00 : bf16 : tensor<?xbf16, #tenon.dims<["N"]>>
  %shift = tenon.splat 2.500000e-01 : bf16 : tensor<?xbf16, #tenon.dims<["N"]>>
  %0 = tenon.mul %x, %scale : tensor<?xbf16, #tenon.dims<["N"]>>
  %1 = tenon.add %0, %shift : tensor<?xbf16, #tenon.dims<["N"]>>
  %2 = tenon.relu %1 : tensor<?xbf16, #tenon.dims<["N"]>>
  %3 = tenon.mul %2, %scale : tensor<?xbf16, #tenon.dims<["N"]>>
  tenon.return %3 : tensor<?xbf16, #tenon.dims<["N"]>>
}
