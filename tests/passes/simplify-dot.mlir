// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A contraction reads a transposed operand as it is, where that leaves the order of the result's dimensions alone.
// RUN: tenon-opt %s --tenon-simplify | FileCheck %s

// CHECK-LABEL: @left
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<3x2xf32>, %[[Y:[a-z0-9]+]]: tensor<3x4xf32>
// CHECK-NEXT: tenon.dot_general %[[X]], %[[Y]] batch = [] x [] contract = [0] x [0] :
// CHECK-SAME: tensor<3x2xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
// CHECK-NEXT: tenon.return
tenon.entry @left(%x: tensor<3x2xf32>, %y: tensor<3x4xf32>) -> tensor<2x4xf32> {
  %0 = tenon.transpose %x permutation = [1, 0] : tensor<3x2xf32> to tensor<2x3xf32>
  %1 = tenon.dot_general %0, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  tenon.return %1 : tensor<2x4xf32>
}

// CHECK-LABEL: @right
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<2x3xf32>, %[[Y:[a-z0-9]+]]: tensor<4x3xf32>
// CHECK-NEXT: tenon.dot_general %[[X]], %[[Y]] batch = [] x [] contract = [1] x [1] :
// CHECK-NEXT: tenon.return
tenon.entry @right(%x: tensor<2x3xf32>, %y: tensor<4x3xf32>) -> tensor<2x4xf32> {
  %0 = tenon.transpose %y permutation = [1, 0] : tensor<4x3xf32> to tensor<3x4xf32>
  %1 = tenon.dot_general %x, %0 batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  tenon.return %1 : tensor<2x4xf32>
}

// CHECK-LABEL: @both
// CHECK-NEXT: tenon.dot_general %{{.*}}, %{{.*}} batch = [] x [] contract = [0] x [1] :
// CHECK-SAME: tensor<3x2xf32>, tensor<4x3xf32>
// CHECK-NEXT: tenon.return
tenon.entry @both(%x: tensor<3x2xf32>, %y: tensor<4x3xf32>) -> tensor<2x4xf32> {
  %0 = tenon.transpose %x permutation = [1, 0] : tensor<3x2xf32> to tensor<2x3xf32>
  %1 = tenon.transpose %y permutation = [1, 0] : tensor<4x3xf32> to tensor<3x4xf32>
  %2 = tenon.dot_general %0, %1 batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  tenon.return %2 : tensor<2x4xf32>
}

// The same value on both sides is read in two ways.
// CHECK-LABEL: @gram
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<3x2xf32>
// CHECK-NEXT: tenon.dot_general %[[X]], %[[X]] batch = [] x [] contract = [0] x [0] :
// CHECK-NEXT: tenon.return
tenon.entry @gram(%x: tensor<3x2xf32>) -> tensor<2x2xf32> {
  %0 = tenon.transpose %x permutation = [1, 0] : tensor<3x2xf32> to tensor<2x3xf32>
  %1 = tenon.dot_general %0, %x batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x2xf32> -> tensor<2x2xf32>
  tenon.return %1 : tensor<2x2xf32>
}

// Heads and tokens change places: the batch runs along the heads, wherever they are.
// CHECK-LABEL: @batch
// CHECK-SAME: %[[Q:[a-z0-9]+]]: tensor<7x2x3xf32>, %[[K:[a-z0-9]+]]: tensor<8x2x3xf32>
// CHECK-NEXT: tenon.dot_general %[[Q]], %[[K]] batch = [1] x [1] contract = [2] x [2] :
// CHECK-NEXT: tenon.return
tenon.entry @batch(%q: tensor<7x2x3xf32>, %k: tensor<8x2x3xf32>) -> tensor<2x7x8xf32> {
  %0 = tenon.transpose %q permutation = [1, 0, 2] : tensor<7x2x3xf32> to tensor<2x7x3xf32>
  %1 = tenon.transpose %k permutation = [1, 2, 0] : tensor<8x2x3xf32> to tensor<2x3x8xf32>
  %2 = tenon.dot_general %0, %1 batch = [0] x [0] contract = [2] x [1]
      : tensor<2x7x3xf32>, tensor<2x3x8xf32> -> tensor<2x7x8xf32>
  tenon.return %2 : tensor<2x7x8xf32>
}
// CHECK-LABEL: @several_contracted
// CHECK-NEXT: tenon.dot_general %{{.*}}, %{{.*}} batch = [] x [] contract = [2, 0] x [0, 1] :
// CHECK-SAME: tensor<3x2x5xf32>, tensor<5x3xf32>
// CHECK-NEXT: tenon.return
tenon.entry @several_contracted(%x: tensor<3x2x5xf32>, %y: tensor<5x3xf32>) -> tensor<2xf32> {
  %0 = tenon.transpose %x permutation = [2, 0, 1] : tensor<3x2x5xf32> to tensor<5x3x2xf32>
  %1 = tenon.dot_general %0, %y batch = [] x [] contract = [0, 1] x [0, 1]
      : tensor<5x3x2xf32>, tensor<5x3xf32> -> tensor<2xf32>
  tenon.return %1 : tensor<2xf32>
}

// Of two dimensions that stay, the first must stay the first.
// CHECK-LABEL: @free_dimensions_change_places
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<2x5x3xf32>, %[[Y:[a-z0-9]+]]: tensor<4x3xf32>
// CHECK-NEXT: %[[TRANSPOSED:.*]] = tenon.transpose %[[X]] permutation = [1, 0, 2]
// CHECK-NEXT: tenon.dot_general %[[TRANSPOSED]], %[[Y]] batch = [] x [] contract = [2] x [1] :
// CHECK-NEXT: tenon.return
tenon.entry @free_dimensions_change_places(%x: tensor<2x5x3xf32>, %y: tensor<4x3xf32>) -> tensor<5x2x4xf32> {
  %0 = tenon.transpose %x permutation = [1, 0, 2] : tensor<2x5x3xf32> to tensor<5x2x3xf32>
  %1 = tenon.transpose %y permutation = [1, 0] : tensor<4x3xf32> to tensor<3x4xf32>
  %2 = tenon.dot_general %0, %1 batch = [] x [] contract = [2] x [0]
      : tensor<5x2x3xf32>, tensor<3x4xf32> -> tensor<5x2x4xf32>
  tenon.return %2 : tensor<5x2x4xf32>
}

// Two that stay in order around a contracted one that moves.
// CHECK-LABEL: @free_dimensions_keep_places
// CHECK-NEXT: tenon.dot_general %{{.*}}, %{{.*}} batch = [] x [] contract = [1] x [1] :
// CHECK-SAME: tensor<2x3xf32>, tensor<4x3x5xf32>
// CHECK-NEXT: tenon.return
tenon.entry @free_dimensions_keep_places(%x: tensor<2x3xf32>, %y: tensor<4x3x5xf32>) -> tensor<2x4x5xf32> {
  %0 = tenon.transpose %y permutation = [1, 0, 2] : tensor<4x3x5xf32> to tensor<3x4x5xf32>
  %1 = tenon.dot_general %x, %0 batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x4x5xf32> -> tensor<2x4x5xf32>
  tenon.return %1 : tensor<2x4x5xf32>
}

// Equal products are computed once.
// CHECK-LABEL: @common
// CHECK-NEXT: %[[PRODUCT:.*]] = tenon.dot_general
// CHECK-NEXT: tenon.return %[[PRODUCT]], %[[PRODUCT]]
tenon.entry @common(%x: tensor<3x2xf32>, %y: tensor<3x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %0 = tenon.transpose %x permutation = [1, 0] : tensor<3x2xf32> to tensor<2x3xf32>
  %1 = tenon.dot_general %0, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  %2 = tenon.dot_general %x, %y batch = [] x [] contract = [0] x [0]
      : tensor<3x2xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  tenon.return %1, %2 : tensor<2x4xf32>, tensor<2x4xf32>
}
