// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reductions of rows, and what goes with them.
// RUN: tenon-opt %s --tenon-assign-registers=target=sm_80 --tenon-lower-ptx=target=sm_80 | FileCheck %s

// Eight elements of each thread from the highest register down, then the lanes by exchanges with those 16, 8, 4, 2 and 1 away,
// then four warps through shared memory: each thread reads the sums of the threads of its lane, in the order of the warps.
// CHECK-LABEL: llvm.func @sum(
// CHECK-SAME: tenon.shared_bytes = 512 : i64
// CHECK: %[[THREAD:.*]] = nvvm.read.ptx.sreg.tid.x
// CHECK-COUNT-7: arith.addf
// CHECK: nvvm.shfl.sync bfly %{{.*}}, %{{.*}}, %c16_i32{{.*}}, %c31_i32
// CHECK: arith.addf
// CHECK: nvvm.shfl.sync bfly %{{.*}}, %{{.*}}, %c8_i32{{.*}}, %c31_i32
// CHECK: nvvm.shfl.sync bfly %{{.*}}, %{{.*}}, %c4_i32{{.*}}, %c31_i32
// CHECK: nvvm.shfl.sync bfly %{{.*}}, %{{.*}}, %c2_i32{{.*}}, %c31_i32
// CHECK: nvvm.shfl.sync bfly %{{.*}}, %{{.*}}, %c1_i32{{.*}}, %c31_i32
// CHECK: arith.addf
// CHECK-NOT: nvvm.barrier
// CHECK: llvm.store %{{.*}} : f32, !llvm.ptr<3>
// CHECK-NEXT: nvvm.barrier0
// CHECK: %[[LANE:.*]] = arith.andi %[[THREAD]], %c-97_i32 : i32
// CHECK: llvm.load %{{.*}} : !llvm.ptr<3> -> f32
// CHECK: arith.addi %[[LANE]], %c32_i32{{.*}} : i32
// CHECK: arith.addf
// CHECK: arith.addi %[[LANE]], %c64_i32{{.*}} : i32
// CHECK: arith.addf
// CHECK: arith.addi %[[LANE]], %c96_i32{{.*}} : i32
// CHECK: arith.addf
// CHECK-NOT: nvvm.barrier
// All threads have the sum; the first stores it.
// CHECK: "@$0 st.global.b32
tile.kernel @sum(%x: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %from = tile.view %x offset <0> sizes <[1, 1024]> strides <[1024, 1]> : <f32> -> <2 x f32>
  %row = tile.load %from[%c0, %c0] : <2 x f32> -> tensor<1x1024xf32>
  %sum = tile.reduce add %row dim = 1 : tensor<1x1024xf32> -> tensor<1x1xf32>
  %to = tile.view %out offset <0> sizes <[1, 1]> strides <[1, 1]> : <f32> -> <2 x f32>
  tile.store %sum, %to[%c0, %c0] : tensor<1x1xf32>, <2 x f32>
  tile.return
}

// In a loop the place is used again: all wait before they write, too.
// CHECK-LABEL: llvm.func @sum_in_a_loop(
// CHECK: scf.for
// CHECK: nvvm.barrier0
// CHECK: llvm.store %{{.*}} : f32, !llvm.ptr<3>
// CHECK: nvvm.barrier0
// CHECK: llvm.load %{{.*}} : !llvm.ptr<3> -> f32
// CHECK: scf.yield
tile.kernel @sum_in_a_loop(%x: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"N">]} {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %end = tile.size <"128*N">
  %from = tile.view %x offset <0> sizes <[1, "128*N"]> strides <[0, 1]> : <f32> -> <2 x f32>
  %zero = arith.constant dense<0.0> : tensor<1x1xf32>
  %all = scf.for %k = %c0 to %end step %c128 iter_args(%before = %zero) -> tensor<1x1xf32> {
    %row = tile.load %from[%c0, %k] : <2 x f32> -> tensor<1x128xf32>
    %sum = tile.reduce add %row dim = 1 : tensor<1x128xf32> -> tensor<1x1xf32>
    %after = arith.maximumf %before, %sum : tensor<1x1xf32>
    scf.yield %after : tensor<1x1xf32>
  }
  %to = tile.view %out offset <0> sizes <[1, 1]> strides <[1, 1]> : <f32> -> <2 x f32>
  tile.store %all, %to[%c0, %c0] : tensor<1x1xf32>, <2 x f32>
  tile.return
}

// A row that one warp holds needs no shared memory. f64 is exchanged in two words, 16 bits in one.
// CHECK-LABEL: llvm.func @short_rows(
// CHECK-NOT: tenon.shared_bytes
// CHECK-NOT: nvvm.barrier
// CHECK: arith.trunci %{{.*}} : i64 to i32
// CHECK: nvvm.shfl.sync bfly {{.*}}, %c16_i32
// CHECK: arith.shrui %{{.*}}, %c32_i64
// CHECK: nvvm.shfl.sync bfly {{.*}}, %c16_i32
// CHECK: arith.shli %{{.*}}, %c32_i64
// CHECK: arith.ori
// CHECK: arith.addf {{.*}} : f64
// CHECK: arith.extui %{{.*}} : i16 to i32
// CHECK: nvvm.shfl.sync bfly
// CHECK: arith.trunci %{{.*}} : i32 to i16
// CHECK: arith.maximumf {{.*}} : bf16
// CHECK-NOT: nvvm.barrier
// CHECK: llvm.return
tile.kernel @short_rows(%x: !tile.buffer<f64>, %y: !tile.buffer<bf16>, %out: !tile.buffer<f64>, %top: !tile.buffer<bf16>)
    attributes {grid = #tenon.dim<1>, outputs = 2, symbols = []} {
  %c0 = arith.constant 0 : index
  %from = tile.view %x offset <0> sizes <[4, 32]> strides <[32, 1]> : <f64> -> <2 x f64>
  %rows = tile.load %from[%c0, %c0] : <2 x f64> -> tensor<4x32xf64>
  %sum = tile.reduce add %rows dim = 1 : tensor<4x32xf64> -> tensor<4x1xf64>
  %to = tile.view %out offset <0> sizes <[4, 1]> strides <[1, 1]> : <f64> -> <2 x f64>
  tile.store %sum, %to[%c0, %c0] : tensor<4x1xf64>, <2 x f64>
  %from16 = tile.view %y offset <0> sizes <[4, 32]> strides <[32, 1]> : <bf16> -> <2 x bf16>
  %rows16 = tile.load %from16[%c0, %c0] : <2 x bf16> -> tensor<4x32xbf16>
  %most = tile.reduce maximum %rows16 dim = 1 : tensor<4x32xbf16> -> tensor<4x1xbf16>
  %into = tile.view %top offset <0> sizes <[4, 1]> strides <[1, 1]> : <bf16> -> <2 x bf16>
  tile.store %most, %into[%c0, %c0] : tensor<4x1xbf16>, <2 x bf16>
  tile.return
}

// What lies outside of the row is 0 when it is loaded, and something else where that would count. The number of run time is
// rounded once, for all elements.
// CHECK-LABEL: llvm.func @edge(
// CHECK-SAME: %[[N:[a-z0-9]+]]: i64) attributes
// CHECK: %[[NUMBER:.*]] = arith.sitofp %{{.*}} : i64 to f32
// CHECK: %[[LIMIT:.*]] = arith.trunci %{{.*}} : i64 to i32
// CHECK: %[[INSIDE:.*]] = arith.cmpi slt, %{{.*}}, %[[LIMIT]] : i32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}}
// CHECK: arith.maximumf
// CHECK: arith.mulf %{{.*}}, %[[NUMBER]] : f32
tile.kernel @edge(%x: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"N">]} {
  %c0 = arith.constant 0 : index
  %n = tile.size <"N">
  %number = tile.splat %n -> tensor<1x1xf32>
  %from = tile.view %x offset <0> sizes <[1, "N"]> strides <[0, 1]> : <f32> -> <2 x f32>
  %row = tile.load %from[%c0, %c0] : <2 x f32> -> tensor<1x128xf32>
  %least = arith.constant dense<0xFF800000> : tensor<1x128xf32>
  %inside = tile.inside [%c0, %c0] sizes <[1, "N"]> -> tensor<1x128xi1>
  %known = arith.select %inside, %row, %least : tensor<1x128xi1>, tensor<1x128xf32>
  %most = tile.reduce maximum %known dim = 1 : tensor<1x128xf32> -> tensor<1x1xf32>
  %scaled = arith.mulf %most, %number : tensor<1x1xf32>
  %to = tile.view %out offset <0> sizes <[1, 1]> strides <[1, 1]> : <f32> -> <2 x f32>
  tile.store %scaled, %to[%c0, %c0] : tensor<1x1xf32>, <2 x f32>
  tile.return
}
