// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is applied to a contraction, element for element, is in its group; what makes its operands is not.
// RUN: tenon-opt %s --tenon-fuse | FileCheck %s

//===- Epilogues --------------------------------------------------------------------------------------------------===//

// CHECK-LABEL: @alone
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<2x3xf32>, %[[Y:[a-z0-9]+]]: tensor<3x4xf32>
// CHECK-NEXT: %[[OUT:.*]] = tenon.group contract(%[[X]], %[[Y]])
// CHECK-NEXT: ^bb0(%[[A:.*]]: tensor<2x3xf32>, %[[B:.*]]: tensor<3x4xf32>):
// CHECK-NEXT: %[[DOT:.*]] = tenon.dot_general %[[A]], %[[B]]
// CHECK-NEXT: tenon.yield %[[DOT]]
// CHECK: tenon.return %[[OUT]]
tenon.entry @alone(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) -> tensor<2x4xf32> {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  tenon.return %0 : tensor<2x4xf32>
}

// CHECK-LABEL: @bias_gelu_residual_cast
// CHECK-NEXT: tenon.group contract(
// CHECK: tenon.dot_general
// CHECK-NEXT: tenon.broadcast
// CHECK-NEXT: tenon.add
// CHECK-NEXT: tenon.gelu
// CHECK-NEXT: tenon.transpose
// CHECK-NEXT: tenon.add
// CHECK-NEXT: tenon.cast
// CHECK-NEXT: tenon.yield
// CHECK-NOT: tenon.group
tenon.entry @bias_gelu_residual_cast(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>, %bias: tensor<4xf32>,
                                     %residual: tensor<4x2xf32>) -> tensor<2x4xbf16> {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  %1 = tenon.broadcast %bias dimensions = [1] : tensor<4xf32> to tensor<2x4xf32>
  %2 = tenon.add %0, %1 : tensor<2x4xf32>
  %3 = tenon.gelu %2 : tensor<2x4xf32>
  %4 = tenon.transpose %residual permutation = [1, 0] : tensor<4x2xf32> to tensor<2x4xf32>
  %5 = tenon.add %3, %4 : tensor<2x4xf32>
  %6 = tenon.cast %5 : tensor<2x4xf32> to tensor<2x4xbf16>
  tenon.return %6 : tensor<2x4xbf16>
}

// CHECK-LABEL: @result_returned_too
// CHECK-NEXT: %[[OUT:.*]]:2 = tenon.group contract(
// CHECK: %[[DOT:.*]] = tenon.dot_general
// CHECK-NEXT: %[[RELU:.*]] = tenon.relu %[[DOT]]
// CHECK-NEXT: tenon.yield %[[DOT]], %[[RELU]]
// CHECK: tenon.return %[[OUT]]#1, %[[OUT]]#0
tenon.entry @result_returned_too(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  %1 = tenon.relu %0 : tensor<2x4xf32>
  tenon.return %1, %0 : tensor<2x4xf32>, tensor<2x4xf32>
}

// CHECK-LABEL: @two_epilogues
// CHECK-NEXT: %[[OUT:.*]]:2 = tenon.group contract(
// CHECK: %[[DOT:.*]] = tenon.dot_general
// CHECK-NEXT: tenon.exp %[[DOT]]
// CHECK-NEXT: tenon.neg %[[DOT]]
// CHECK-NEXT: tenon.yield
// CHECK-NOT: tenon.group
tenon.entry @two_epilogues(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  %1 = tenon.exp %0 : tensor<2x4xf32>
  %2 = tenon.neg %0 : tensor<2x4xf32>
  tenon.return %1, %2 : tensor<2x4xf32>, tensor<2x4xf32>
}

// Of two users in groups of different shapes the one that takes the result as it is has it.
// CHECK-LABEL: @users_in_two_groups
// CHECK-NEXT: %[[DOT:.*]]:2 = tenon.group contract(
// CHECK: tenon.dot_general
// CHECK-NEXT: tenon.relu
// CHECK-NEXT: tenon.yield
// CHECK: tenon.group map(%[[DOT]]#0)
// CHECK: tenon.slice
// CHECK-NEXT: tenon.neg
// CHECK-NEXT: tenon.yield
tenon.entry @users_in_two_groups(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) -> (tensor<2x4xf32>, tensor<1x4xf32>) {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  %1 = tenon.relu %0 : tensor<2x4xf32>
  %2 = tenon.slice %0 starts = <[0, 0]> strides = [1, 1] : tensor<2x4xf32> to tensor<1x4xf32>
  %3 = tenon.neg %2 : tensor<1x4xf32>
  tenon.return %1, %3 : tensor<2x4xf32>, tensor<1x4xf32>
}

// What shares an operand with the epilogue, and does not need the product, stays by itself.
// CHECK-LABEL: @stranger_beside
// CHECK: tenon.group map(
// CHECK: tenon.neg
// CHECK-NEXT: tenon.yield
// CHECK: tenon.group contract(
// CHECK: tenon.dot_general
// CHECK-NEXT: tenon.add
// CHECK-NEXT: tenon.yield
tenon.entry @stranger_beside(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>, %r: tensor<2x4xf32>)
    -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %0 = tenon.neg %r : tensor<2x4xf32>
  %1 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  %2 = tenon.add %1, %r : tensor<2x4xf32>
  tenon.return %0, %2 : tensor<2x4xf32>, tensor<2x4xf32>
}

//===- Operands ---------------------------------------------------------------------------------------------------===//

// What is cheap is computed as the operand is read.
// CHECK-LABEL: @producer
// CHECK-NOT: tenon.group map
// CHECK: tenon.group contract(
// CHECK: %[[EXP:.*]] = tenon.exp
// CHECK-NEXT: tenon.dot_general %[[EXP]],
tenon.entry @producer(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) -> tensor<2x4xf32> {
  %0 = tenon.exp %x : tensor<2x3xf32>
  %1 = tenon.dot_general %0, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  tenon.return %1 : tensor<2x4xf32>
}

// A producer that the epilogue uses, too, is stored before the contraction reads it.
// CHECK-LABEL: @producer_is_residual
// CHECK: %[[EXP:.*]] = tenon.group map(
// CHECK: tenon.exp
// CHECK-NEXT: tenon.yield
// CHECK: tenon.group contract(%[[EXP]], %{{.*}})
// CHECK-NEXT: ^bb0(%[[A:.*]]: tensor<2x2xf32>, %[[B:.*]]: tensor<2x2xf32>):
// CHECK-NEXT: %[[DOT:.*]] = tenon.dot_general %[[A]], %[[B]]
// CHECK-NEXT: tenon.add %[[DOT]], %[[A]]
tenon.entry @producer_is_residual(%x: tensor<2x2xf32>, %y: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %0 = tenon.exp %x : tensor<2x2xf32>
  %1 = tenon.dot_general %0, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  %2 = tenon.add %1, %0 : tensor<2x2xf32>
  tenon.return %2 : tensor<2x2xf32>
}

// The same where it reaches the contraction through a view.
// CHECK-LABEL: @producer_of_producer
// CHECK: %[[EXP:.*]] = tenon.group map(
// CHECK: tenon.exp
// CHECK-NEXT: tenon.yield
// CHECK: %[[DOT:.*]] = tenon.group contract(
// CHECK: tenon.slice
// CHECK-NEXT: tenon.dot_general
// CHECK-NEXT: tenon.add
// CHECK-NEXT: tenon.yield
// CHECK-NOT: tenon.group
// CHECK: tenon.return %[[DOT]]
tenon.entry @producer_of_producer(%x: tensor<2x4xf32>, %y: tensor<3x4xf32>) -> tensor<2x4xf32> {
  %0 = tenon.exp %x : tensor<2x4xf32>
  %1 = tenon.slice %0 starts = <[0, 0]> strides = [1, 1] : tensor<2x4xf32> to tensor<2x3xf32>
  %2 = tenon.dot_general %1, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  %3 = tenon.add %2, %0 : tensor<2x4xf32>
  tenon.return %3 : tensor<2x4xf32>
}

// CHECK-LABEL: @dot_feeds_dot
// CHECK: %[[HIDDEN:.*]] = tenon.group contract(
// CHECK: tenon.dot_general
// CHECK-NEXT: tenon.relu
// CHECK-NEXT: tenon.yield
// CHECK: tenon.group contract(%[[HIDDEN]],
// CHECK: tenon.dot_general
// CHECK-NEXT: tenon.yield
tenon.entry @dot_feeds_dot(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>, %z: tensor<4x5xf32>) -> tensor<2x5xf32> {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  %1 = tenon.relu %0 : tensor<2x4xf32>
  %2 = tenon.dot_general %1, %z batch = [] x [] contract = [1] x [0]
      : tensor<2x4xf32>, tensor<4x5xf32> -> tensor<2x5xf32>
  tenon.return %2 : tensor<2x5xf32>
}

// One contraction to a group: of two that an op adds, the last has it.
// CHECK-LABEL: @sum_of_dots
// CHECK: %[[FIRST:.*]] = tenon.group contract(%[[X:.*]], %[[Y:.*]]) :
// CHECK: tenon.dot_general
// CHECK-NEXT: tenon.yield
// CHECK: tenon.group contract(%[[Y]], %[[X]], %[[FIRST]])
// CHECK: tenon.dot_general
// CHECK-NEXT: tenon.add
// CHECK-NEXT: tenon.yield
tenon.entry @sum_of_dots(%x: tensor<2x2xf32>, %y: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  %1 = tenon.dot_general %y, %x batch = [] x [] contract = [1] x [0]
      : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  %2 = tenon.add %0, %1 : tensor<2x2xf32>
  tenon.return %2 : tensor<2x2xf32>
}

// A splat that a contraction reads is stored once; elementwise users have their own.
// CHECK-LABEL: @splat
// CHECK: %[[ONES:.*]] = tenon.group map()
// CHECK-NEXT: tenon.splat 1.0
// CHECK-NEXT: tenon.yield
// CHECK: tenon.group contract(%[[X:.*]], %[[ONES]])
// CHECK: %[[DOT:.*]] = tenon.dot_general
// CHECK-NEXT: tenon.yield
// CHECK: tenon.group map(%{{.*}})
// CHECK: %[[ONE:.*]] = tenon.splat 1.0
// CHECK-NEXT: tenon.sub %[[ONE]],
tenon.entry @splat(%x: tensor<2x3xf32>, %z: tensor<3x4xf32>) -> (tensor<2x4xf32>, tensor<3x4xf32>) {
  %0 = tenon.splat 1.0 : f32 : tensor<3x4xf32>
  %1 = tenon.dot_general %x, %0 batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  %2 = tenon.sub %0, %z : tensor<3x4xf32>
  tenon.return %1, %2 : tensor<2x4xf32>, tensor<3x4xf32>
}

//===- What keeps an epilogue away --------------------------------------------------------------------------------===//

// CHECK-LABEL: @view_between
// CHECK: %[[DOT:.*]] = tenon.group contract(
// CHECK: tenon.dot_general
// CHECK-NEXT: tenon.yield
// CHECK: tenon.group map(%[[DOT]])
// CHECK: tenon.transpose
// CHECK-NEXT: tenon.exp
// CHECK-NEXT: tenon.yield
tenon.entry @view_between(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) -> tensor<4x2xf32> {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  %1 = tenon.transpose %0 permutation = [1, 0] : tensor<2x4xf32> to tensor<4x2xf32>
  %2 = tenon.exp %1 : tensor<4x2xf32>
  tenon.return %2 : tensor<4x2xf32>
}

// Of one shape, but at another index: through a view of what is between, or of the result itself.
// CHECK-LABEL: @view_behind_an_op
// CHECK: tenon.group contract(
// CHECK: tenon.dot_general
// CHECK-NEXT: tenon.yield
// CHECK: tenon.group map(
// CHECK: tenon.relu
// CHECK-NEXT: tenon.transpose
tenon.entry @view_behind_an_op(%x: tensor<2x3xf32>, %y: tensor<3x2xf32>) -> tensor<2x2xf32> {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x2xf32> -> tensor<2x2xf32>
  %1 = tenon.relu %0 : tensor<2x2xf32>
  %2 = tenon.transpose %1 permutation = [1, 0] : tensor<2x2xf32> to tensor<2x2xf32>
  tenon.return %2 : tensor<2x2xf32>
}
// CHECK-LABEL: @view_and_itself
// CHECK: tenon.group contract(
// CHECK: tenon.dot_general
// CHECK-NEXT: tenon.yield
// CHECK: tenon.group map(
// CHECK: tenon.transpose
// CHECK-NEXT: tenon.add
tenon.entry @view_and_itself(%x: tensor<2x3xf32>, %y: tensor<3x2xf32>) -> tensor<2x2xf32> {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x2xf32> -> tensor<2x2xf32>
  %1 = tenon.transpose %0 permutation = [1, 0] : tensor<2x2xf32> to tensor<2x2xf32>
  %2 = tenon.add %0, %1 : tensor<2x2xf32>
  tenon.return %2 : tensor<2x2xf32>
}

// The erf of one row is dear, so it gets a group of its own, between the product and the sum.
// CHECK-LABEL: @cycle_through_a_map
// CHECK: %[[DOT:.*]] = tenon.group contract(
// CHECK: tenon.dot_general
// CHECK-NEXT: tenon.yield
// CHECK: %[[ERF:.*]] = tenon.group map(%[[DOT]])
// CHECK: tenon.erf
// CHECK: tenon.group map(%[[ERF]], %[[DOT]])
// CHECK: tenon.add
tenon.entry @cycle_through_a_map(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) -> tensor<2x4xf32> {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  %1 = tenon.slice %0 starts = <[0, 0]> strides = [1, 1] : tensor<2x4xf32> to tensor<1x4xf32>
  %2 = tenon.erf %1 : tensor<1x4xf32>
  %3 = tenon.broadcast %2 dimensions = [0, 1] : tensor<1x4xf32> to tensor<2x4xf32>
  %4 = tenon.add %0, %3 : tensor<2x4xf32>
  tenon.return %4 : tensor<2x4xf32>
}

// The second product reads the first, so the sum of both is the second's epilogue.
// CHECK-LABEL: @cycle_through_a_dot
// CHECK: %[[FIRST:.*]] = tenon.group contract(
// CHECK: tenon.dot_general
// CHECK-NEXT: tenon.yield
// CHECK: tenon.group contract(%[[FIRST]], %{{.*}})
// CHECK-NEXT: ^bb0(%[[A:.*]]: tensor<2x2xf32>, %[[B:.*]]: tensor<2x2xf32>):
// CHECK-NEXT: %[[SECOND:.*]] = tenon.dot_general %[[A]], %[[B]]
// CHECK-NEXT: tenon.add %[[A]], %[[SECOND]]
tenon.entry @cycle_through_a_dot(%x: tensor<2x2xf32>, %y: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  %1 = tenon.dot_general %0, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  %2 = tenon.add %0, %1 : tensor<2x2xf32>
  tenon.return %2 : tensor<2x2xf32>
}

// CHECK-LABEL: @unused
// CHECK-NEXT: tenon.return
tenon.entry @unused(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %0 = tenon.dot_general %x, %x batch = [] x [] contract = [1] x [0]
      : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  tenon.return %x : tensor<2x2xf32>
}
