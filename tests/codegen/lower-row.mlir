// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tiles that loops carry: vectors, whole steps without masks and one masked step, trees of lanes. Constants are folded
// away by --canonicalize, which only makes the checks shorter.
// RUN: tenon-opt %s --tenon-lower-cpu --canonicalize | FileCheck %s

// CHECK-LABEL: llvm.func @sum(
// CHECK: scf.for
// The block's number is the row: no bound needs a test.
// CHECK-NOT: scf.if
// CHECK: %[[REST:.*]] = arith.remsi %[[LENGTH:.*]], %c8
// CHECK: %[[WHOLE:.*]] = arith.subi %[[LENGTH]], %[[REST]]
// Rows that do not fit the caches are asked for some steps before.
// CHECK: %[[LARGE:.*]] = arith.cmpi sge, {{.*}} %c33554432
// CHECK: %[[MAIN:.*]] = scf.if %[[LARGE]]
// CHECK: llvm.getelementptr %{{.*}}[2048]
// CHECK-NEXT: prefetch
// CHECK: } else {
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %[[WHOLE]] step %c8{{.*}} iter_args(%[[SUM:.*]] = %{{.*}}) -> (vector<8xf32>)
// CHECK: %[[X:.*]] = llvm.load {{.*}} -> vector<8xf32>
// CHECK-NEXT: %[[NEXT:.*]] = arith.addf %[[SUM]], %[[X]] : vector<8xf32>
// CHECK-NEXT: scf.yield %[[NEXT]]
// CHECK: %[[ALL:.*]] = scf.for %{{.*}} = %[[WHOLE]] to %[[LENGTH]] step %c8{{.*}} iter_args(%{{.*}} = %[[MAIN]])
// CHECK: %[[MASK:.*]] = arith.cmpi {{.*}} : vector<8xi32>
// CHECK: llvm.intr.masked.load %{{.*}}, %[[MASK]]
// CHECK: scf.yield
// CHECK: %[[LOW:.*]] = vector.shuffle %[[ALL]], %[[ALL]] [0, 1, 2, 3]
// CHECK: %[[HIGH:.*]] = vector.shuffle %[[ALL]], %[[ALL]] [4, 5, 6, 7]
// CHECK: %[[FOUR:.*]] = arith.addf %[[LOW]], %[[HIGH]] : vector<4xf32>
// CHECK: vector.shuffle %[[FOUR]], %[[FOUR]] [0, 1]
// CHECK: vector.shuffle %[[FOUR]], %[[FOUR]] [2, 3]
// CHECK: %[[TWO:.*]] = arith.addf {{.*}} : vector<2xf32>
// CHECK: %[[ONE:.*]] = arith.addf {{.*}} : vector<1xf32>
// CHECK: llvm.store %[[ONE]], {{.*}} : vector<1xf32>
tile.kernel @sum(%in: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<"N">, outputs = 1, symbols = [#tenon.symbol<"N">, #tenon.symbol<"M">]} {
  %row = tile.block
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant dense<0.0> : tensor<1x8xf32>
  %from = tile.view %in offset <0> sizes <["N", "M"]> strides <["M", 1]> : <f32> -> <2 x f32>
  %to = tile.view %out offset <0> sizes <["N", 1]> strides <[1, 0]> : <f32> -> <2 x f32>
  %length = tile.size <"M">
  %sums = scf.for %i = %c0 to %length step %c8 iter_args(%sum = %zero) -> (tensor<1x8xf32>) {
    %x = tile.load %from[%row, %i] : <2 x f32> -> tensor<1x8xf32>
    %next = arith.addf %sum, %x : tensor<1x8xf32>
    scf.yield %next : tensor<1x8xf32>
  }
  %one = tile.reduce add %sums dim = 1 : tensor<1x8xf32> -> tensor<1x1xf32>
  tile.store %one, %to[%row, %c0] : tensor<1x1xf32>, <2 x f32>
  tile.return
}

// Of a number of whole steps there is no rest; a row's element is repeated for each of a step, and all lie inside.
// CHECK-LABEL: llvm.func @scale(
// CHECK-NOT: masked
// CHECK: %[[SCALE:.*]] = llvm.load {{.*}} -> vector<1xf32>
// CHECK: scf.for {{.*}} step %c8
// CHECK: %[[NUMBER:.*]] = vector.extract %[[SCALE]][0] : f32 from vector<1xf32>
// CHECK: vector.broadcast %[[NUMBER]] : f32 to vector<8xf32>
// CHECK: llvm.store
// CHECK-NOT: scf.for
// CHECK-NOT: masked
// CHECK: llvm.return
tile.kernel @scale(%in: !tile.buffer<f32>, %scale: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<"N">, outputs = 1, symbols = [#tenon.symbol<"N">]} {
  %row = tile.block
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant dense<0.0> : tensor<1x8xf32>
  %from = tile.view %in offset <0> sizes <["N", 32]> strides <[32, 1]> : <f32> -> <2 x f32>
  %scales = tile.view %scale offset <0> sizes <["N", 1]> strides <[1, 0]> : <f32> -> <2 x f32>
  %to = tile.view %out offset <0> sizes <["N", 32]> strides <[32, 1]> : <f32> -> <2 x f32>
  %length = tile.size <32>
  %s = tile.load %scales[%row, %c0] : <2 x f32> -> tensor<1x1xf32>
  scf.for %i = %c0 to %length step %c8 {
    %x = tile.load %from[%row, %i] : <2 x f32> -> tensor<1x8xf32>
    %b = tile.broadcast %s : tensor<1x1xf32> -> tensor<1x8xf32>
    %inside = tile.inside[%row, %i] sizes <["N", 32]> -> tensor<1x8xi1>
    %y = arith.mulf %x, %b : tensor<1x8xf32>
    %z = arith.select %inside, %y, %zero : tensor<1x8xi1>, tensor<1x8xf32>
    tile.store %z, %to[%row, %i] : tensor<1x8xf32>, <2 x f32>
  }
  tile.return
}

// Strips of columns: only the last block is masked, by the same mask in each step.
// CHECK-LABEL: llvm.func @columns(
// CHECK: %[[END:.*]] = arith.addi %{{.*}}, %c8
// CHECK: %[[FITS:.*]] = arith.cmpi sle, %[[END]], %{{.*}}
// CHECK: scf.if %[[FITS]] {
// CHECK: scf.for {{.*}} step %c1
// CHECK: llvm.load {{.*}} -> vector<8xf32>
// CHECK: llvm.store {{.*}} : vector<8xf32>
// CHECK: } else {
// CHECK: scf.for {{.*}} step %c1
// CHECK: llvm.intr.masked.load
// CHECK: llvm.intr.masked.store
tile.kernel @columns(%in: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<"M ceildiv 8">, outputs = 1, symbols = [#tenon.symbol<"N">, #tenon.symbol<"M">]} {
  %block = tile.block
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %column = arith.muli %block, %c8 : index
  %zero = arith.constant dense<0.0> : tensor<1x8xf32>
  %from = tile.view %in offset <0> sizes <["N", "M"]> strides <["M", 1]> : <f32> -> <2 x f32>
  %to = tile.view %out offset <0> sizes <[1, "M"]> strides <[0, 1]> : <f32> -> <2 x f32>
  %length = tile.size <"N">
  %sums = scf.for %i = %c0 to %length step %c1 iter_args(%sum = %zero) -> (tensor<1x8xf32>) {
    %x = tile.load %from[%i, %column] : <2 x f32> -> tensor<1x8xf32>
    %next = arith.addf %sum, %x : tensor<1x8xf32>
    scf.yield %next : tensor<1x8xf32>
  }
  tile.store %sums, %to[%c0, %column] : tensor<1x8xf32>, <2 x f32>
  tile.return
}

// An index that no rule bounds is tested: where the row does not exist nothing is read.
// CHECK-LABEL: llvm.func @beyond(
// CHECK: scf.if
// CHECK: } else {
// CHECK: %[[EXISTS:.*]] = arith.cmpi slt
// CHECK: %[[LIMIT:.*]] = arith.select %[[EXISTS]]
// CHECK: llvm.intr.masked.load
tile.kernel @beyond(%in: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<"N">, outputs = 1, symbols = [#tenon.symbol<"N">]} {
  %block = tile.block
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %row = arith.addi %block, %c3 : index
  %from = tile.view %in offset <0> sizes <["N", 8]> strides <[8, 1]> : <f32> -> <2 x f32>
  %to = tile.view %out offset <0> sizes <["N", 1]> strides <[1, 0]> : <f32> -> <2 x f32>
  %x = tile.load %from[%row, %c0] : <2 x f32> -> tensor<1x8xf32>
  %sum = tile.reduce maximum %x dim = 1 : tensor<1x8xf32> -> tensor<1x1xf32>
  tile.store %sum, %to[%block, %c0] : tensor<1x1xf32>, <2 x f32>
  tile.return
}
