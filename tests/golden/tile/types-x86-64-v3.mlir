// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// f16, i8, i64 and i1 in memory.
// RUN: tenon-opt %s --tenon-lower-cpu=target=x86-64-v3 -o %t
// RUN: tenon-opt %t --tenon-expand --convert-scf-to-cf --convert-to-llvm --reconcile-unrealized-casts \
// RUN:   | FileCheck %s --implicit-check-not=tile. --implicit-check-not=tgpu.
// CHECK: llvm.func @map_cast(
// CHECK: llvm.func @map_is_nan_exp(

tile.kernel @map_cast(%arg0: !tile.buffer<i8>, %arg1: !tile.buffer<i64>) attributes {grid = #tenon.dim<"(3*s0) ceildiv 1024">, outputs = 1 : i64, symbols = [#tenon.symbol<"s0">]} {
  %0 = tile.block
  %c8192 = arith.constant 8192 : index
  %1 = arith.muli %0, %c8192 : index
  %2 = tile.view %arg0 offset <0> sizes <["24*s0"]> strides <[1]> : <i8> -> <1 x i8>
  %3 = tile.load %2[%1] : <1 x i8> -> tensor<8192xi8>
  %4 = arith.extsi %3 : tensor<8192xi8> to tensor<8192xi64>
  %5 = tile.view %arg1 offset <0> sizes <["24*s0"]> strides <[1]> : <i64> -> <1 x i64>
  tile.store %4, %5[%1] : tensor<8192xi64>, <1 x i64>
  tile.return
}

tile.kernel @map_is_nan_exp(%arg0: !tile.buffer<f16>, %arg1: !tile.buffer<i1>, %arg2: !tile.buffer<f16>) attributes {grid = #tenon.dim<"(3*s0) ceildiv 1024">, outputs = 2 : i64, symbols = [#tenon.symbol<"s0">]} {
  %0 = tile.block
  %c8192 = arith.constant 8192 : index
  %1 = arith.muli %0, %c8192 : index
  %2 = tile.view %arg0 offset <0> sizes <["24*s0"]> strides <[1]> : <f16> -> <1 x f16>
  %3 = tile.load %2[%1] : <1 x f16> -> tensor<8192xf16>
  %4 = arith.extf %3 : tensor<8192xf16> to tensor<8192xf32>
  %5 = arith.cmpf uno, %4, %4 : tensor<8192xf32>
  %6 = arith.extf %3 : tensor<8192xf16> to tensor<8192xf32>
  %7 = math.exp %6 : tensor<8192xf32>
  %8 = arith.truncf %7 : tensor<8192xf32> to tensor<8192xf16>
  %9 = tile.view %arg1 offset <0> sizes <["24*s0"]> strides <[1]> : <i1> -> <1 x i1>
  tile.store %5, %9[%1] : tensor<8192xi1>, <1 x i1>
  %10 = tile.view %arg2 offset <0> sizes <["24*s0"]> strides <[1]> : <f16> -> <1 x f16>
  tile.store %8, %10[%1] : tensor<8192xf16>, <1 x f16>
  tile.return
}
