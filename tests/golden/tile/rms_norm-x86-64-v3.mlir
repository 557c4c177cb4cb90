// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RMS norm: loops that carry a tile, over rows of any length.
// RUN: tenon-opt %s --tenon-lower-cpu=target=x86-64-v3 -o %t
// RUN: tenon-opt %t --tenon-expand --convert-scf-to-cf --convert-to-llvm --reconcile-unrealized-casts \
// RUN:   | FileCheck %s --implicit-check-not=tile. --implicit-check-not=tgpu.
// CHECK: llvm.func @row_mul_reduce_size_div_etc(

tile.kernel @row_mul_reduce_size_div_etc(%arg0: !tile.buffer<f32>, %arg1: !tile.buffer<f32>, %arg2: !tile.buffer<f32>) attributes {grid = #tenon.dim<"s0">, outputs = 1 : i64, symbols = [#tenon.symbol<"s0">, #tenon.symbol<"s1">]} {
  %0 = tile.view %arg1 offset <0> sizes <["s0", "s1"]> strides <[0, 1]> : <f32> -> <2 x f32>
  %1 = tile.view %arg0 offset <0> sizes <["s0", "s1"]> strides <["s1", 1]> : <f32> -> <2 x f32>
  %2 = tile.block
  %c0 = arith.constant 0 : index
  %cst = arith.constant dense<0.000000e+00> : tensor<1x32xf32>
  %3 = tile.size <"s1">
  %c0_0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %4 = scf.for %arg3 = %c0_0 to %3 step %c32 iter_args(%arg4 = %cst) -> (tensor<1x32xf32>) {
    %12 = tile.load %1[%2, %arg3] : <2 x f32> -> tensor<1x32xf32>
    %13 = arith.mulf %12, %12 : tensor<1x32xf32>
    %14 = tile.inside[%2, %arg3] sizes <["s0", "s1"]> -> tensor<1x32xi1>
    %cst_4 = arith.constant dense<0.000000e+00> : tensor<1x32xf32>
    %15 = arith.select %14, %13, %cst_4 : tensor<1x32xi1>, tensor<1x32xf32>
    %16 = arith.addf %arg4, %15 : tensor<1x32xf32>
    scf.yield %16 : tensor<1x32xf32>
  }
  %5 = tile.reduce  add %4 dim = 1 : tensor<1x32xf32> -> tensor<1x1xf32>
  %6 = tile.size <"s1">
  %c0_1 = arith.constant 0 : index
  %c32_2 = arith.constant 32 : index
  %7 = tile.size <"s1">
  %8 = tile.splat %7 -> tensor<1x1xf32>
  %9 = arith.divf %5, %8 : tensor<1x1xf32>
  %cst_3 = arith.constant dense<9.99999997E-7> : tensor<1x1xf32>
  %10 = arith.addf %9, %cst_3 : tensor<1x1xf32>
  %11 = math.rsqrt %10 : tensor<1x1xf32>
  scf.for %arg3 = %c0_1 to %6 step %c32_2 {
    %12 = tile.load %1[%2, %arg3] : <2 x f32> -> tensor<1x32xf32>
    %13 = tile.broadcast %11 : tensor<1x1xf32> -> tensor<1x32xf32>
    %14 = arith.mulf %12, %13 : tensor<1x32xf32>
    %15 = tile.load %0[%2, %arg3] : <2 x f32> -> tensor<1x32xf32>
    %16 = arith.mulf %14, %15 : tensor<1x32xf32>
    %17 = tile.view %arg2 offset <0> sizes <["s0", "s1"]> strides <["s1", 1]> : <f32> -> <2 x f32>
    tile.store %16, %17[%2, %arg3] : tensor<1x32xf32>, <2 x f32>
  }
  tile.return
}
