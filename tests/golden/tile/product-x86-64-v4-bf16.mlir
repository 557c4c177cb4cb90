// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A bf16 product with bias and GELU, on panels of pairs, which it packs as words of 32 bits.
// RUN: tenon-opt %s --tenon-lower-cpu=target=x86-64-v4-bf16 -o %t
// RUN: tenon-opt %t --tenon-expand --convert-scf-to-cf --convert-to-llvm --reconcile-unrealized-casts \
// RUN:   | FileCheck %s --implicit-check-not=tile. --implicit-check-not=tgpu.
// CHECK: llvm.func @pack_pack(
// CHECK: llvm.func @contract_unpack_unpack_dot_general_broadcast_etc(

tile.kernel @pack_pack(%arg0: !tile.buffer<bf16>, %arg1: !tile.buffer<bf16>) attributes {grid = #tenon.dim<2>, outputs = 1 : i64, symbols = []} {
  %0 = tile.block
  %c0 = arith.constant 0 : index
  %c0_0 = arith.constant 0 : index
  %1 = tile.view %arg1 offset <0> sizes <[1, 2, 20, 12]> strides <[480, 240, 12, 1]> : <bf16> -> <4 x i32>
  %c0_1 = arith.constant 0 : index
  %c256 = arith.constant 256 : index
  %2 = arith.muli %c0, %c256 : index
  %c12 = arith.constant 12 : index
  %3 = arith.muli %0, %c12 : index
  %4 = tile.view %arg0 offset <0> sizes <[1, 1, 20, 20]> strides <[0, 0, 1, 20]> : <bf16> -> <4 x i32>
  %5 = tile.load %4[%c0_0, %c0_1, %2, %3] : <4 x i32> -> tensor<1x1x256x12xi32>
  tile.store %5, %1[%c0_0, %0, %2, %c0_1] : tensor<1x1x256x12xi32>, <4 x i32>
  tile.return
}

tile.kernel @contract_unpack_unpack_dot_general_broadcast_etc(%arg0: !tile.buffer<f32>, %arg1: !tile.buffer<bf16>, %arg2: !tile.buffer<bf16>, %arg3: !tile.buffer<bf16>) attributes {grid = #tenon.dim<2>, outputs = 1 : i64, symbols = []} {
  %0 = tile.block
  %c0 = arith.constant 0 : index
  %1 = tile.size <8738>
  %2 = arith.divui %0, %1 : index
  %3 = arith.remui %0, %1 : index
  %c8738 = arith.constant 8738 : index
  %4 = arith.muli %2, %c8738 : index
  %5 = tile.size <2>
  %6 = arith.subi %5, %4 : index
  %c8738_0 = arith.constant 8738 : index
  %7 = arith.minui %6, %c8738_0 : index
  %8 = arith.divui %3, %7 : index
  %9 = arith.remui %3, %7 : index
  %10 = arith.addi %4, %9 : index
  %11 = tile.view %arg1 offset <0> sizes <[2, 20, 12, 2]> strides <[480, 24, 2, 1]> : <bf16> -> <4 x bf16>
  %12 = tile.view %arg2 offset <0> sizes <[1, 20, 32, 2]> strides <[1280, 64, 2, 1]> : <bf16> -> <4 x bf16>
  %13 = tile.size <2>
  %14 = arith.muli %c0, %13 : index
  %15 = arith.addi %14, %10 : index
  %16 = tile.size <1>
  %17 = arith.muli %c0, %16 : index
  %18 = arith.addi %17, %8 : index
  %c0_1 = arith.constant 0 : index
  %cst = arith.constant dense<0.000000e+00> : tensor<1x12x32xf32>
  %19 = tile.size <20>
  %c0_2 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %20 = scf.for %arg4 = %c0_2 to %19 step %c1 iter_args(%arg5 = %cst) -> (tensor<1x12x32xf32>) {
    %32 = tile.load %11[%15, %arg4, %c0_1, %c0_1] : <4 x bf16> -> tensor<1x1x12x2xbf16>
    %33 = tile.load %12[%18, %arg4, %c0_1, %c0_1] : <4 x bf16> -> tensor<1x1x32x2xbf16>
    %34 = tile.dot %32, %33, %arg5 : tensor<1x1x12x2xbf16>, tensor<1x1x32x2xbf16>, tensor<1x12x32xf32>
    scf.yield %34 : tensor<1x12x32xf32>
  }
  %c12 = arith.constant 12 : index
  %21 = arith.muli %10, %c12 : index
  %c32 = arith.constant 32 : index
  %22 = arith.muli %8, %c32 : index
  %23 = tile.view %arg0 offset <0> sizes <[1, 20, 16]> strides <[0, 0, 1]> : <f32> -> <3 x f32>
  %24 = tile.load %23[%c0, %21, %22] : <3 x f32> -> tensor<1x12x32xf32>
  %25 = arith.addf %20, %24 : tensor<1x12x32xf32>
  %cst_3 = arith.constant dense<5.000000e-01> : tensor<1x12x32xf32>
  %26 = arith.mulf %cst_3, %25 : tensor<1x12x32xf32>
  %cst_4 = arith.constant dense<-0.707106769> : tensor<1x12x32xf32>
  %27 = arith.mulf %25, %cst_4 : tensor<1x12x32xf32>
  %28 = math.erfc %27 : tensor<1x12x32xf32>
  %29 = arith.mulf %26, %28 : tensor<1x12x32xf32>
  %30 = arith.truncf %29 : tensor<1x12x32xf32> to tensor<1x12x32xbf16>
  %31 = tile.view %arg3 offset <0> sizes <[1, 20, 16]> strides <[0, 16, 1]> : <bf16> -> <3 x bf16>
  tile.store %30, %31[%c0, %21, %22] : tensor<1x12x32xbf16>, <3 x bf16>
  tile.return
}
