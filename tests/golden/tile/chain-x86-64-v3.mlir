// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A chain with a broadcast row, two results, and a transpose.
// RUN: tenon-opt %s --tenon-lower-cpu=target=x86-64-v3 -o %t
// RUN: tenon-opt %t --tenon-expand --convert-scf-to-cf --convert-to-llvm --reconcile-unrealized-casts \
// RUN:   | FileCheck %s --implicit-check-not=tile. --implicit-check-not=tgpu.
// CHECK: llvm.func @map_mul_broadcast_add_relu_etc(
// CHECK: llvm.func @map_transpose(

tile.kernel @map_mul_broadcast_add_relu_etc(%arg0: !tile.buffer<f32>, %arg1: !tile.buffer<f32>, %arg2: !tile.buffer<f32>, %arg3: !tile.buffer<bf16>) attributes {grid = #tenon.dim<"s0 ceildiv 256">, outputs = 2 : i64, symbols = [#tenon.symbol<"s0", max = 100000>]} {
  %0 = tile.block
  %c0 = arith.constant 0 : index
  %c256 = arith.constant 256 : index
  %1 = arith.muli %0, %c256 : index
  %2 = tile.view %arg0 offset <0> sizes <["s0", 24]> strides <[24, 1]> : <f32> -> <2 x f32>
  %3 = tile.load %2[%1, %c0] : <2 x f32> -> tensor<256x32xf32>
  %cst = arith.constant dense<1.500000e+00> : tensor<256x32xf32>
  %4 = arith.mulf %3, %cst : tensor<256x32xf32>
  %5 = tile.view %arg1 offset <0> sizes <["s0", 24]> strides <[0, 1]> : <f32> -> <2 x f32>
  %6 = tile.load %5[%1, %c0] : <2 x f32> -> tensor<256x32xf32>
  %7 = arith.addf %4, %6 : tensor<256x32xf32>
  %cst_0 = arith.constant dense<0.000000e+00> : tensor<256x32xf32>
  %8 = arith.cmpf ole, %7, %cst_0 : tensor<256x32xf32>
  %9 = arith.select %8, %cst_0, %7 : tensor<256x32xi1>, tensor<256x32xf32>
  %10 = arith.truncf %9 : tensor<256x32xf32> to tensor<256x32xbf16>
  %11 = tile.view %arg2 offset <0> sizes <["s0", 24]> strides <[24, 1]> : <f32> -> <2 x f32>
  tile.store %7, %11[%1, %c0] : tensor<256x32xf32>, <2 x f32>
  %12 = tile.view %arg3 offset <0> sizes <["s0", 24]> strides <[24, 1]> : <bf16> -> <2 x bf16>
  tile.store %10, %12[%1, %c0] : tensor<256x32xbf16>, <2 x bf16>
  tile.return
}

tile.kernel @map_transpose(%arg0: !tile.buffer<f32>, %arg1: !tile.buffer<f32>) attributes {grid = #tenon.dim<"s0 ceildiv 64">, outputs = 1 : i64, symbols = [#tenon.symbol<"s0", max = 100000>]} {
  %0 = tile.block
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %1 = arith.muli %0, %c64 : index
  %2 = tile.view %arg0 offset <0> sizes <[24, "s0"]> strides <[1, 24]> : <f32> -> <2 x f32>
  %3 = tile.load %2[%c0, %1] : <2 x f32> -> tensor<32x64xf32>
  %4 = tile.view %arg1 offset <0> sizes <[24, "s0"]> strides <["s0", 1]> : <f32> -> <2 x f32>
  tile.store %3, %4[%c0, %1] : tensor<32x64xf32>, <2 x f32>
  tile.return
}
