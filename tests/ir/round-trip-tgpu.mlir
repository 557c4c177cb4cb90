// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The dialect of tiles on a GPU, in its own syntax and in the generic one.
// RUN: tenon-opt %s -o %t.once
// RUN: FileCheck %s --input-file=%t.once
// RUN: tenon-opt %t.once -o %t.twice && diff %t.once %t.twice
// RUN: tenon-opt %s --mlir-print-op-generic -o %t.generic
// RUN: tenon-opt %t.generic -o %t.back && diff %t.once %t.back

#rows = #tgpu.layout<registers = [1, 2], lanes = [4, 8, 16, 32, 64], warps = [128, 0]>
// A thread may hold a single element, and a block have one warp.
#one = #tgpu.layout<registers = [], lanes = [1, 2, 4, 8, 16], warps = []>

// CHECK-LABEL: tile.kernel @tgpu(
tile.kernel @tgpu(%x: !tile.buffer<bf16>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %c0 = arith.constant 0 : index
  %true = arith.constant true
  %view = tile.view %x offset <0> sizes <[8, 32]> strides <[32, 1]> : <bf16> -> <2 x bf16>
  // CHECK: %[[RING:.*]] = tgpu.ring : <3, tensor<8x32xbf16>>
  %ring = tgpu.ring : <3, tensor<8x32xbf16>>
  // CHECK: tgpu.ring transposed {offset = 1536 : i64, swizzle = array<i64: 3, 2, 3>} : <16, tensor<1x8x32xi8>>
  %placed = tgpu.ring transposed {offset = 1536 : i64, swizzle = array<i64: 3, 2, 3>} : <16, tensor<1x8x32xi8>>
  // CHECK: tgpu.fill %[[RING]][%[[ZERO:.*]]], %[[VIEW:.*]][%[[ZERO]], %[[ZERO]]] when %{{.*}} : <3, tensor<8x32xbf16>>, <2 x bf16>
  tgpu.fill %ring[%c0], %view[%c0, %c0] when %true : <3, tensor<8x32xbf16>>, <2 x bf16>
  // CHECK: tgpu.commit
  tgpu.commit
  // CHECK: tgpu.wait 0
  tgpu.wait 0
  // CHECK: tgpu.barrier
  tgpu.barrier
  // CHECK: %[[PART:.*]] = tgpu.read %[[RING]][%[[ZERO]]] at [0, 16] : <3, tensor<8x32xbf16>> ->
  // CHECK-SAME: tensor<8x16xbf16, #tgpu.layout<registers = [1, 2], lanes = [4, 8, 16, 32, 64], warps = [128, 0]>>
  %part = tgpu.read %ring[%c0] at [0, 16] : <3, tensor<8x32xbf16>> -> tensor<8x16xbf16, #rows>
  // CHECK: tgpu.convert %[[PART]] : tensor<8x16xbf16, {{.*}}> -> tensor<8x16xbf16>
  %plain = tgpu.convert %part : tensor<8x16xbf16, #rows> -> tensor<8x16xbf16>
  // CHECK: tgpu.convert %{{.*}} {scratch = 512 : i64} : tensor<8x16xbf16> ->
  %back = tgpu.convert %plain {scratch = 512 : i64} : tensor<8x16xbf16> -> tensor<8x16xbf16, #rows>
  // CHECK: arith.constant dense<1> : tensor<32xi8, #tgpu.layout<registers = [], lanes = [1, 2, 4, 8, 16], warps = []>>
  %small = arith.constant dense<1> : tensor<32xi8, #one>
  tile.return
}
