// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A bf16 product with bias and GELU, and the packing of an operand into panels.
// RUN: tenon-opt %s --tenon-lower-cpu=target=x86-64-v3 -o %t
// RUN: tenon-opt %t --tenon-expand --convert-scf-to-cf --convert-to-llvm --reconcile-unrealized-casts \
// RUN:   | FileCheck %s --implicit-check-not=tile. --implicit-check-not=tgpu.
// CHECK: llvm.func @pack_pack(
// CHECK: llvm.func @contract_unpack_unpack_dot_general_broadcast_etc(

tile.kernel @pack_pack(%arg0: !tile.buffer<bf16>, %arg1: !tile.buffer<f32>) attributes {grid = #tenon.dim<4>, outputs = 1 : i64, symbols = []} {
  %0 = tile.block
  %c0 = arith.constant 0 : index
  %c0_0 = arith.constant 0 : index
  %1 = tile.view %arg0 offset <0> sizes <[1, 1, 40, 20]> strides <[0, 0, 1, 40]> : <bf16> -> <4 x bf16>
  %2 = tile.view %arg1 offset <0> sizes <[1, 4, 40, 6]> strides <[960, 240, 6, 1]> : <f32> -> <4 x f32>
  %c0_1 = arith.constant 0 : index
  %c256 = arith.constant 256 : index
  %3 = arith.muli %c0, %c256 : index
  %c6 = arith.constant 6 : index
  %4 = arith.muli %0, %c6 : index
  %5 = tile.load %1[%c0_0, %c0_1, %3, %4] : <4 x bf16> -> tensor<1x1x256x6xbf16>
  %6 = arith.extf %5 : tensor<1x1x256x6xbf16> to tensor<1x1x256x6xf32>
  tile.store %6, %2[%c0_0, %0, %3, %c0_1] : tensor<1x1x256x6xf32>, <4 x f32>
  tile.return
}

tile.kernel @contract_unpack_unpack_dot_general_broadcast_etc(%arg0: !tile.buffer<f32>, %arg1: !tile.buffer<f32>, %arg2: !tile.buffer<f32>, %arg3: !tile.buffer<bf16>) attributes {grid = #tenon.dim<4>, outputs = 1 : i64, symbols = []} {
  %0 = tile.block
  %c0 = arith.constant 0 : index
  %1 = tile.size <4369>
  %2 = arith.divui %0, %1 : index
  %3 = arith.remui %0, %1 : index
  %c4369 = arith.constant 4369 : index
  %4 = arith.muli %2, %c4369 : index
  %5 = tile.size <4>
  %6 = arith.subi %5, %4 : index
  %c4369_0 = arith.constant 4369 : index
  %7 = arith.minui %6, %c4369_0 : index
  %8 = arith.divui %3, %7 : index
  %9 = arith.remui %3, %7 : index
  %10 = arith.addi %4, %9 : index
  %11 = tile.view %arg1 offset <0> sizes <[4, 40, 6, 1]> strides <[240, 6, 1, 1]> : <f32> -> <4 x f32>
  %12 = tile.view %arg2 offset <0> sizes <[1, 40, 16, 1]> strides <[640, 16, 1, 1]> : <f32> -> <4 x f32>
  %13 = tile.size <4>
  %14 = arith.muli %c0, %13 : index
  %15 = arith.addi %14, %10 : index
  %16 = tile.size <1>
  %17 = arith.muli %c0, %16 : index
  %18 = arith.addi %17, %8 : index
  %c0_1 = arith.constant 0 : index
  %cst = arith.constant dense<0.000000e+00> : tensor<1x6x16xf32>
  %19 = tile.size <40>
  %c0_2 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %20 = scf.for %arg4 = %c0_2 to %19 step %c1 iter_args(%arg5 = %cst) -> (tensor<1x6x16xf32>) {
    %32 = tile.load %11[%15, %arg4, %c0_1, %c0_1] : <4 x f32> -> tensor<1x1x6x1xf32>
    %33 = tile.load %12[%18, %arg4, %c0_1, %c0_1] : <4 x f32> -> tensor<1x1x16x1xf32>
    %34 = tile.dot %32, %33, %arg5 : tensor<1x1x6x1xf32>, tensor<1x1x16x1xf32>, tensor<1x6x16xf32>
    scf.yield %34 : tensor<1x6x16xf32>
  }
  %c6 = arith.constant 6 : index
  %21 = arith.muli %10, %c6 : index
  %c16 = arith.constant 16 : index
  %22 = arith.muli %8, %c16 : index
  %23 = tile.view %arg0 offset <0> sizes <[1, 20, 16]> strides <[0, 0, 1]> : <f32> -> <3 x f32>
  %24 = tile.load %23[%c0, %21, %22] : <3 x f32> -> tensor<1x6x16xf32>
  %25 = arith.addf %20, %24 : tensor<1x6x16xf32>
  %cst_3 = arith.constant dense<5.000000e-01> : tensor<1x6x16xf32>
  %26 = arith.mulf %cst_3, %25 : tensor<1x6x16xf32>
  %cst_4 = arith.constant dense<-0.707106769> : tensor<1x6x16xf32>
  %27 = arith.mulf %25, %cst_4 : tensor<1x6x16xf32>
  %28 = math.erfc %27 : tensor<1x6x16xf32>
  %29 = arith.mulf %26, %28 : tensor<1x6x16xf32>
  %30 = arith.truncf %29 : tensor<1x6x16xf32> to tensor<1x6x16xbf16>
  %31 = tile.view %arg3 offset <0> sizes <[1, 20, 16]> strides <[0, 16, 1]> : <bf16> -> <3 x bf16>
  tile.store %30, %31[%c0, %21, %22] : tensor<1x6x16xbf16>, <3 x bf16>
  tile.return
}
