// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which ops become one group. What is in a group is checked by the ops between `tenon.group` and `tenon.yield`.
// RUN: tenon-opt %s --tenon-fuse | FileCheck %s

// CHECK-LABEL: @chain
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<4xf32>, %[[Y:[a-z0-9]+]]: tensor<4xf32>
// CHECK-NEXT: %[[OUT:.*]] = tenon.group map(%[[X]], %[[Y]])
// CHECK-NEXT: ^bb0(%[[A:.*]]: tensor<4xf32>, %[[B:.*]]: tensor<4xf32>):
// CHECK-NEXT: %[[SUM:.*]] = tenon.add %[[A]], %[[B]]
// CHECK-NEXT: %[[PRODUCT:.*]] = tenon.mul %[[SUM]], %[[A]]
// CHECK-NEXT: %[[EXP:.*]] = tenon.exp %[[PRODUCT]]
// CHECK-NEXT: tenon.yield %[[EXP]]
// CHECK: tenon.return %[[OUT]]
tenon.entry @chain(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tenon.add %x, %y : tensor<4xf32>
  %1 = tenon.mul %0, %x : tensor<4xf32>
  %2 = tenon.exp %1 : tensor<4xf32>
  tenon.return %2 : tensor<4xf32>
}

//===- More than one result ---------------------------------------------------------------------------------------===//

// CHECK-LABEL: @result_used_inside
// CHECK: %[[OUT:.*]]:2 = tenon.group
// CHECK: %[[EXP:.*]] = tenon.exp
// CHECK: %[[NEG:.*]] = tenon.neg %[[EXP]]
// CHECK: tenon.yield %[[EXP]], %[[NEG]]
// CHECK: tenon.return %[[OUT]]#1, %[[OUT]]#0
tenon.entry @result_used_inside(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = tenon.exp %x : tensor<4xf32>
  %1 = tenon.neg %0 : tensor<4xf32>
  tenon.return %1, %0 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @siblings_share_an_operand
// CHECK: tenon.group
// CHECK: tenon.exp
// CHECK-NEXT: tenon.neg
// CHECK-NEXT: tenon.yield
// CHECK-NOT: tenon.group
tenon.entry @siblings_share_an_operand(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = tenon.exp %x : tensor<4xf32>
  %1 = tenon.neg %x : tensor<4xf32>
  tenon.return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @strangers
// CHECK: tenon.group
// CHECK: tenon.exp
// CHECK-NEXT: tenon.yield
// CHECK: tenon.group
// CHECK: tenon.neg
tenon.entry @strangers(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = tenon.exp %x : tensor<4xf32>
  %1 = tenon.neg %y : tensor<4xf32>
  tenon.return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @siblings_of_other_shapes
// CHECK: tenon.group
// CHECK: tenon.exp
// CHECK-NEXT: tenon.yield
// CHECK: tenon.group
// CHECK: tenon.broadcast
// CHECK-NEXT: tenon.yield
tenon.entry @siblings_of_other_shapes(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<2x4xf32>) {
  %0 = tenon.exp %x : tensor<4xf32>
  %1 = tenon.broadcast %x dimensions = [1] : tensor<4xf32> to tensor<2x4xf32>
  tenon.return %0, %1 : tensor<4xf32>, tensor<2x4xf32>
}

//===- Cycles -----------------------------------------------------------------------------------------------------===//

// The erf of one row is dear, so it gets a group of its own between exp and add, which therefore cannot be one group.
// CHECK-LABEL: @diamond
// CHECK: %[[EXP:.*]] = tenon.group
// CHECK: tenon.exp
// CHECK: %[[ERF:.*]] = tenon.group map(%[[EXP]])
// CHECK: tenon.erf
// CHECK: tenon.group map(%[[ERF]], %[[EXP]])
// CHECK: tenon.add
tenon.entry @diamond(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = tenon.exp %x : tensor<4x4xf32>
  %1 = tenon.slice %0 starts = <[0, 0]> strides = [1, 1] : tensor<4x4xf32> to tensor<1x4xf32>
  %2 = tenon.erf %1 : tensor<1x4xf32>
  %3 = tenon.broadcast %2 dimensions = [0, 1] : tensor<1x4xf32> to tensor<4x4xf32>
  %4 = tenon.add %0, %3 : tensor<4x4xf32>
  tenon.return %4 : tensor<4x4xf32>
}

// erf joins its sibling neg, which comes last; the group of the broadcast uses erf and must follow it.
// CHECK-LABEL: @groups_are_sorted
// CHECK: %[[BOTH:.*]]:2 = tenon.group
// CHECK: tenon.erf
// CHECK-NEXT: tenon.neg
// CHECK: tenon.group map(%[[BOTH]]#0)
// CHECK: tenon.broadcast
tenon.entry @groups_are_sorted(%x: tensor<4xf32>) -> (tensor<2x4xf32>, tensor<4xf32>) {
  %0 = tenon.erf %x : tensor<4xf32>
  %1 = tenon.broadcast %0 dimensions = [1] : tensor<4xf32> to tensor<2x4xf32>
  %2 = tenon.neg %x : tensor<4xf32>
  tenon.return %1, %2 : tensor<2x4xf32>, tensor<4xf32>
}

//===- Views ------------------------------------------------------------------------------------------------------===//

// CHECK-LABEL: @views_between
// CHECK: tenon.group
// CHECK: tenon.neg
// CHECK-NEXT: tenon.abs
// CHECK-NEXT: tenon.transpose
// CHECK-NEXT: tenon.exp
// CHECK-NEXT: tenon.slice
// CHECK-NEXT: tenon.yield
tenon.entry @views_between(%x: tensor<4x8xf32>) -> tensor<2x4xf32> {
  %0 = tenon.neg %x : tensor<4x8xf32>
  %1 = tenon.abs %0 : tensor<4x8xf32>
  %2 = tenon.transpose %1 permutation = [1, 0] : tensor<4x8xf32> to tensor<8x4xf32>
  %3 = tenon.exp %2 : tensor<8x4xf32>
  %4 = tenon.slice %3 starts = <[1, 0]> strides = [3, 1] : tensor<8x4xf32> to tensor<2x4xf32>
  tenon.return %4 : tensor<2x4xf32>
}

// CHECK-LABEL: @only_a_view
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-NEXT: %[[OUT:.*]] = tenon.group
// CHECK: tenon.transpose
// CHECK: tenon.return %[[OUT]], %[[X]] :
tenon.entry @only_a_view(%x: tensor<4x8xf32>) -> (tensor<8x4xf32>, tensor<4x8xf32>) {
  %0 = tenon.transpose %x permutation = [1, 0] : tensor<4x8xf32> to tensor<8x4xf32>
  tenon.return %0, %x : tensor<8x4xf32>, tensor<4x8xf32>
}

// Four ways through views to one op are computed four times, a fifth is too many.
// CHECK-LABEL: @four_ways
// CHECK: tenon.group
// CHECK: tenon.neg
// CHECK: tenon.slice
// CHECK-LABEL: @five_ways
// CHECK: tenon.group
// CHECK: tenon.neg
// CHECK-NEXT: tenon.yield
// CHECK: tenon.group
// CHECK: tenon.slice
tenon.entry @four_ways(%x: tensor<8xf32>) -> tensor<4xf32> {
  %0 = tenon.neg %x : tensor<8xf32>
  %1 = tenon.slice %0 starts = <[0]> strides = [1] : tensor<8xf32> to tensor<4xf32>
  %2 = tenon.slice %0 starts = <[1]> strides = [1] : tensor<8xf32> to tensor<4xf32>
  %3 = tenon.slice %0 starts = <[2]> strides = [1] : tensor<8xf32> to tensor<4xf32>
  %4 = tenon.slice %0 starts = <[3]> strides = [1] : tensor<8xf32> to tensor<4xf32>
  %5 = tenon.add %1, %2 : tensor<4xf32>
  %6 = tenon.add %3, %4 : tensor<4xf32>
  %7 = tenon.add %5, %6 : tensor<4xf32>
  tenon.return %7 : tensor<4xf32>
}
tenon.entry @five_ways(%x: tensor<8xf32>) -> tensor<4xf32> {
  %0 = tenon.neg %x : tensor<8xf32>
  %1 = tenon.slice %0 starts = <[0]> strides = [1] : tensor<8xf32> to tensor<4xf32>
  %2 = tenon.slice %0 starts = <[1]> strides = [1] : tensor<8xf32> to tensor<4xf32>
  %3 = tenon.slice %0 starts = <[2]> strides = [1] : tensor<8xf32> to tensor<4xf32>
  %4 = tenon.slice %0 starts = <[3]> strides = [1] : tensor<8xf32> to tensor<4xf32>
  %5 = tenon.slice %0 starts = <[4]> strides = [1] : tensor<8xf32> to tensor<4xf32>
  %6 = tenon.add %1, %2 : tensor<4xf32>
  %7 = tenon.add %3, %4 : tensor<4xf32>
  %8 = tenon.add %6, %7 : tensor<4xf32>
  %9 = tenon.add %8, %5 : tensor<4xf32>
  tenon.return %9 : tensor<4xf32>
}

//===- What is no group -------------------------------------------------------------------------------------------===//

// CHECK-LABEL: @splats_are_cloned
// CHECK-NEXT: tenon.group
// CHECK: %[[FIRST:.*]] = tenon.splat 2.0
// CHECK: tenon.mul %{{.*}}, %[[FIRST]]
// CHECK: tenon.group
// CHECK: %[[SECOND:.*]] = tenon.splat 2.0
// CHECK: tenon.broadcast %[[SECOND]]
// CHECK: tenon.return
tenon.entry @splats_are_cloned(%x: tensor<4xf32>, %y: tensor<2x4xf32>) -> (tensor<4xf32>, tensor<2x4xf32>) {
  %0 = tenon.splat 2.0 : f32 : tensor<4xf32>
  %1 = tenon.mul %x, %0 : tensor<4xf32>
  %2 = tenon.broadcast %0 dimensions = [1] : tensor<4xf32> to tensor<2x4xf32>
  %3 = tenon.add %y, %2 : tensor<2x4xf32>
  tenon.return %1, %3 : tensor<4xf32>, tensor<2x4xf32>
}

// CHECK-LABEL: @splat_returned
// CHECK: %[[OUT:.*]] = tenon.group map()
// CHECK-NEXT: %[[SPLAT:.*]] = tenon.splat 7
// CHECK-NEXT: tenon.yield %[[SPLAT]]
// CHECK: tenon.return %[[OUT]]
tenon.entry @splat_returned() -> tensor<4xi32> {
  %0 = tenon.splat 7 : i32 : tensor<4xi32>
  tenon.return %0 : tensor<4xi32>
}

// CHECK-LABEL: @constants_and_assumptions_stay
// CHECK: tenon.assume_dims
// CHECK: %[[CONSTANT:.*]] = tenon.constant
// CHECK: tenon.group map(%[[CONSTANT]], %{{.*}})
tenon.entry @constants_and_assumptions_stay(%x: tensor<2xf32>) -> tensor<2xf32> {
  tenon.assume_dims <2> equals <2>
  %0 = tenon.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %1 = tenon.add %0, %x : tensor<2xf32>
  tenon.return %1 : tensor<2xf32>
}

tenon.state @weight : tensor<4xf32>
tenon.state @step : tensor<4xf32>
// CHECK-LABEL: @states
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<4xf32>,
// CHECK: %[[NEW:.*]] = tenon.group
// CHECK: tenon.add
// CHECK: tenon.return %[[NEW]] : tensor<4xf32> update [@weight, @step] = %[[NEW]], %[[X]] :
tenon.entry @states(%x: tensor<4xf32>, %w: tensor<4xf32> {tenon.state = @weight},
                    %s: tensor<4xf32> {tenon.state = @step}) -> tensor<4xf32> {
  %0 = tenon.add %w, %x : tensor<4xf32>
  tenon.return %0 : tensor<4xf32> update [@weight, @step] = %0, %x : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @nothing_to_do
// CHECK-NEXT: tenon.return
tenon.entry @nothing_to_do(%x: tensor<4xf32>) -> tensor<4xf32> {
  tenon.return %x : tensor<4xf32>
}
