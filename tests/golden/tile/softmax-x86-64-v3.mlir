// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Softmax: two loops that carry tiles, one after the other.
// RUN: tenon-opt %s --tenon-lower-cpu=target=x86-64-v3 -o %t
// RUN: tenon-opt %t --tenon-expand --convert-scf-to-cf --convert-to-llvm --reconcile-unrealized-casts \
// RUN:   | FileCheck %s --implicit-check-not=tile. --implicit-check-not=tgpu.
// CHECK: llvm.func @row_reduce_broadcast_sub_exp_etc(

tile.kernel @row_reduce_broadcast_sub_exp_etc(%arg0: !tile.buffer<f32>, %arg1: !tile.buffer<f32>) attributes {grid = #tenon.dim<"s0">, outputs = 1 : i64, symbols = [#tenon.symbol<"s0">]} {
  %0 = tile.view %arg0 offset <0> sizes <["s0", 1000]> strides <[1000, 1]> : <f32> -> <2 x f32>
  %1 = tile.block
  %c0 = arith.constant 0 : index
  %cst = arith.constant dense<0xFF800000> : tensor<1x32xf32>
  %2 = tile.size <1000>
  %c0_0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %3 = scf.for %arg2 = %c0_0 to %2 step %c32 iter_args(%arg3 = %cst) -> (tensor<1x32xf32>) {
    %9 = tile.load %0[%1, %arg2] : <2 x f32> -> tensor<1x32xf32>
    %10 = tile.inside[%1, %arg2] sizes <["s0", 1000]> -> tensor<1x32xi1>
    %cst_6 = arith.constant dense<0xFF800000> : tensor<1x32xf32>
    %11 = arith.select %10, %9, %cst_6 : tensor<1x32xi1>, tensor<1x32xf32>
    %12 = arith.maximumf %arg3, %11 : tensor<1x32xf32>
    scf.yield %12 : tensor<1x32xf32>
  }
  %4 = tile.reduce  maximum %3 dim = 1 : tensor<1x32xf32> -> tensor<1x1xf32>
  %cst_1 = arith.constant dense<0.000000e+00> : tensor<1x32xf32>
  %5 = tile.size <1000>
  %c0_2 = arith.constant 0 : index
  %c32_3 = arith.constant 32 : index
  %6 = scf.for %arg2 = %c0_2 to %5 step %c32_3 iter_args(%arg3 = %cst_1) -> (tensor<1x32xf32>) {
    %9 = tile.load %0[%1, %arg2] : <2 x f32> -> tensor<1x32xf32>
    %10 = tile.broadcast %4 : tensor<1x1xf32> -> tensor<1x32xf32>
    %11 = arith.subf %9, %10 : tensor<1x32xf32>
    %12 = math.exp %11 : tensor<1x32xf32>
    %13 = tile.inside[%1, %arg2] sizes <["s0", 1000]> -> tensor<1x32xi1>
    %cst_6 = arith.constant dense<0.000000e+00> : tensor<1x32xf32>
    %14 = arith.select %13, %12, %cst_6 : tensor<1x32xi1>, tensor<1x32xf32>
    %15 = arith.addf %arg3, %14 : tensor<1x32xf32>
    scf.yield %15 : tensor<1x32xf32>
  }
  %7 = tile.reduce  add %6 dim = 1 : tensor<1x32xf32> -> tensor<1x1xf32>
  %8 = tile.size <1000>
  %c0_4 = arith.constant 0 : index
  %c32_5 = arith.constant 32 : index
  scf.for %arg2 = %c0_4 to %8 step %c32_5 {
    %9 = tile.load %0[%1, %arg2] : <2 x f32> -> tensor<1x32xf32>
    %10 = tile.broadcast %4 : tensor<1x1xf32> -> tensor<1x32xf32>
    %11 = arith.subf %9, %10 : tensor<1x32xf32>
    %12 = math.exp %11 : tensor<1x32xf32>
    %13 = tile.broadcast %7 : tensor<1x1xf32> -> tensor<1x32xf32>
    %14 = arith.divf %12, %13 : tensor<1x32xf32>
    %15 = tile.view %arg1 offset <0> sizes <["s0", 1000]> strides <[1000, 1]> : <f32> -> <2 x f32>
    tile.store %14, %15[%1, %arg2] : tensor<1x32xf32>, <2 x f32>
  }
  tile.return
}
