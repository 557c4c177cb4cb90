// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Copies to shared memory, reads from it, and products.
// RUN: tenon-opt %s --tenon-assign-registers=target=sm_80 --tenon-lower-ptx=target=sm_80 | FileCheck %s

// Eight neighbours at once, past the first-level cache; what is outside of the view or not to be copied is 0 by a source size of
// 0. Slot 1 begins 2048 bytes behind slot 0 of the second ring, which begins at 6144; both need 2 * 6144 bytes.
// CHECK: llvm.mlir.global external @tenon_shared() {addr_space = 3 : i32, alignment = 128 : i64{{.*}}} : !llvm.array<0 x i8>
// CHECK-LABEL: llvm.func @product(
// CHECK-SAME: tenon.shared_bytes = 12288 : i64
// CHECK: %[[INSIDE:.*]] = arith.andi %{{.*}}, %true : i1
// CHECK: %[[SIZE:.*]] = arith.select %[[INSIDE]], %c16_i32{{.*}}, %c0_i32{{.*}} : i32
// CHECK: nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 16, cache =  cg, %[[SIZE]]
// CHECK-NOT: nvvm.cp.async.shared
// CHECK: %[[SLOT:.*]] = arith.muli %{{.*}}, %c2048_i32{{.*}} : i32
// CHECK: arith.addi %[[SLOT]], %c6144_i32 : i32
// CHECK: nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 16, cache =  cg,
// CHECK: nvvm.cp.async.commit.group
// CHECK: nvvm.cp.async.wait.group 1
// CHECK: nvvm.barrier
// Sixteen rows of sixteen k, four matrices to an instruction; the transposed ring is read with .trans. A warp has 16 x 16 of the
// result: two products for each sixteen k. Behind k = 16 the elements are at an exclusive or with 16.
// CHECK: nvvm.ldmatrix %{{.*}} {eltType = #nvvm.ld_st_matrix_elt_type<b16>, layout = #nvvm.mma_layout<row>, num = 4 : i32
// CHECK: llvm.bitcast %{{.*}} : i32 to vector<2xbf16>
// CHECK: nvvm.ldmatrix %{{.*}} {eltType = #nvvm.ld_st_matrix_elt_type<b16>, layout = #nvvm.mma_layout<col>, num = 4 : i32
// CHECK-COUNT-2: nvvm.mma.sync {{.*}} multiplicandAPtxType = #nvvm.mma_type<bf16>, multiplicandBPtxType = #nvvm.mma_type<bf16>, shape = #nvvm.shape<m = 16, n = 8, k = 16>
// CHECK: arith.xori %{{.*}}, %c16_i32
// CHECK: nvvm.ldmatrix
// CHECK: nvvm.ldmatrix
// CHECK-COUNT-2: nvvm.mma.sync
// CHECK-NOT: nvvm.mma.sync
// CHECK: llvm.return
tile.kernel @product(%x: !tile.buffer<bf16>, %y: !tile.buffer<bf16>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"K", divisor = 8>]} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %true = arith.constant true
  %zero = arith.constant dense<0.0> : tensor<32x32xf32>
  %vx = tile.view %x offset <0> sizes <[32, "K"]> strides <["K", 1]> : <bf16> -> <2 x bf16>
  %vy = tile.view %y offset <0> sizes <[32, "K"]> strides <[1, 32]> : <bf16> -> <2 x bf16>
  %rx = tgpu.ring : <3, tensor<32x32xbf16>>
  %ry = tgpu.ring transposed : <3, tensor<32x32xbf16>>
  tgpu.fill %rx[%c1], %vx[%c0, %c0] when %true : <3, tensor<32x32xbf16>>, <2 x bf16>
  tgpu.fill %ry[%c1], %vy[%c0, %c0] when %true : <3, tensor<32x32xbf16>>, <2 x bf16>
  tgpu.commit
  tgpu.wait 1
  tgpu.barrier
  %a = tgpu.read %rx[%c1] at [0, 0] : <3, tensor<32x32xbf16>> -> tensor<32x16xbf16>
  %b = tgpu.read %ry[%c1] at [0, 0] : <3, tensor<32x32xbf16>> -> tensor<32x16xbf16>
  %first = tile.dot %a, %b, %zero : tensor<32x16xbf16>, tensor<32x16xbf16>, tensor<32x32xf32>
  %c = tgpu.read %rx[%c1] at [0, 16] : <3, tensor<32x32xbf16>> -> tensor<32x16xbf16>
  %d = tgpu.read %ry[%c1] at [0, 16] : <3, tensor<32x32xbf16>> -> tensor<32x16xbf16>
  %both = tile.dot %c, %d, %first : tensor<32x16xbf16>, tensor<32x16xbf16>, tensor<32x32xf32>
  %to = tile.view %out offset <0> sizes <[32, 32]> strides <[32, 1]> : <f32> -> <2 x f32>
  tile.store %both, %to[%c0, %c0] : tensor<32x32xf32>, <2 x f32>
  tile.return
}

// f16 is passed to the instruction as pairs, not as words.
// CHECK-LABEL: llvm.func @product_of_f16(
// CHECK-NOT: mma_type<bf16>
// CHECK: nvvm.mma.sync {{.*}} shape = #nvvm.shape<m = 16, n = 8, k = 16>} : (vector<2xf16>, vector<2xf16>, f32) -> !llvm.struct<(f32, f32, f32, f32)>
tile.kernel @product_of_f16(%x: !tile.buffer<f16>, %y: !tile.buffer<f16>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %vx = tile.view %x offset <0> sizes <[16, 16]> strides <[16, 1]> : <f16> -> <2 x f16>
  %vy = tile.view %y offset <0> sizes <[16, 16]> strides <[16, 1]> : <f16> -> <2 x f16>
  %a = tile.load %vx[%c0, %c0] : <2 x f16> -> tensor<16x16xf16>
  %b = tile.load %vy[%c0, %c0] : <2 x f16> -> tensor<16x16xf16>
  %p = tile.dot %a, %b, %zero : tensor<16x16xf16>, tensor<16x16xf16>, tensor<16x16xf32>
  %to = tile.view %out offset <0> sizes <[16, 16]> strides <[16, 1]> : <f32> -> <2 x f32>
  tile.store %p, %to[%c0, %c0] : tensor<16x16xf32>, <2 x f32>
  tile.return
}

// Element by element: of four k, in their order, each element of the result is a chain of fused operations; operands are read
// from shared memory in vectors of four.
// CHECK-LABEL: llvm.func @product_of_f32(
// CHECK: llvm.load %{{.*}} {alignment = 16 : i64} : !llvm.ptr<3> -> vector<4xf32>
// CHECK-NOT: nvvm.ldmatrix
// CHECK-COUNT-128: math.fma %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK-NOT: math.fma
// CHECK: llvm.return
tile.kernel @product_of_f32(%x: !tile.buffer<f32>, %y: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %true = arith.constant true
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %rx = tgpu.ring : <1, tensor<64x4xf32>>
  %ry = tgpu.ring : <1, tensor<64x4xf32>>
  %a = tgpu.read %rx[%c0] at [0, 0] : <1, tensor<64x4xf32>> -> tensor<64x4xf32>
  %b = tgpu.read %ry[%c0] at [0, 0] : <1, tensor<64x4xf32>> -> tensor<64x4xf32>
  %p = tile.dot %a, %b, %zero : tensor<64x4xf32>, tensor<64x4xf32>, tensor<64x64xf32>
  %to = tile.view %out offset <0> sizes <[64, 64]> strides <[64, 1]> : <f32> -> <2 x f32>
  tile.store %p, %to[%c0, %c0] : tensor<64x64xf32>, <2 x f32>
  tile.return
}

// Of fewer than sixteen k the operands are widened, exactly.
// CHECK-LABEL: llvm.func @short_product(
// CHECK: arith.extf %{{.*}} : bf16 to f32
// CHECK: math.fma
// CHECK-NOT: nvvm.mma
tile.kernel @short_product(%x: !tile.buffer<bf16>, %y: !tile.buffer<bf16>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %vx = tile.view %x offset <0> sizes <[16, 8]> strides <[8, 1]> : <bf16> -> <2 x bf16>
  %vy = tile.view %y offset <0> sizes <[16, 8]> strides <[8, 1]> : <bf16> -> <2 x bf16>
  %a = tile.load %vx[%c0, %c0] : <2 x bf16> -> tensor<16x8xbf16>
  %b = tile.load %vy[%c0, %c0] : <2 x bf16> -> tensor<16x8xbf16>
  %p = tile.dot %a, %b, %zero : tensor<16x8xbf16>, tensor<16x8xbf16>, tensor<16x16xf32>
  %to = tile.view %out offset <0> sizes <[16, 16]> strides <[16, 1]> : <f32> -> <2 x f32>
  tile.store %p, %to[%c0, %c0] : tensor<16x16xf32>, <2 x f32>
  tile.return
}

// What the rows' stride allows: 8 and 4 bytes through the cache; 2 bytes cannot be asynchronous: load and store.
// CHECK-LABEL: llvm.func @narrow_copies(
// CHECK: arith.select %{{.*}}, %c8_i32{{.*}}, %c0_i32{{.*}} : i32
// CHECK: nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 8, cache =  ca,
// CHECK: arith.select %{{.*}}, %c4_i32{{.*}}, %c0_i32{{.*}} : i32
// CHECK: nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 4, cache =  ca,
// CHECK: %[[LOADED:.*]] = llvm.inline_asm has_side_effects "mov.b16 $0, 0; @$1 ld.global.b16 $0, [$2];"
// CHECK: %[[ELEMENT:.*]] = llvm.bitcast %[[LOADED]] : i16 to bf16
// CHECK: llvm.store %[[ELEMENT]], %{{.*}} {alignment = 2 : i64} : bf16, !llvm.ptr<3>
// CHECK-NOT: nvvm.cp.async.shared
// CHECK: llvm.return
tile.kernel @narrow_copies(%x: !tile.buffer<bf16>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %c0 = arith.constant 0 : index
  %true = arith.constant true
  %ring = tgpu.ring : <3, tensor<32x32xbf16>>
  %v4 = tile.view %x offset <0> sizes <[32, 32]> strides <[36, 1]> : <bf16> -> <2 x bf16>
  tgpu.fill %ring[%c0], %v4[%c0, %c0] when %true : <3, tensor<32x32xbf16>>, <2 x bf16>
  %v2 = tile.view %x offset <0> sizes <[32, 32]> strides <[34, 1]> : <bf16> -> <2 x bf16>
  tgpu.fill %ring[%c0], %v2[%c0, %c0] when %true : <3, tensor<32x32xbf16>>, <2 x bf16>
  %v1 = tile.view %x offset <0> sizes <[32, 32]> strides <[33, 1]> : <bf16> -> <2 x bf16>
  tgpu.fill %ring[%c0], %v1[%c0, %c0] when %true : <3, tensor<32x32xbf16>>, <2 x bf16>
  tile.return
}

// A tile of 32 accesses is copied by one warp; the others have nothing to copy. The bits of the thread that count copies are
// those of its warp.
// CHECK-LABEL: llvm.func @small_copy(
// CHECK: %[[WARP:.*]] = arith.andi %{{.*}}, %c96_i32 : i32
// CHECK: %[[ISFIRST:.*]] = arith.cmpi eq, %[[WARP]], %c0_i32 : i32
// CHECK: scf.if %[[ISFIRST]] {
// CHECK: nvvm.cp.async.shared.global
// CHECK: }
// CHECK-NEXT: nvvm.cp.async.commit.group
tile.kernel @small_copy(%x: !tile.buffer<bf16>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %c0 = arith.constant 0 : index
  %true = arith.constant true
  %ring = tgpu.ring : <3, tensor<16x16xbf16>>
  %view = tile.view %x offset <0> sizes <[16, 16]> strides <[16, 1]> : <bf16> -> <2 x bf16>
  tgpu.fill %ring[%c0], %view[%c0, %c0] when %true : <3, tensor<16x16xbf16>>, <2 x bf16>
  tgpu.commit
  tile.return
}

// Carried tiles are carried pieces, and a loop that carries nothing is one as well.
// CHECK-LABEL: llvm.func @loops(
// CHECK: scf.for {{.*}} -> (vector<2xf32>, vector<2xf32>, index) {
// CHECK: scf.yield %{{.*}}, %{{.*}}, %{{.*}} : vector<2xf32>, vector<2xf32>, index
// CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK: st.global.v4.b32
tile.kernel @loops(%x: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"N">]} {
  %c0 = arith.constant 0 : index
  %c512 = arith.constant 512 : index
  %steps = tile.size <"512*N">
  %zero = arith.constant dense<0.0> : tensor<512xf32>
  %from = tile.view %x offset <0> sizes <["512*N"]> strides <[1]> : <f32> -> <1 x f32>
  %to = tile.view %out offset <0> sizes <["512*N"]> strides <[1]> : <f32> -> <1 x f32>
  %sum, %last = scf.for %k = %c0 to %steps step %c512 iter_args(%acc = %zero, %before = %c0) -> (tensor<512xf32>, index) {
    %t = tile.load %from[%k] : <1 x f32> -> tensor<512xf32>
    %s = arith.addf %acc, %t : tensor<512xf32>
    scf.yield %s, %k : tensor<512xf32>, index
  }
  scf.for %k = %c0 to %last step %c512 {
    tile.store %sum, %to[%k] : tensor<512xf32>, <1 x f32>
  }
  tile.return
}
