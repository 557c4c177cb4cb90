// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Through a transpose or a slice nothing is computed more often than it has elements, however dear it is.
// RUN: tenon-opt %s --tenon-fuse | FileCheck %s

// CHECK-LABEL: @transpose
// CHECK: tenon.group
// CHECK: tenon.erf
// CHECK-NEXT: tenon.transpose
// CHECK-NEXT: tenon.yield
tenon.entry @transpose(%x: tensor<4x8xf32>) -> tensor<8x4xf32> {
  %0 = tenon.erf %x : tensor<4x8xf32>
  %1 = tenon.transpose %0 permutation = [1, 0] : tensor<4x8xf32> to tensor<8x4xf32>
  tenon.return %1 : tensor<8x4xf32>
}

// CHECK-LABEL: @slice
// CHECK: tenon.group
// CHECK: tenon.erf
// CHECK-NEXT: tenon.slice
// CHECK-NEXT: tenon.yield
tenon.entry @slice(%x: tensor<8xf32>) -> tensor<4xf32> {
  %0 = tenon.erf %x : tensor<8xf32>
  %1 = tenon.slice %0 starts = <[0]> strides = [2] : tensor<8xf32> to tensor<4xf32>
  tenon.return %1 : tensor<4xf32>
}
