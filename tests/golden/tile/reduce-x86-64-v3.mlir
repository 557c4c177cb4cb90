// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// All kinds of reduction but the sum, on i32, f64 and i1.
// RUN: tenon-opt %s --tenon-lower-cpu=target=x86-64-v3 -o %t
// RUN: tenon-opt %t --tenon-expand --convert-scf-to-cf --convert-to-llvm --reconcile-unrealized-casts \
// RUN:   | FileCheck %s --implicit-check-not=tile. --implicit-check-not=tgpu.
// CHECK: llvm.func @row_reduce(
// CHECK: llvm.func @row_reduce_0(
// CHECK: llvm.func @row_reduce_1(

tile.kernel @row_reduce(%arg0: !tile.buffer<i32>, %arg1: !tile.buffer<i32>) attributes {grid = #tenon.dim<"s0">, outputs = 1 : i64, symbols = [#tenon.symbol<"s0", min = 1, max = 65536, divisor = 4>]} {
  %0 = tile.view %arg0 offset <0> sizes <["s0", 40]> strides <[40, 1]> : <i32> -> <2 x i32>
  %1 = tile.block
  %c0 = arith.constant 0 : index
  %cst = arith.constant dense<2147483647> : tensor<1x32xi32>
  %2 = tile.size <40>
  %c0_0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %3 = scf.for %arg2 = %c0_0 to %2 step %c32 iter_args(%arg3 = %cst) -> (tensor<1x32xi32>) {
    %6 = tile.load %0[%1, %arg2] : <2 x i32> -> tensor<1x32xi32>
    %7 = tile.inside[%1, %arg2] sizes <["s0", 40]> -> tensor<1x32xi1>
    %cst_1 = arith.constant dense<2147483647> : tensor<1x32xi32>
    %8 = arith.select %7, %6, %cst_1 : tensor<1x32xi1>, tensor<1x32xi32>
    %9 = arith.minsi %arg3, %8 : tensor<1x32xi32>
    scf.yield %9 : tensor<1x32xi32>
  }
  %4 = tile.reduce  minimum %3 dim = 1 : tensor<1x32xi32> -> tensor<1x1xi32>
  %5 = tile.view %arg1 offset <0> sizes <["s0", 1]> strides <[1, 0]> : <i32> -> <2 x i32>
  tile.store %4, %5[%1, %c0] : tensor<1x1xi32>, <2 x i32>
  tile.return
}

tile.kernel @row_reduce_0(%arg0: !tile.buffer<f64>, %arg1: !tile.buffer<f64>) attributes {grid = #tenon.dim<"s0">, outputs = 1 : i64, symbols = [#tenon.symbol<"s0", min = 1, max = 65536, divisor = 4>]} {
  %0 = tile.view %arg0 offset <0> sizes <["s0", 40]> strides <[40, 1]> : <f64> -> <2 x f64>
  %1 = tile.block
  %c0 = arith.constant 0 : index
  %cst = arith.constant dense<1.000000e+00> : tensor<1x16xf64>
  %2 = tile.size <40>
  %c0_0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %3 = scf.for %arg2 = %c0_0 to %2 step %c16 iter_args(%arg3 = %cst) -> (tensor<1x16xf64>) {
    %6 = tile.load %0[%1, %arg2] : <2 x f64> -> tensor<1x16xf64>
    %7 = tile.inside[%1, %arg2] sizes <["s0", 40]> -> tensor<1x16xi1>
    %cst_1 = arith.constant dense<1.000000e+00> : tensor<1x16xf64>
    %8 = arith.select %7, %6, %cst_1 : tensor<1x16xi1>, tensor<1x16xf64>
    %9 = arith.mulf %arg3, %8 : tensor<1x16xf64>
    scf.yield %9 : tensor<1x16xf64>
  }
  %4 = tile.reduce  multiply %3 dim = 1 : tensor<1x16xf64> -> tensor<1x1xf64>
  %5 = tile.view %arg1 offset <0> sizes <["s0", 1]> strides <[1, 0]> : <f64> -> <2 x f64>
  tile.store %4, %5[%1, %c0] : tensor<1x1xf64>, <2 x f64>
  tile.return
}

tile.kernel @row_reduce_1(%arg0: !tile.buffer<i1>, %arg1: !tile.buffer<i1>) attributes {grid = #tenon.dim<"s0">, outputs = 1 : i64, symbols = [#tenon.symbol<"s0", min = 1, max = 65536, divisor = 4>]} {
  %0 = tile.view %arg0 offset <0> sizes <["s0", 40]> strides <[40, 1]> : <i1> -> <2 x i1>
  %1 = tile.block
  %c0 = arith.constant 0 : index
  %cst = arith.constant dense<false> : tensor<1x64xi1>
  %2 = tile.size <40>
  %c0_0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %3 = scf.for %arg2 = %c0_0 to %2 step %c64 iter_args(%arg3 = %cst) -> (tensor<1x64xi1>) {
    %6 = tile.load %0[%1, %arg2] : <2 x i1> -> tensor<1x64xi1>
    %7 = tile.inside[%1, %arg2] sizes <["s0", 40]> -> tensor<1x64xi1>
    %cst_1 = arith.constant dense<false> : tensor<1x64xi1>
    %8 = arith.select %7, %6, %cst_1 : tensor<1x64xi1>, tensor<1x64xi1>
    %9 = arith.ori %arg3, %8 : tensor<1x64xi1>
    scf.yield %9 : tensor<1x64xi1>
  }
  %4 = tile.reduce  maximum %3 dim = 1 : tensor<1x64xi1> -> tensor<1x1xi1>
  %5 = tile.view %arg1 offset <0> sizes <["s0", 1]> strides <[1, 0]> : <i1> -> <2 x i1>
  tile.store %4, %5[%1, %c0] : tensor<1x1xi1>, <2 x i1>
  tile.return
}
