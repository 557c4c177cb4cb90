// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows taken backwards, in steps, from the middle of a larger array.
// RUN: tenon-opt %s --tenon-lower-cpu=target=x86-64-v3 -o %t
// RUN: tenon-opt %t --tenon-expand --convert-scf-to-cf --convert-to-llvm --reconcile-unrealized-casts \
// RUN:   | FileCheck %s --implicit-check-not=tile. --implicit-check-not=tgpu.
// CHECK: llvm.func @map_slice(

tile.kernel @map_slice(%arg0: !tile.buffer<f32>, %arg1: !tile.buffer<f32>) attributes {grid = #tenon.dim<"2*((s0+3069) floordiv 3072)">, outputs = 1 : i64, symbols = [#tenon.symbol<"s0", min = 8>]} {
  %0 = tile.block
  %c0 = arith.constant 0 : index
  %1 = tile.size <"(s0+3069) floordiv 3072">
  %2 = arith.remui %0, %1 : index
  %3 = arith.divui %0, %1 : index
  %c1 = arith.constant 1 : index
  %4 = arith.muli %3, %c1 : index
  %c1024 = arith.constant 1024 : index
  %5 = arith.muli %2, %c1024 : index
  %6 = tile.view %arg0 offset <"32*s0-29"> sizes <[2, "s0 floordiv 3", 7]> strides <["32*s0", -96, 4]> : <f32> -> <3 x f32>
  %7 = tile.load %6[%4, %5, %c0] : <3 x f32> -> tensor<1x1024x8xf32>
  %8 = tile.view %arg1 offset <0> sizes <[2, "s0 floordiv 3", 7]> strides <["7*(s0 floordiv 3)", 7, 1]> : <f32> -> <3 x f32>
  tile.store %7, %8[%4, %5, %c0] : tensor<1x1024x8xf32>, <3 x f32>
  tile.return
}
