// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loads that feed products run two steps ahead, through rings of three slots in shared memory.
// RUN: tenon-opt %s --tenon-pipeline-loads | FileCheck %s

// Before the loop two steps are filled, each where the loop has it. In a step: wait for the own copies of this step's slot,
// then for everybody's; by then all have read the slot before, which is filled next; then products in parts of 16 k.
// CHECK-LABEL: tile.kernel @product(
// CHECK-DAG: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<16x32xf32>
// CHECK-DAG: %[[STEPS:.*]] = tile.size <"K">
// CHECK-DAG: %[[X:.*]] = tgpu.ring : <3, tensor<16x32xbf16>>
// CHECK-DAG: %[[FROMX:.*]] = tile.view %arg0
// CHECK-DAG: %[[Y:.*]] = tgpu.ring : <3, tensor<32x32xbf16>>
// CHECK-DAG: %[[FROMY:.*]] = tile.view %arg1
// CHECK: %[[S0:.*]] = arith.constant 0 : index
// CHECK: %[[D0:.*]] = arith.muli %[[STEP:c32]], %c0{{.*}} : index
// CHECK: %[[K0:.*]] = arith.addi %[[FROM:c0]], %[[D0]] : index
// CHECK: %[[HAS0:.*]] = arith.cmpi slt, %[[K0]], %[[STEPS]] : index
// CHECK: tgpu.fill %[[X]][%[[S0]]], %[[FROMX]][%c0, %[[K0]]] when %[[HAS0]]
// CHECK: tgpu.fill %[[Y]][%[[S0]]], %[[FROMY]][%c0, %[[K0]]] when %[[HAS0]]
// CHECK-NEXT: tgpu.commit
// CHECK: %[[S1:.*]] = arith.constant 1 : index
// CHECK: %[[D1:.*]] = arith.muli %[[STEP]], %c1{{.*}} : index
// CHECK: %[[K1:.*]] = arith.addi %[[FROM]], %[[D1]] : index
// CHECK: %[[HAS1:.*]] = arith.cmpi slt, %[[K1]], %[[STEPS]] : index
// CHECK: tgpu.fill %[[X]][%[[S1]]], %[[FROMX]][%c0, %[[K1]]] when %[[HAS1]]
// CHECK: tgpu.fill %[[Y]][%[[S1]]], %[[FROMY]][%c0, %[[K1]]] when %[[HAS1]]
// CHECK-NEXT: tgpu.commit
// CHECK-NOT: tgpu.fill
// CHECK: %[[LOOP:.*]]:2 = scf.for %[[K:.*]] = %[[FROM]] to %[[STEPS]] step %[[STEP]]
// CHECK-SAME: iter_args(%[[ACC:.*]] = %[[ZERO]], %[[SLOT:.*]] = %{{.*}}) -> (tensor<16x32xf32>, index)
// CHECK-NEXT: tgpu.wait 1
// CHECK-NEXT: tgpu.barrier
// CHECK-DAG: %[[LAST:.*]] = arith.constant 2 : index
// CHECK-DAG: %[[ONE:.*]] = arith.constant 1 : index
// CHECK-DAG: %[[FIRST:.*]] = arith.constant 0 : index
// CHECK: %[[ISFIRST:.*]] = arith.cmpi eq, %[[SLOT]], %[[FIRST]] : index
// CHECK: %[[BEFORE:.*]] = arith.subi %[[SLOT]], %[[ONE]] : index
// CHECK: %[[PREVIOUS:.*]] = arith.select %[[ISFIRST]], %[[LAST]], %[[BEFORE]] : index
// CHECK: %[[D2:.*]] = arith.muli %[[STEP]], %c2{{.*}} : index
// CHECK: %[[K2:.*]] = arith.addi %[[K]], %[[D2]] : index
// CHECK: %[[HAS2:.*]] = arith.cmpi slt, %[[K2]], %[[STEPS]] : index
// CHECK: tgpu.fill %[[X]][%[[PREVIOUS]]], %[[FROMX]][%c0, %[[K2]]] when %[[HAS2]]
// CHECK: tgpu.fill %[[Y]][%[[PREVIOUS]]], %[[FROMY]][%c0, %[[K2]]] when %[[HAS2]]
// CHECK-NEXT: tgpu.commit
// CHECK: %[[A0:.*]] = tgpu.read %[[X]][%[[SLOT]]] at [0, 0] : {{.*}} -> tensor<16x16xbf16>
// CHECK: %[[B0:.*]] = tgpu.read %[[Y]][%[[SLOT]]] at [0, 0] : {{.*}} -> tensor<32x16xbf16>
// CHECK: %[[SUM0:.*]] = tile.dot %[[A0]], %[[B0]], %[[ACC]]
// CHECK: %[[A1:.*]] = tgpu.read %[[X]][%[[SLOT]]] at [0, 16]
// CHECK: %[[B1:.*]] = tgpu.read %[[Y]][%[[SLOT]]] at [0, 16]
// CHECK: %[[SUM1:.*]] = tile.dot %[[A1]], %[[B1]], %[[SUM0]]
// CHECK-NOT: tile.load
// CHECK: %[[ISLAST:.*]] = arith.cmpi eq, %[[SLOT]], %[[LAST]] : index
// CHECK: %[[AFTER:.*]] = arith.addi %[[SLOT]], %[[ONE]] : index
// CHECK: %[[NEXT:.*]] = arith.select %[[ISLAST]], %[[FIRST]], %[[AFTER]] : index
// CHECK: scf.yield %[[SUM1]], %[[NEXT]]
// CHECK: tile.store %[[LOOP]]#0,
tile.kernel @product(%x: !tile.buffer<bf16>, %y: !tile.buffer<bf16>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"K">]} {
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %zero = arith.constant dense<0.0> : tensor<16x32xf32>
  %steps = tile.size <"K">
  %sum = scf.for %k = %c0 to %steps step %c32 iter_args(%acc = %zero) -> tensor<16x32xf32> {
    %vx = tile.view %x offset <0> sizes <[16, "K"]> strides <["K", 1]> : <bf16> -> <2 x bf16>
    %a = tile.load %vx[%c0, %k] : <2 x bf16> -> tensor<16x32xbf16>
    %vy = tile.view %y offset <0> sizes <[32, "K"]> strides <["K", 1]> : <bf16> -> <2 x bf16>
    %b = tile.load %vy[%c0, %k] : <2 x bf16> -> tensor<32x32xbf16>
    %dot = tile.dot %a, %b, %acc : tensor<16x32xbf16>, tensor<32x32xbf16>, tensor<16x32xf32>
    scf.yield %dot : tensor<16x32xf32>
  }
  %to = tile.view %out offset <0> sizes <[16, 32]> strides <[32, 1]> : <f32> -> <2 x f32>
  tile.store %sum, %to[%c0, %c0] : tensor<16x32xf32>, <2 x f32>
  tile.return
}

// An operand whose neighbours in memory are rows lies transposed in shared memory; steps of at most 16 k are one part. The
// loop begins elsewhere than at 0.
// CHECK-LABEL: tile.kernel @transposed(
// CHECK: %[[X:.*]] = tgpu.ring transposed : <3, tensor<1x16x4xf32>>
// CHECK: %[[Y:.*]] = tgpu.ring : <3, tensor<1x16x4xf32>>
// CHECK: arith.addi %c8, %{{.*}} : index
// CHECK: tgpu.fill %[[X]]
// CHECK: arith.addi %c8, %{{.*}} : index
// CHECK: scf.for %{{.*}} = %c8 to
// CHECK-COUNT-1: tile.dot
// CHECK-NOT: tile.dot
// CHECK: scf.yield
tile.kernel @transposed(%x: !tile.buffer<f32>, %y: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"K">]} {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant dense<0.0> : tensor<1x16x16xf32>
  %steps = tile.size <"K">
  %sum = scf.for %k = %c8 to %steps step %c4 iter_args(%acc = %zero) -> tensor<1x16x16xf32> {
    %vx = tile.view %x offset <0> sizes <[1, 16, "K"]> strides <[0, 1, 16]> : <f32> -> <3 x f32>
    %a = tile.load %vx[%c0, %c0, %k] : <3 x f32> -> tensor<1x16x4xf32>
    %vy = tile.view %y offset <0> sizes <[1, 16, "K"]> strides <[0, "K", 1]> : <f32> -> <3 x f32>
    %b = tile.load %vy[%c0, %c0, %k] : <3 x f32> -> tensor<1x16x4xf32>
    %dot = tile.dot %a, %b, %acc : tensor<1x16x4xf32>, tensor<1x16x4xf32>, tensor<1x16x16xf32>
    scf.yield %dot : tensor<1x16x16xf32>
  }
  %to = tile.view %out offset <0> sizes <[1, 16, 16]> strides <[0, 16, 1]> : <f32> -> <3 x f32>
  tile.store %sum, %to[%c0, %c0, %c0] : tensor<1x16x16xf32>, <3 x f32>
  tile.return
}

// What is computed with a load on the way to the product is computed of each part; a constant is cut.
// CHECK-LABEL: tile.kernel @scaled_operand(
// CHECK: scf.for
// CHECK: %[[A0:.*]] = tgpu.read %{{.*}} at [0, 0] : <3, tensor<16x32xf32>> -> tensor<16x16xf32>
// CHECK: %[[TWO0:.*]] = arith.constant dense<2.000000e+00> : tensor<16x16xf32>
// CHECK: %[[SCALED0:.*]] = arith.mulf %[[A0]], %[[TWO0]] : tensor<16x16xf32>
// CHECK: %[[NARROW0:.*]] = arith.truncf %[[SCALED0]] : tensor<16x16xf32> to tensor<16x16xbf16>
// CHECK: tile.dot %[[NARROW0]],
// CHECK: %[[A1:.*]] = tgpu.read %{{.*}} at [0, 16]
// CHECK: %[[SCALED1:.*]] = arith.mulf %[[A1]],
// CHECK: %[[NARROW1:.*]] = arith.truncf %[[SCALED1]]
// CHECK: tile.dot %[[NARROW1]],
// CHECK-NOT: tensor<16x32xbf16>
// CHECK: tile.return
tile.kernel @scaled_operand(%x: !tile.buffer<f32>, %y: !tile.buffer<bf16>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"K">]} {
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %two = arith.constant dense<2.0> : tensor<16x32xf32>
  %steps = tile.size <"K">
  %sum = scf.for %k = %c0 to %steps step %c32 iter_args(%acc = %zero) -> tensor<16x16xf32> {
    %vx = tile.view %x offset <0> sizes <[16, "K"]> strides <["K", 1]> : <f32> -> <2 x f32>
    %wide = tile.load %vx[%c0, %k] : <2 x f32> -> tensor<16x32xf32>
    %scaled = arith.mulf %wide, %two : tensor<16x32xf32>
    %a = arith.truncf %scaled : tensor<16x32xf32> to tensor<16x32xbf16>
    %vy = tile.view %y offset <0> sizes <[16, "K"]> strides <["K", 1]> : <bf16> -> <2 x bf16>
    %b = tile.load %vy[%c0, %k] : <2 x bf16> -> tensor<16x32xbf16>
    %dot = tile.dot %a, %b, %acc : tensor<16x32xbf16>, tensor<16x32xbf16>, tensor<16x16xf32>
    scf.yield %dot : tensor<16x16xf32>
  }
  %to = tile.view %out offset <0> sizes <[16, 16]> strides <[16, 1]> : <f32> -> <2 x f32>
  tile.store %sum, %to[%c0, %c0] : tensor<16x16xf32>, <2 x f32>
  tile.return
}

// One load for both operands has one ring, and its parts are read once.
// CHECK-LABEL: tile.kernel @both_operands(
// CHECK-COUNT-1: tgpu.ring
// CHECK-NOT: tgpu.ring
// CHECK: scf.for
// CHECK: %[[PART:.*]] = tgpu.read
// CHECK-NEXT: tile.dot %[[PART]], %[[PART]],
// CHECK-NEXT: %[[REST:.*]] = tgpu.read
// CHECK-NEXT: tile.dot %[[REST]], %[[REST]],
tile.kernel @both_operands(%x: !tile.buffer<bf16>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"K">]} {
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %steps = tile.size <"K">
  %sum = scf.for %k = %c0 to %steps step %c32 iter_args(%acc = %zero) -> tensor<16x16xf32> {
    %vx = tile.view %x offset <0> sizes <[16, "K"]> strides <["K", 1]> : <bf16> -> <2 x bf16>
    %a = tile.load %vx[%c0, %k] : <2 x bf16> -> tensor<16x32xbf16>
    %dot = tile.dot %a, %a, %acc : tensor<16x32xbf16>, tensor<16x32xbf16>, tensor<16x16xf32>
    scf.yield %dot : tensor<16x16xf32>
  }
  %to = tile.view %out offset <0> sizes <[16, 16]> strides <[16, 1]> : <f32> -> <2 x f32>
  tile.store %sum, %to[%c0, %c0] : tensor<16x16xf32>, <2 x f32>
  tile.return
}
