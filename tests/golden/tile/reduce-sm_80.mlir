// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// All kinds of reduction but the sum, on i32, f64 and i1.
// RUN: tenon-opt %s --tenon-pipeline-loads --tenon-assign-registers=target=sm_80 --tenon-lower-ptx=target=sm_80 -o %t
// RUN: tenon-opt %t --tenon-expand --convert-scf-to-cf --convert-to-llvm --reconcile-unrealized-casts \
// RUN:   | FileCheck %s --implicit-check-not=tile. --implicit-check-not=tgpu.
// CHECK: llvm.func @row_reduce(
// CHECK: llvm.func @row_reduce_0(
// CHECK: llvm.func @row_reduce_1(

tile.kernel @row_reduce(%arg0: !tile.buffer<i32>, %arg1: !tile.buffer<i32>) attributes {grid = #tenon.dim<"s0">, outputs = 1 : i64, symbols = [#tenon.symbol<"s0", min = 1, max = 65536, divisor = 4>]} {
  %0 = tile.view %arg0 offset <0> sizes <["s0", 40]> strides <[40, 1]> : <i32> -> <2 x i32>
  %1 = tile.block
  %c0 = arith.constant 0 : index
  %2 = tile.load %0[%1, %c0] : <2 x i32> -> tensor<1x64xi32>
  %3 = tile.inside[%1, %c0] sizes <["s0", 40]> -> tensor<1x64xi1>
  %cst = arith.constant dense<2147483647> : tensor<1x64xi32>
  %4 = arith.select %3, %2, %cst : tensor<1x64xi1>, tensor<1x64xi32>
  %5 = tile.reduce  minimum %4 dim = 1 : tensor<1x64xi32> -> tensor<1x1xi32>
  %6 = tile.view %arg1 offset <0> sizes <["s0", 1]> strides <[1, 0]> : <i32> -> <2 x i32>
  tile.store %5, %6[%1, %c0] : tensor<1x1xi32>, <2 x i32>
  tile.return
}

tile.kernel @row_reduce_0(%arg0: !tile.buffer<f64>, %arg1: !tile.buffer<f64>) attributes {grid = #tenon.dim<"s0">, outputs = 1 : i64, symbols = [#tenon.symbol<"s0", min = 1, max = 65536, divisor = 4>]} {
  %0 = tile.view %arg0 offset <0> sizes <["s0", 40]> strides <[40, 1]> : <f64> -> <2 x f64>
  %1 = tile.block
  %c0 = arith.constant 0 : index
  %2 = tile.load %0[%1, %c0] : <2 x f64> -> tensor<1x64xf64>
  %3 = tile.inside[%1, %c0] sizes <["s0", 40]> -> tensor<1x64xi1>
  %cst = arith.constant dense<1.000000e+00> : tensor<1x64xf64>
  %4 = arith.select %3, %2, %cst : tensor<1x64xi1>, tensor<1x64xf64>
  %5 = tile.reduce  multiply %4 dim = 1 : tensor<1x64xf64> -> tensor<1x1xf64>
  %6 = tile.view %arg1 offset <0> sizes <["s0", 1]> strides <[1, 0]> : <f64> -> <2 x f64>
  tile.store %5, %6[%1, %c0] : tensor<1x1xf64>, <2 x f64>
  tile.return
}

tile.kernel @row_reduce_1(%arg0: !tile.buffer<i1>, %arg1: !tile.buffer<i1>) attributes {grid = #tenon.dim<"s0">, outputs = 1 : i64, symbols = [#tenon.symbol<"s0", min = 1, max = 65536, divisor = 4>]} {
  %0 = tile.view %arg0 offset <0> sizes <["s0", 40]> strides <[40, 1]> : <i1> -> <2 x i1>
  %1 = tile.block
  %c0 = arith.constant 0 : index
  %2 = tile.load %0[%1, %c0] : <2 x i1> -> tensor<1x64xi1>
  %3 = tile.inside[%1, %c0] sizes <["s0", 40]> -> tensor<1x64xi1>
  %cst = arith.constant dense<false> : tensor<1x64xi1>
  %4 = arith.select %3, %2, %cst : tensor<1x64xi1>, tensor<1x64xi1>
  %5 = tile.reduce  maximum %4 dim = 1 : tensor<1x64xi1> -> tensor<1x1xi1>
  %6 = tile.view %arg1 offset <0> sizes <["s0", 1]> strides <[1, 0]> : <i1> -> <2 x i1>
  tile.store %5, %6[%1, %c0] : tensor<1x1xi1>, <2 x i1>
  tile.return
}
