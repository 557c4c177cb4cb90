// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Views of one number, views that change nothing, transposes of transposes; then the removal of equal and unused ops.
// RUN: tenon-opt %s --tenon-simplify | FileCheck %s

// CHECK-LABEL: @views_of_a_splat
// CHECK-DAG: %[[WIDE:.*]] = tenon.splat 5 : i32 : tensor<2x3xi32>
// CHECK-DAG: %[[TALL:.*]] = tenon.splat 5 : i32 : tensor<3x2xi32>
// CHECK-DAG: %[[PART:.*]] = tenon.splat 5 : i32 : tensor<1x2xi32>
// CHECK-NOT: tenon.{{broadcast|transpose|slice}}
// CHECK: tenon.return %[[WIDE]], %[[TALL]], %[[PART]]
tenon.entry @views_of_a_splat() -> (tensor<2x3xi32>, tensor<3x2xi32>, tensor<1x2xi32>) {
  %0 = tenon.splat 5 : i32 : tensor<i32>
  %1 = tenon.broadcast %0 dimensions = [] : tensor<i32> to tensor<2x3xi32>
  %2 = tenon.transpose %1 permutation = [1, 0] : tensor<2x3xi32> to tensor<3x2xi32>
  %3 = tenon.slice %2 starts = <[2, 0]> strides = [1, 1] : tensor<3x2xi32> to tensor<1x2xi32>
  tenon.return %1, %2, %3 : tensor<2x3xi32>, tensor<3x2xi32>, tensor<1x2xi32>
}

// CHECK-LABEL: @views_that_change_nothing
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-NEXT: tenon.return %[[X]], %[[X]], %[[X]], %[[X]] :
tenon.entry @views_that_change_nothing(%x: tensor<4x4xf32>)
    -> (tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>) {
  %0 = tenon.broadcast %x dimensions = [0, 1] : tensor<4x4xf32> to tensor<4x4xf32>
  %1 = tenon.transpose %x permutation = [0, 1] : tensor<4x4xf32> to tensor<4x4xf32>
  %2 = tenon.slice %x starts = <[0, 0]> strides = [1, 1] : tensor<4x4xf32> to tensor<4x4xf32>
  %3 = tenon.refine %x : tensor<4x4xf32> to tensor<4x4xf32>
  tenon.return %0, %1, %2, %3 : tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>
}

// The type stays the same here, but the elements move.
// CHECK-LABEL: @views_that_keep_the_type
// CHECK: tenon.transpose
// CHECK: tenon.slice
tenon.entry @views_that_keep_the_type(%x: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %0 = tenon.transpose %x permutation = [1, 0] : tensor<4x4xf32> to tensor<4x4xf32>
  %1 = tenon.slice %x starts = <[3, 0]> strides = [-1, 1] : tensor<4x4xf32> to tensor<4x4xf32>
  tenon.return %0, %1 : tensor<4x4xf32>, tensor<4x4xf32>
}

// CHECK-LABEL: @refine_of_a_symbolic_size
// CHECK: tenon.refine
tenon.entry @refine_of_a_symbolic_size(%x: tensor<?xf32, #tenon.dims<["N"]>>) -> tensor<4xf32>
    attributes {symbols = [#tenon.symbol<"N">]} {
  tenon.assume_dims <"N"> equals <4>
  %0 = tenon.refine %x : tensor<?xf32, #tenon.dims<["N"]>> to tensor<4xf32>
  tenon.return %0 : tensor<4xf32>
}

// CHECK-LABEL: @transposes_compose
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-NEXT: %[[BOTH:.*]] = tenon.transpose %[[X]] permutation = [2, 1, 0]
// CHECK-NEXT: tenon.return %[[BOTH]]
tenon.entry @transposes_compose(%x: tensor<2x3x4xf32>) -> tensor<4x3x2xf32> {
  %0 = tenon.transpose %x permutation = [2, 0, 1] : tensor<2x3x4xf32> to tensor<4x2x3xf32>
  %1 = tenon.transpose %0 permutation = [0, 2, 1] : tensor<4x2x3xf32> to tensor<4x3x2xf32>
  tenon.return %1 : tensor<4x3x2xf32>
}

// CHECK-LABEL: @transpose_and_back
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-NEXT: tenon.return %[[X]]
tenon.entry @transpose_and_back(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %0 = tenon.transpose %x permutation = [2, 0, 1] : tensor<2x3x4xf32> to tensor<4x2x3xf32>
  %1 = tenon.transpose %0 permutation = [1, 2, 0] : tensor<4x2x3xf32> to tensor<2x3x4xf32>
  tenon.return %1 : tensor<2x3x4xf32>
}

// CHECK-LABEL: @equal_ops_are_one
// CHECK: %[[EXP:.*]] = tenon.exp
// CHECK-NOT: tenon.exp
// CHECK: tenon.mul %[[EXP]], %[[EXP]]
tenon.entry @equal_ops_are_one(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tenon.exp %x : tensor<4xf32>
  %1 = tenon.exp %x : tensor<4xf32>
  %2 = tenon.mul %0, %1 : tensor<4xf32>
  tenon.return %2 : tensor<4xf32>
}

// CHECK-LABEL: @other_attributes_are_other_ops
// CHECK: tenon.compare lt
// CHECK: tenon.compare le
// CHECK: tenon.splat 1.0
// CHECK: tenon.splat 2.0
tenon.entry @other_attributes_are_other_ops(%x: tensor<4xf32>, %y: tensor<4xf32>)
    -> (tensor<4xi1>, tensor<4xi1>, tensor<4xf32>, tensor<4xf32>) {
  %0 = tenon.compare lt, %x, %y : tensor<4xf32>
  %1 = tenon.compare le, %x, %y : tensor<4xf32>
  %2 = tenon.splat 1.0 : f32 : tensor<4xf32>
  %3 = tenon.splat 2.0 : f32 : tensor<4xf32>
  tenon.return %0, %1, %2, %3 : tensor<4xi1>, tensor<4xi1>, tensor<4xf32>, tensor<4xf32>
}

// An assumption has no result and is never unused.
// CHECK-LABEL: @unused
// CHECK-NEXT: tenon.assume_dims <"N"> equals <4>
// CHECK-NEXT: tenon.return
tenon.entry @unused(%x: tensor<?xf32, #tenon.dims<["N"]>>) attributes {symbols = [#tenon.symbol<"N">]} {
  tenon.assume_dims <"N"> equals <4>
  %0 = tenon.exp %x : tensor<?xf32, #tenon.dims<["N"]>>
  tenon.return
}
