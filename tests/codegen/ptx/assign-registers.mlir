// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Layouts of tiles in the registers of four warps, and rings in shared memory. docs/layouts.md tells how to read them.
// RUN: tenon-opt %s --tenon-assign-registers=target=sm_80 | FileCheck %s

// A product and all that meets its result, in the loop and behind it, are fragments of mma.m16n8k16; the operands are read as
// the instruction wants them. Bias and scale are loaded and repeated in the result's layout. Rings follow each other, at 0
// and behind the 3 * 32 * 32 * 2 bytes of the first, with swizzles that ldmatrix reads without bank conflicts.
// CHECK-LABEL: tile.kernel @product(
// CHECK: arith.constant dense<0.000000e+00> : tensor<32x32xf32, #tgpu.[[FRAGMENT:layout<registers = \[1, 256, 8\], lanes = \[2, 4, 32, 64, 128\], warps = \[512, 16\]>]]>
// CHECK: tgpu.ring {offset = 0 : i64, swizzle = array<i64: 3, 2, 3>} : <3, tensor<32x32xbf16>>
// CHECK: tgpu.ring transposed {offset = 6144 : i64, swizzle = array<i64: 3, 2, 3>} : <3, tensor<32x32xbf16>>
// CHECK: scf.for {{.*}} -> (tensor<32x32xf32, #tgpu.[[FRAGMENT]]>)
// CHECK: tgpu.read {{.*}} -> tensor<32x16xbf16, #tgpu.[[LHS:layout<registers = \[1, 128, 8\], lanes = \[2, 4, 16, 32, 64\], warps = \[256, 0\]>]]>
// CHECK: tgpu.read {{.*}} -> tensor<32x16xbf16, #tgpu.[[RHS:layout<registers = \[1, 8, 128\], lanes = \[2, 4, 16, 32, 64\], warps = \[0, 256\]>]]>
// CHECK: tile.dot {{.*}} : tensor<32x16xbf16, #tgpu.[[LHS]]>, tensor<32x16xbf16, #tgpu.[[RHS]]>, tensor<32x32xf32, #tgpu.[[FRAGMENT]]>
// CHECK: tile.load {{.*}} -> tensor<32x32xf32, #tgpu.[[FRAGMENT]]>
// CHECK: arith.constant dense<5.000000e-01> : tensor<32x32xf32, #tgpu.[[FRAGMENT]]>
// CHECK: arith.mulf {{.*}} : tensor<32x32xf32, #tgpu.[[FRAGMENT]]>
// CHECK: arith.truncf {{.*}} to tensor<32x32xbf16, #tgpu.[[FRAGMENT]]>
// CHECK: tile.store {{.*}} : tensor<32x32xbf16, #tgpu.[[FRAGMENT]]>
// CHECK-NOT: tgpu.convert
// CHECK: tile.return
tile.kernel @product(%x: !tile.buffer<bf16>, %y: !tile.buffer<bf16>, %bias: !tile.buffer<f32>, %out: !tile.buffer<bf16>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"K">]} {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %true = arith.constant true
  %zero = arith.constant dense<0.0> : tensor<32x32xf32>
  %steps = tile.size <"K">
  %vx = tile.view %x offset <0> sizes <[32, "K"]> strides <["K", 1]> : <bf16> -> <2 x bf16>
  %vy = tile.view %y offset <0> sizes <[32, "K"]> strides <["K", 1]> : <bf16> -> <2 x bf16>
  %rx = tgpu.ring : <3, tensor<32x32xbf16>>
  %ry = tgpu.ring transposed : <3, tensor<32x32xbf16>>
  tgpu.fill %rx[%c0], %vx[%c0, %c0] when %true : <3, tensor<32x32xbf16>>, <2 x bf16>
  tgpu.fill %ry[%c0], %vy[%c0, %c0] when %true : <3, tensor<32x32xbf16>>, <2 x bf16>
  %sum = scf.for %k = %c0 to %steps step %c16 iter_args(%acc = %zero) -> tensor<32x32xf32> {
    %a = tgpu.read %rx[%c0] at [0, 0] : <3, tensor<32x32xbf16>> -> tensor<32x16xbf16>
    %b = tgpu.read %ry[%c0] at [0, 0] : <3, tensor<32x32xbf16>> -> tensor<32x16xbf16>
    %dot = tile.dot %a, %b, %acc : tensor<32x16xbf16>, tensor<32x16xbf16>, tensor<32x32xf32>
    scf.yield %dot : tensor<32x32xf32>
  }
  %vb = tile.view %bias offset <0> sizes <[32, 32]> strides <[0, 1]> : <f32> -> <2 x f32>
  %b = tile.load %vb[%c0, %c0] : <2 x f32> -> tensor<32x32xf32>
  %plus = arith.addf %sum, %b : tensor<32x32xf32>
  %half = arith.constant dense<0.5> : tensor<32x32xf32>
  %scaled = arith.mulf %plus, %half : tensor<32x32xf32>
  %narrow = arith.truncf %scaled : tensor<32x32xf32> to tensor<32x32xbf16>
  %to = tile.view %out offset <0> sizes <[32, 32]> strides <[32, 1]> : <bf16> -> <2 x bf16>
  tile.store %narrow, %to[%c0, %c0] : tensor<32x32xbf16>, <2 x bf16>
  tile.return
}

// Accesses of 16 bytes: four f32 or eight bf16 to a thread, the next to the next lane, then to the next warp; what is left
// goes to further registers. A tile of fewer elements than threads has copies.
// CHECK-LABEL: tile.kernel @accesses(
// CHECK: tensor<2048xf32, #tgpu.layout<registers = [1, 2, 512, 1024], lanes = [4, 8, 16, 32, 64], warps = [128, 256]>>
// CHECK: tensor<1024xbf16, #tgpu.layout<registers = [1, 2, 4], lanes = [8, 16, 32, 64, 128], warps = [256, 512]>>
// CHECK: tensor<16xbf16, #tgpu.layout<registers = [], lanes = [1, 2, 4, 8, 0], warps = [0, 0]>>
tile.kernel @accesses(%x: !tile.buffer<f32>, %y: !tile.buffer<bf16>, %out: !tile.buffer<f32>, %to: !tile.buffer<bf16>)
    attributes {grid = #tenon.dim<1>, outputs = 2, symbols = [#tenon.symbol<"N">]} {
  %c0 = arith.constant 0 : index
  %from = tile.view %x offset <0> sizes <["N"]> strides <[1]> : <f32> -> <1 x f32>
  %wide = tile.load %from[%c0] : <1 x f32> -> tensor<2048xf32>
  %into = tile.view %out offset <0> sizes <["N"]> strides <[1]> : <f32> -> <1 x f32>
  tile.store %wide, %into[%c0] : tensor<2048xf32>, <1 x f32>
  %from16 = tile.view %y offset <0> sizes <["N"]> strides <[1]> : <bf16> -> <1 x bf16>
  %narrow = tile.load %from16[%c0] : <1 x bf16> -> tensor<1024xbf16>
  %into16 = tile.view %to offset <0> sizes <["N"]> strides <[1]> : <bf16> -> <1 x bf16>
  tile.store %narrow, %into16[%c0] : tensor<1024xbf16>, <1 x bf16>
  %few = tile.load %from16[%c0] : <1 x bf16> -> tensor<16xbf16>
  tile.store %few, %into16[%c0] : tensor<16xbf16>, <1 x bf16>
  tile.return
}

// Neighbours in memory are what counts, not the order of dimensions: here rows. A constant of two classes is one in each.
// CHECK-LABEL: tile.kernel @constants(
// CHECK-DAG: arith.constant dense<2.000000e+00> : tensor<32x32xf32, #tgpu.[[ROWS:layout<registers = \[1, 2, 512\], lanes = \[4, 8, 16, 32, 64\], warps = \[128, 256\]>]]>
// CHECK-DAG: arith.constant dense<2.000000e+00> : tensor<32x32xf32, #tgpu.[[COLUMNS:layout<registers = \[32, 64, 16\], lanes = \[128, 256, 512, 1, 2\], warps = \[4, 8\]>]]>
// CHECK: arith.mulf {{.*}} : tensor<32x32xf32, #tgpu.[[ROWS]]>
// CHECK: arith.mulf {{.*}} : tensor<32x32xf32, #tgpu.[[COLUMNS]]>
tile.kernel @constants(%x: !tile.buffer<f32>, %y: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %two = arith.constant dense<2.0> : tensor<32x32xf32>
  %rows = tile.view %x offset <0> sizes <[32, 32]> strides <[32, 1]> : <f32> -> <2 x f32>
  %columns = tile.view %y offset <0> sizes <[32, 32]> strides <[1, 32]> : <f32> -> <2 x f32>
  %a = tile.load %rows[%c0, %c0] : <2 x f32> -> tensor<32x32xf32>
  %b = tile.load %columns[%c0, %c0] : <2 x f32> -> tensor<32x32xf32>
  %c = arith.mulf %a, %two : tensor<32x32xf32>
  %d = arith.mulf %b, %two : tensor<32x32xf32>
  %to = tile.view %out offset <0> sizes <[32, 32]> strides <[32, 1]> : <f32> -> <2 x f32>
  tile.store %c, %to[%c0, %c0] : tensor<32x32xf32>, <2 x f32>
  %too = tile.view %out offset <1024> sizes <[32, 32]> strides <[1, 32]> : <f32> -> <2 x f32>
  tile.store %d, %too[%c0, %c0] : tensor<32x32xf32>, <2 x f32>
  tile.return
}

// Of a product without the matrix unit a thread has eight rows of four elements, and holds whole rows of both operands for them:
// registers [k, k, row, row, row] of the left one, [k, k, column, column] of the right one. Threads that differ in their columns
// only hold the same of the left one, those that differ in their rows only the same of the right one.
// CHECK-LABEL: tile.kernel @product_of_f32(
// CHECK: tile.load {{.*}} -> tensor<64x4xf32, #tgpu.layout<registers = [1, 2, 32, 64, 128], lanes = [0, 0, 0, 0, 4], warps = [8, 16]>>
// CHECK: tile.load {{.*}} -> tensor<64x4xf32, #tgpu.layout<registers = [1, 2, 4, 8], lanes = [16, 32, 64, 128, 0], warps = [0, 0]>>
// CHECK: tile.dot {{.*}}, tensor<64x64xf32, #tgpu.layout<registers = [1, 2, 512, 1024, 2048], lanes = [4, 8, 16, 32, 64], warps = [128, 256]>>
tile.kernel @product_of_f32(%x: !tile.buffer<f32>, %y: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %vx = tile.view %x offset <0> sizes <[64, 4]> strides <[4, 1]> : <f32> -> <2 x f32>
  %vy = tile.view %y offset <0> sizes <[64, 4]> strides <[4, 1]> : <f32> -> <2 x f32>
  %a = tile.load %vx[%c0, %c0] : <2 x f32> -> tensor<64x4xf32>
  %b = tile.load %vy[%c0, %c0] : <2 x f32> -> tensor<64x4xf32>
  %p = tile.dot %a, %b, %zero : tensor<64x4xf32>, tensor<64x4xf32>, tensor<64x64xf32>
  %to = tile.view %out offset <0> sizes <[64, 64]> strides <[64, 1]> : <f32> -> <2 x f32>
  tile.store %p, %to[%c0, %c0] : tensor<64x64xf32>, <2 x f32>
  tile.return
}

// The result of a product lives where it was computed; as the operand of another one it is converted.
// CHECK-LABEL: tile.kernel @product_of_a_product(
// CHECK: %[[P:.*]] = tile.dot
// CHECK: %[[N:.*]] = arith.truncf %[[P]] {{.*}} to tensor<16x16xbf16, #tgpu.[[RESULT:layout<registers = \[1, 128\], lanes = \[2, 4, 16, 32, 64\], warps = \[8, 0\]>]]>
// CHECK: %[[OPERAND:.*]] = tgpu.convert %[[N]] {{.*}} : tensor<16x16xbf16, #tgpu.[[RESULT]]> -> tensor<16x16xbf16, #tgpu.layout<registers = [1, 8], lanes = [2, 4, 16, 32, 64], warps = [128, 0]>>
// CHECK: tile.dot %{{.*}}, %[[OPERAND]],
// CHECK-NOT: tgpu.convert
// CHECK: tile.return
tile.kernel @product_of_a_product(%x: !tile.buffer<bf16>, %y: !tile.buffer<bf16>, %z: !tile.buffer<bf16>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %vx = tile.view %x offset <0> sizes <[16, 16]> strides <[16, 1]> : <bf16> -> <2 x bf16>
  %vy = tile.view %y offset <0> sizes <[16, 16]> strides <[16, 1]> : <bf16> -> <2 x bf16>
  %vz = tile.view %z offset <0> sizes <[16, 16]> strides <[16, 1]> : <bf16> -> <2 x bf16>
  %a = tile.load %vx[%c0, %c0] : <2 x bf16> -> tensor<16x16xbf16>
  %b = tile.load %vy[%c0, %c0] : <2 x bf16> -> tensor<16x16xbf16>
  %c = tile.load %vz[%c0, %c0] : <2 x bf16> -> tensor<16x16xbf16>
  %p = tile.dot %a, %b, %zero : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  %n = arith.truncf %p : tensor<16x16xf32> to tensor<16x16xbf16>
  %q = tile.dot %c, %n, %zero : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  %to = tile.view %out offset <0> sizes <[16, 16]> strides <[16, 1]> : <f32> -> <2 x f32>
  tile.store %q, %to[%c0, %c0] : tensor<16x16xf32>, <2 x f32>
  tile.return
}

// A row kernel's sums are where its rows are, without the dimension that is gone: here in each thread, since all work on one row.
// What is repeated is in the layout of what it meets. Each of 128 threads passes one f32 to the other warps, at the same place
// for nothing else: the second reduction begins 512 bytes later.
// CHECK-LABEL: tile.kernel @row(
// CHECK: tile.load {{.*}} -> tensor<1x1024xf32, #tgpu.[[ROW:layout<registers = \[1, 2, 512\], lanes = \[4, 8, 16, 32, 64\], warps = \[128, 256\]>]]>
// CHECK: tile.reduce add {{.*}} {tgpu.scratch = 0 : i64} : tensor<1x1024xf32, #tgpu.[[ROW]]> -> tensor<1x1xf32, #tgpu.[[ALL:layout<registers = \[\], lanes = \[0, 0, 0, 0, 0\], warps = \[0, 0\]>]]>
// CHECK: math.rsqrt {{.*}} : tensor<1x1xf32, #tgpu.[[ALL]]>
// CHECK: tile.broadcast {{.*}} : tensor<1x1xf32, #tgpu.[[ALL]]> -> tensor<1x1024xf32, #tgpu.[[ROW]]>
// CHECK: tile.reduce maximum {{.*}} {tgpu.scratch = 512 : i64}
// CHECK-NOT: tgpu.convert
// CHECK: tile.return
tile.kernel @row(%x: !tile.buffer<f32>, %out: !tile.buffer<f32>, %top: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 2, symbols = []} {
  %c0 = arith.constant 0 : index
  %from = tile.view %x offset <0> sizes <[1, 1024]> strides <[1024, 1]> : <f32> -> <2 x f32>
  %row = tile.load %from[%c0, %c0] : <2 x f32> -> tensor<1x1024xf32>
  %sum = tile.reduce add %row dim = 1 : tensor<1x1024xf32> -> tensor<1x1xf32>
  %root = math.rsqrt %sum : tensor<1x1xf32>
  %each = tile.broadcast %root : tensor<1x1xf32> -> tensor<1x1024xf32>
  %scaled = arith.mulf %row, %each : tensor<1x1024xf32>
  %to = tile.view %out offset <0> sizes <[1, 1024]> strides <[1024, 1]> : <f32> -> <2 x f32>
  tile.store %scaled, %to[%c0, %c0] : tensor<1x1024xf32>, <2 x f32>
  %most = tile.reduce maximum %scaled dim = 1 : tensor<1x1024xf32> -> tensor<1x1xf32>
  %into = tile.view %top offset <0> sizes <[1, 1]> strides <[1, 1]> : <f32> -> <2 x f32>
  tile.store %most, %into[%c0, %c0] : tensor<1x1xf32>, <2 x f32>
  tile.return
}
