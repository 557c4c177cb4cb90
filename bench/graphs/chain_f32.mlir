// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Four ops with one operand in memory: bytes read equal bytes written.
tenon.entry @main(%x: tensor<?xf32, #tenon.dims<["N"]>> {tenon.name = "x"}) -> (tensor<?xf32, #tenon.dims<["N"]>> {tenon.name = "y"}) attributes {symbols = [#tenon.symbol<"N">]} {
  %scale = tenon.splat 1.500000e+00 : f32 : tensor<?xf32, #tenon.dims<["N"]>>
  %shift = tenon.splat 2.500000e-01 : f32 : tensor<?xf32, #tenon.dims<["N"]>>
  %0 = tenon.mul %x, %scale : tensor<?xf32, #tenon.dims<["N"]>>
  %1 = tenon.add %0, %shift : tensor<?xf32, #tenon.dims<["N"]>>
  %2 = tenon.relu %1 : tensor<?xf32, #tenon.dims<["N"]>>
  %3 = tenon.mul %2, %scale : tensor<?xf32, #tenon.dims<["N"]>>
  tenon.return %3 : tensor<?xf32, #tenon.dims<["N"]>>
}
