// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tile programs of row kernels: passes over a row, what is computed once for it, edges, rows side by side.
// RUN: tenon-opt %s --tenon-schedule --canonicalize | FileCheck %s
// RUN: tenon-opt %s --tenon-schedule=target=sm_80 --canonicalize | FileCheck %s --check-prefix=WHOLE
// RUN: tenon-opt %s --tenon-schedule=target=x86-64-v3 --canonicalize | FileCheck %s --check-prefix=SHORT

// Three passes through one view: the maximum, the sum, the quotients. Beyond the row's end there is the neutral element.
// CHECK-LABEL: tile.kernel @softmax(
// CHECK-SAME: grid = #tenon.dim<4>
// CHECK-DAG: %[[VIEW:.*]] = tile.view %{{.*}} offset <0> sizes <[4, 100]> strides <[100, 1]>
// CHECK-DAG: %[[ROW:.*]] = tile.block
// CHECK-DAG: %[[LOW:.*]] = arith.constant dense<0xFF800000> : tensor<1x64xf32>
// CHECK-DAG: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<1x64xf32>
// CHECK: %[[LENGTH:.*]] = tile.size <100>
// CHECK: %[[MAXIMA:.*]] = scf.for %[[I:.*]] = %c0 to %[[LENGTH]] step %c64 iter_args(%[[MOST:.*]] = %[[LOW]])
// CHECK-NEXT: %[[X:.*]] = tile.load %[[VIEW]][%[[ROW]], %[[I]]] {{.*}} -> tensor<1x64xf32>
// CHECK-NEXT: %[[INSIDE:.*]] = tile.inside[%[[ROW]], %[[I]]] sizes <[4, 100]> -> tensor<1x64xi1>
// CHECK-NEXT: %[[EXISTING:.*]] = arith.select %[[INSIDE]], %[[X]], %[[LOW]]
// CHECK-NEXT: %[[NEXT:.*]] = arith.maximumf %[[MOST]], %[[EXISTING]]
// CHECK-NEXT: scf.yield %[[NEXT]]
// CHECK: %[[MAXIMUM:.*]] = tile.reduce maximum %[[MAXIMA]] dim = 1 : tensor<1x64xf32> -> tensor<1x1xf32>
// CHECK: %[[SUMS:.*]] = scf.for %[[J:.*]] = %c0 to %{{.*}} step %c64 iter_args(%[[SUM:.*]] = %[[ZERO]])
// CHECK: tile.load %[[VIEW]][%[[ROW]], %[[J]]]
// CHECK: tile.broadcast %[[MAXIMUM]] : tensor<1x1xf32> -> tensor<1x64xf32>
// CHECK: %[[EXP:.*]] = math.exp
// CHECK: tile.inside
// CHECK: arith.select %{{.*}}, %[[EXP]], %[[ZERO]]
// CHECK: scf.yield
// CHECK: %[[TOTAL:.*]] = tile.reduce add %[[SUMS]] dim = 1
// CHECK: scf.for %[[K:.*]] = %c0 to %{{.*}} step %c64 {
// CHECK: tile.load %[[VIEW]][%[[ROW]], %[[K]]]
// CHECK: math.exp
// CHECK: tile.broadcast %[[TOTAL]]
// CHECK: arith.divf
// CHECK: tile.store %{{.*}}, %{{.*}}[%[[ROW]], %[[K]]]
// CHECK-NOT: scf.for
// CHECK: tile.return

// A row that is one tile is read once.
// WHOLE-LABEL: tile.kernel @softmax(
// WHOLE-NOT: scf.for
// WHOLE: tile.load {{.*}} -> tensor<1x128xf32>
// WHOLE-NOT: tile.load
// WHOLE: tile.inside[
// WHOLE: tile.reduce maximum %{{.*}} dim = 1 : tensor<1x128xf32> -> tensor<1x1xf32>
// WHOLE: tile.reduce add
// WHOLE: tile.store
// WHOLE: tile.return

// SHORT-LABEL: tile.kernel @softmax(
// SHORT: scf.for {{.*}} step %c32
// SHORT: -> tensor<1x32xf32>
tenon.kernel @softmax(%x: tensor<4x100xf32>) -> tensor<4x100xf32> attributes {tenon.anchor = #tenon<anchor row>} {
  %0 = tenon.reduce maximum %x dims = [1] : tensor<4x100xf32> -> tensor<4xf32>
  %1 = tenon.broadcast %0 dimensions = [0] : tensor<4xf32> to tensor<4x100xf32>
  %2 = tenon.sub %x, %1 : tensor<4x100xf32>
  %3 = tenon.exp %2 : tensor<4x100xf32>
  %4 = tenon.reduce add %3 dims = [1] : tensor<4x100xf32> -> tensor<4xf32>
  %5 = tenon.broadcast %4 dimensions = [0] : tensor<4xf32> to tensor<4x100xf32>
  %6 = tenon.div %3, %5 : tensor<4x100xf32>
  tenon.yield %6 : tensor<4x100xf32>
}

// A sum of what is loaded needs no edge: beyond it there are zeros. 16-bit floats are added in f32 and rounded once. What
// follows row by row is computed on one element, its operand read once.
// CHECK-LABEL: tile.kernel @sum_of_bf16(
// CHECK-DAG: %[[BIAS:.*]] = tile.view %{{.*}} offset <0> sizes <["s0", 1]> strides <[1, 0]> : <bf16>
// CHECK-DAG: %[[ROW:.*]] = tile.block
// CHECK: %[[SUMS:.*]] = scf.for
// CHECK-NOT: tile.inside
// CHECK: tile.load {{.*}} -> tensor<1x64xbf16>
// CHECK-NEXT: arith.extf {{.*}} to tensor<1x64xf32>
// CHECK-NEXT: arith.addf
// CHECK: %[[SUM:.*]] = tile.reduce add %[[SUMS]] dim = 1 : tensor<1x64xf32> -> tensor<1x1xf32>
// CHECK: arith.truncf %[[SUM]] : tensor<1x1xf32> to tensor<1x1xbf16>
// CHECK: tile.load %[[BIAS]][%[[ROW]], %c0] {{.*}} -> tensor<1x1xbf16>
// CHECK: %[[OUT:.*]] = tile.view %{{.*}} offset <0> sizes <["s0", 1]> strides <[1, 0]>
// CHECK: tile.store %{{.*}}, %[[OUT]][%[[ROW]], %c0] : tensor<1x1xbf16>
tenon.kernel @sum_of_bf16(%x: tensor<?x?xbf16, #tenon.dims<["s0", "s1"]>>, %b: tensor<?xbf16, #tenon.dims<["s0"]>>)
    -> tensor<?xbf16, #tenon.dims<["s0"]>>
    attributes {symbols = [#tenon.symbol<"s0">, #tenon.symbol<"s1">], tenon.anchor = #tenon<anchor row>} {
  %0 = tenon.reduce add %x dims = [1] : tensor<?x?xbf16, #tenon.dims<["s0", "s1"]>> -> tensor<?xbf16, #tenon.dims<["s0"]>>
  %1 = tenon.add %0, %b : tensor<?xbf16, #tenon.dims<["s0"]>>
  tenon.yield %1 : tensor<?xbf16, #tenon.dims<["s0"]>>
}

// The innermost dimension is kept: tiles run along it, the sum is element by element.
// CHECK-LABEL: tile.kernel @columns(
// CHECK-SAME: grid = #tenon.dim<2>
// CHECK: %[[BLOCK:.*]] = tile.block
// CHECK: %[[COLUMN:.*]] = arith.muli %[[BLOCK]], %c64
// CHECK: %[[ROWS:.*]] = tile.size <"s0">
// CHECK: %[[SUM:.*]] = scf.for %[[I:.*]] = %c0 to %[[ROWS]] step %c1 iter_args
// CHECK-NEXT: tile.load %{{.*}}[%[[I]], %[[COLUMN]]] {{.*}} -> tensor<1x64xf32>
// CHECK-NEXT: arith.addf
// CHECK-NEXT: scf.yield
// CHECK-NOT: tile.reduce
// CHECK: tile.view %{{.*}} offset <0> sizes <[1, 100]> strides <[0, 1]>
// CHECK: tile.store %[[SUM]], %{{.*}}[%c0, %[[COLUMN]]]
tenon.kernel @columns(%x: tensor<?x100xf32, #tenon.dims<["s0", 100]>>) -> tensor<100xf32>
    attributes {symbols = [#tenon.symbol<"s0">], tenon.anchor = #tenon<anchor row>} {
  %0 = tenon.reduce add %x dims = [0] : tensor<?x100xf32, #tenon.dims<["s0", 100]>> -> tensor<100xf32>
  tenon.yield %0 : tensor<100xf32>
}

// Neighbouring dimensions are one where both are reduced; around a kept one there are two loops, the inner in steps. A
// dimension that is a number of whole steps has no edge.
// CHECK-LABEL: tile.kernel @around(
// CHECK-SAME: grid = #tenon.dim<3>
// CHECK: tile.view %{{.*}} offset <0> sizes <[2, 3, 128]> strides <[384, 128, 1]>
// CHECK: %[[OUTER:.*]] = scf.for %[[I:.*]] = %c0 to %{{.*}} step %c1 iter_args
// CHECK: %[[INNER:.*]] = scf.for %[[J:.*]] = %c0 to %{{.*}} step %c64 iter_args
// CHECK-NOT: tile.inside
// CHECK: tile.load %{{.*}}[%[[I]], %{{.*}}, %[[J]]] {{.*}} -> tensor<1x1x64xi32>
// CHECK-NEXT: arith.minsi
// CHECK-NEXT: scf.yield
// CHECK: scf.yield %[[INNER]]
// CHECK: tile.reduce minimum %[[OUTER]] dim = 2
tenon.kernel @around(%x: tensor<2x3x16x8xi32>) -> tensor<3xi32> attributes {tenon.anchor = #tenon<anchor row>} {
  %0 = tenon.reduce minimum %x dims = [0, 2, 3] : tensor<2x3x16x8xi32> -> tensor<3xi32>
  tenon.yield %0 : tensor<3xi32>
}

// A size of the kernel as a number.
// CHECK-LABEL: tile.kernel @mean(
// CHECK: tile.reduce add
// CHECK: %[[SIZE:.*]] = tile.size <"s1">
// CHECK: %[[COUNT:.*]] = tile.splat %[[SIZE]] -> tensor<1x1xf32>
// CHECK: arith.divf %{{.*}}, %[[COUNT]]
tenon.kernel @mean(%x: tensor<?x?xf32, #tenon.dims<["s0", "s1"]>>) -> tensor<?xf32, #tenon.dims<["s0"]>>
    attributes {symbols = [#tenon.symbol<"s0">, #tenon.symbol<"s1">], tenon.anchor = #tenon<anchor row>} {
  %0 = tenon.reduce add %x dims = [1] : tensor<?x?xf32, #tenon.dims<["s0", "s1"]>> -> tensor<?xf32, #tenon.dims<["s0"]>>
  %1 = tenon.size <"s1"> : tensor<?xf32, #tenon.dims<["s0"]>>
  %2 = tenon.div %0, %1 : tensor<?xf32, #tenon.dims<["s0"]>>
  tenon.yield %2 : tensor<?xf32, #tenon.dims<["s0"]>>
}
