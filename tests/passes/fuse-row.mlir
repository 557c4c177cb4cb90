// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reductions over the same dimensions, with what makes their operands and what follows them row by row, are one group.
// RUN: tenon-opt %s --tenon-fuse | FileCheck %s
// RUN: tenon-opt %s --tenon-expand-composites --tenon-simplify --tenon-fuse | FileCheck %s --check-prefix=NORM

//===- One group ----------------------------------------------------------------------------------------------------===//

// CHECK-LABEL: @softmax
// CHECK-NEXT: %[[OUT:.*]] = tenon.group row(%{{.*}})
// CHECK: tenon.reduce maximum
// CHECK-NEXT: tenon.broadcast
// CHECK-NEXT: tenon.sub
// CHECK-NEXT: tenon.exp
// CHECK-NEXT: tenon.reduce add
// CHECK-NEXT: tenon.broadcast
// CHECK-NEXT: tenon.div
// CHECK-NEXT: tenon.yield
// CHECK: tenon.return %[[OUT]]
tenon.entry @softmax(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = tenon.reduce maximum %x dims = [1] : tensor<4x8xf32> -> tensor<4xf32>
  %1 = tenon.broadcast %0 dimensions = [0] : tensor<4xf32> to tensor<4x8xf32>
  %2 = tenon.sub %x, %1 : tensor<4x8xf32>
  %3 = tenon.exp %2 : tensor<4x8xf32>
  %4 = tenon.reduce add %3 dims = [1] : tensor<4x8xf32> -> tensor<4xf32>
  %5 = tenon.broadcast %4 dimensions = [0] : tensor<4xf32> to tensor<4x8xf32>
  %6 = tenon.div %3, %5 : tensor<4x8xf32>
  tenon.return %6 : tensor<4x8xf32>
}

// NORM-LABEL: @rms_norm
// NORM-NEXT: %[[OUT:.*]] = tenon.group row(
// NORM: tenon.reduce add
// NORM: tenon.rsqrt
// NORM: tenon.yield
// NORM-NOT: tenon.group
// NORM: tenon.return %[[OUT]]
tenon.entry @rms_norm(%x: tensor<4x8xbf16>, %w: tensor<8xbf16>) -> tensor<4x8xbf16> {
  %0 = tenon.rms_norm %x, %w dims = [1] eps = 1.0e-6 : tensor<4x8xbf16>, tensor<8xbf16>
  tenon.return %0 : tensor<4x8xbf16>
}

// Results of the operand's shape and of the reduced one; an expensive function of the reduced one is computed once a row.
// CHECK-LABEL: @both_shapes
// CHECK-NEXT: %[[OUT:.*]]:2 = tenon.group row(
// CHECK: tenon.reduce add
// CHECK-NEXT: tenon.gelu
// CHECK-NEXT: tenon.broadcast
// CHECK-NEXT: tenon.mul
// CHECK-NEXT: tenon.yield
// CHECK: tenon.return %[[OUT]]#1, %[[OUT]]#0
tenon.entry @both_shapes(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4xf32>) {
  %0 = tenon.reduce add %x dims = [1] : tensor<4x8xf32> -> tensor<4xf32>
  %1 = tenon.gelu %0 : tensor<4xf32>
  %2 = tenon.broadcast %1 dimensions = [0] : tensor<4xf32> to tensor<4x8xf32>
  %3 = tenon.mul %x, %2 : tensor<4x8xf32>
  tenon.return %3, %0 : tensor<4x8xf32>, tensor<4xf32>
}

// A function of the reduced one that is a result too is stored by a kernel of its own.
// CHECK-LABEL: @function_is_result
// CHECK: %[[ROWS:.*]] = tenon.group row(
// CHECK: tenon.gelu
// CHECK: tenon.group map({{.*}}%[[ROWS]]
tenon.entry @function_is_result(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4xf32>) {
  %0 = tenon.reduce add %x dims = [1] : tensor<4x8xf32> -> tensor<4xf32>
  %1 = tenon.gelu %0 : tensor<4xf32>
  %2 = tenon.broadcast %1 dimensions = [0] : tensor<4xf32> to tensor<4x8xf32>
  %3 = tenon.mul %x, %2 : tensor<4x8xf32>
  tenon.return %3, %1 : tensor<4x8xf32>, tensor<4xf32>
}

// The reduction's result itself has two users in the group, and is a result as well.
// CHECK-LABEL: @two_consumers
// CHECK-NEXT: %{{.*}}:2 = tenon.group row(
// CHECK: %[[SUM:.*]] = tenon.reduce add
// CHECK: tenon.broadcast %[[SUM]]
// CHECK: tenon.sqrt %[[SUM]]
// CHECK: tenon.yield
// CHECK-NOT: tenon.group
tenon.entry @two_consumers(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4xf32>) {
  %0 = tenon.reduce add %x dims = [1] : tensor<4x8xf32> -> tensor<4xf32>
  %1 = tenon.broadcast %0 dimensions = [0] : tensor<4xf32> to tensor<4x8xf32>
  %2 = tenon.sub %x, %1 : tensor<4x8xf32>
  %3 = tenon.sqrt %0 : tensor<4xf32>
  %4 = tenon.broadcast %3 dimensions = [0] : tensor<4xf32> to tensor<4x8xf32>
  %5 = tenon.div %2, %4 : tensor<4x8xf32>
  tenon.return %5, %0 : tensor<4x8xf32>, tensor<4xf32>
}

// Reductions of one tensor read it together.
// CHECK-LABEL: @two_reductions
// CHECK-NEXT: %{{.*}}:2 = tenon.group row(
// CHECK: tenon.reduce minimum
// CHECK-NEXT: tenon.reduce maximum
// CHECK-NEXT: tenon.yield
// CHECK-NOT: tenon.group
tenon.entry @two_reductions(%x: tensor<4x8xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = tenon.reduce minimum %x dims = [1] : tensor<4x8xf32> -> tensor<4xf32>
  %1 = tenon.reduce maximum %x dims = [1] : tensor<4x8xf32> -> tensor<4xf32>
  tenon.return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// With the reduced dimension kept as 1 it is repeated in two steps.
// CHECK-LABEL: @kept_dimension
// CHECK-NEXT: tenon.group row(
// CHECK-COUNT-2: tenon.broadcast
// CHECK: tenon.yield
// CHECK-NOT: tenon.group
tenon.entry @kept_dimension(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = tenon.reduce add %x dims = [1] : tensor<4x8xf32> -> tensor<4xf32>
  %1 = tenon.broadcast %0 dimensions = [0] : tensor<4xf32> to tensor<4x1xf32>
  %2 = tenon.gelu %1 : tensor<4x1xf32>
  %3 = tenon.broadcast %2 dimensions = [0, 1] : tensor<4x1xf32> to tensor<4x8xf32>
  %4 = tenon.sub %x, %3 : tensor<4x8xf32>
  tenon.return %4 : tensor<4x8xf32>
}

//===- Several groups -----------------------------------------------------------------------------------------------===//

// Reductions over different dimensions are different walks.
// CHECK-LABEL: @different_dimensions
// CHECK-COUNT-2: tenon.group row(
// CHECK-NOT: tenon.group
tenon.entry @different_dimensions(%x: tensor<4x8xf32>) -> (tensor<4xf32>, tensor<8xf32>) {
  %0 = tenon.reduce add %x dims = [1] : tensor<4x8xf32> -> tensor<4xf32>
  %1 = tenon.reduce add %x dims = [0] : tensor<4x8xf32> -> tensor<8xf32>
  tenon.return %0, %1 : tensor<4xf32>, tensor<8xf32>
}

// Sums of columns that are used along the rows are needed before the first row begins.
// CHECK-LABEL: @repeated_elsewhere
// CHECK-NEXT: %[[SUM:.*]] = tenon.group row(
// CHECK: tenon.group map(%[[SUM]], %{{.*}})
// CHECK-NOT: tenon.group
tenon.entry @repeated_elsewhere(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %0 = tenon.reduce add %x dims = [0] : tensor<8x8xf32> -> tensor<8xf32>
  %1 = tenon.broadcast %0 dimensions = [0] : tensor<8xf32> to tensor<8x8xf32>
  %2 = tenon.sub %x, %1 : tensor<8x8xf32>
  tenon.return %2 : tensor<8x8xf32>
}

// A contraction's operands are stored, its result too where rows of it are reduced.
// CHECK-LABEL: @of_a_product
// CHECK: tenon.group contract(
// CHECK: tenon.group row(
// CHECK-NOT: tenon.group
tenon.entry @of_a_product(%x: tensor<4x8xf32>, %y: tensor<8x4xf32>) -> tensor<4xf32> {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0] : tensor<4x8xf32>, tensor<8x4xf32> -> tensor<4x4xf32>
  %1 = tenon.reduce add %0 dims = [1] : tensor<4x4xf32> -> tensor<4xf32>
  tenon.return %1 : tensor<4xf32>
}

// The group of the sum cannot hold what reads the sum through another group.
// CHECK-LABEL: @no_cycle
// CHECK-COUNT-3: tenon.group
// CHECK-NOT: tenon.group
tenon.entry @no_cycle(%x: tensor<4x8xf32>, %w: tensor<4x4xf32>) -> tensor<4x8xf32> {
  %0 = tenon.reduce add %x dims = [1] : tensor<4x8xf32> -> tensor<4xf32>
  %1 = tenon.dot_general %w, %0 batch = [] x [] contract = [1] x [0] : tensor<4x4xf32>, tensor<4xf32> -> tensor<4xf32>
  %2 = tenon.broadcast %0 dimensions = [0] : tensor<4xf32> to tensor<4x8xf32>
  %3 = tenon.broadcast %1 dimensions = [0] : tensor<4xf32> to tensor<4x8xf32>
  %4 = tenon.mul %2, %3 : tensor<4x8xf32>
  tenon.return %4 : tensor<4x8xf32>
}
