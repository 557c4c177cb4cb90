// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Softmax: a whole row as one tile.
// RUN: tenon-opt %s --tenon-pipeline-loads --tenon-assign-registers=target=sm_80 --tenon-lower-ptx=target=sm_80 -o %t
// RUN: tenon-opt %t --tenon-expand --convert-scf-to-cf --convert-to-llvm --reconcile-unrealized-casts \
// RUN:   | FileCheck %s --implicit-check-not=tile. --implicit-check-not=tgpu.
// CHECK: llvm.func @row_reduce_broadcast_sub_exp_etc(

tile.kernel @row_reduce_broadcast_sub_exp_etc(%arg0: !tile.buffer<f32>, %arg1: !tile.buffer<f32>) attributes {grid = #tenon.dim<"s0">, outputs = 1 : i64, symbols = [#tenon.symbol<"s0">]} {
  %0 = tile.view %arg0 offset <0> sizes <["s0", 1000]> strides <[1000, 1]> : <f32> -> <2 x f32>
  %1 = tile.block
  %c0 = arith.constant 0 : index
  %2 = tile.load %0[%1, %c0] : <2 x f32> -> tensor<1x1024xf32>
  %3 = tile.inside[%1, %c0] sizes <["s0", 1000]> -> tensor<1x1024xi1>
  %cst = arith.constant dense<0xFF800000> : tensor<1x1024xf32>
  %4 = arith.select %3, %2, %cst : tensor<1x1024xi1>, tensor<1x1024xf32>
  %5 = tile.reduce  maximum %4 dim = 1 : tensor<1x1024xf32> -> tensor<1x1xf32>
  %6 = tile.broadcast %5 : tensor<1x1xf32> -> tensor<1x1024xf32>
  %7 = arith.subf %2, %6 : tensor<1x1024xf32>
  %8 = math.exp %7 : tensor<1x1024xf32>
  %cst_0 = arith.constant dense<0.000000e+00> : tensor<1x1024xf32>
  %9 = arith.select %3, %8, %cst_0 : tensor<1x1024xi1>, tensor<1x1024xf32>
  %10 = tile.reduce  add %9 dim = 1 : tensor<1x1024xf32> -> tensor<1x1xf32>
  %11 = tile.broadcast %10 : tensor<1x1xf32> -> tensor<1x1024xf32>
  %12 = arith.divf %8, %11 : tensor<1x1024xf32>
  %13 = tile.view %arg1 offset <0> sizes <["s0", 1000]> strides <[1000, 1]> : <f32> -> <2 x f32>
  tile.store %12, %13[%1, %c0] : tensor<1x1024xf32>, <2 x f32>
  tile.return
}
