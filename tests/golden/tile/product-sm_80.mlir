// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A bf16 product with bias and GELU, on operands as they lie in memory.
// RUN: tenon-opt %s --tenon-pipeline-loads --tenon-assign-registers=target=sm_80 --tenon-lower-ptx=target=sm_80 -o %t
// RUN: tenon-opt %t --tenon-expand --convert-scf-to-cf --convert-to-llvm --reconcile-unrealized-casts \
// RUN:   | FileCheck %s --implicit-check-not=tile. --implicit-check-not=tgpu.
// CHECK: llvm.func @contract_dot_general_broadcast_add_gelu_etc(

tile.kernel @contract_dot_general_broadcast_add_gelu_etc(%arg0: !tile.buffer<bf16>, %arg1: !tile.buffer<bf16>, %arg2: !tile.buffer<f32>, %arg3: !tile.buffer<bf16>) attributes {grid = #tenon.dim<1>, outputs = 1 : i64, symbols = []} {
  %0 = tile.block
  %c0 = arith.constant 0 : index
  %c0_0 = arith.constant 0 : index
  %1 = tile.size <8>
  %2 = arith.divui %c0, %1 : index
  %3 = arith.remui %c0, %1 : index
  %c8 = arith.constant 8 : index
  %4 = arith.muli %2, %c8 : index
  %5 = tile.size <1>
  %6 = arith.subi %5, %4 : index
  %c8_1 = arith.constant 8 : index
  %7 = arith.minui %6, %c8_1 : index
  %8 = arith.divui %3, %7 : index
  %9 = arith.remui %3, %7 : index
  %10 = arith.addi %4, %9 : index
  %c32 = arith.constant 32 : index
  %11 = arith.muli %10, %c32 : index
  %c16 = arith.constant 16 : index
  %12 = arith.muli %8, %c16 : index
  %cst = arith.constant dense<0.000000e+00> : tensor<1x32x16xf32>
  %13 = tile.size <40>
  %c0_2 = arith.constant 0 : index
  %c32_3 = arith.constant 32 : index
  %14 = scf.for %arg4 = %c0_2 to %13 step %c32_3 iter_args(%arg5 = %cst) -> (tensor<1x32x16xf32>) {
    %26 = tile.view %arg0 offset <0> sizes <[1, 20, 40]> strides <[0, 40, 1]> : <bf16> -> <3 x bf16>
    %27 = tile.load %26[%c0_0, %11, %arg4] : <3 x bf16> -> tensor<1x32x32xbf16>
    %28 = tile.view %arg1 offset <0> sizes <[1, 16, 40]> strides <[0, 1, 16]> : <bf16> -> <3 x bf16>
    %29 = tile.load %28[%c0_0, %12, %arg4] : <3 x bf16> -> tensor<1x16x32xbf16>
    %30 = tile.dot %27, %29, %arg5 : tensor<1x32x32xbf16>, tensor<1x16x32xbf16>, tensor<1x32x16xf32>
    scf.yield %30 : tensor<1x32x16xf32>
  }
  %c32_4 = arith.constant 32 : index
  %15 = arith.muli %10, %c32_4 : index
  %c16_5 = arith.constant 16 : index
  %16 = arith.muli %8, %c16_5 : index
  %17 = tile.view %arg2 offset <0> sizes <[1, 20, 16]> strides <[0, 0, 1]> : <f32> -> <3 x f32>
  %18 = tile.load %17[%c0_0, %15, %16] : <3 x f32> -> tensor<1x32x16xf32>
  %19 = arith.addf %14, %18 : tensor<1x32x16xf32>
  %cst_6 = arith.constant dense<5.000000e-01> : tensor<1x32x16xf32>
  %20 = arith.mulf %cst_6, %19 : tensor<1x32x16xf32>
  %cst_7 = arith.constant dense<-0.707106769> : tensor<1x32x16xf32>
  %21 = arith.mulf %19, %cst_7 : tensor<1x32x16xf32>
  %22 = math.erfc %21 : tensor<1x32x16xf32>
  %23 = arith.mulf %20, %22 : tensor<1x32x16xf32>
  %24 = arith.truncf %23 : tensor<1x32x16xf32> to tensor<1x32x16xbf16>
  %25 = tile.view %arg3 offset <0> sizes <[1, 20, 16]> strides <[0, 16, 1]> : <bf16> -> <3 x bf16>
  tile.store %24, %25[%c0_0, %15, %16] : tensor<1x32x16xbf16>, <3 x bf16>
  tile.return
}
