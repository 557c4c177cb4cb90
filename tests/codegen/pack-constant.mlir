// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constants are packed once, when the graph is compiled; the plain one is dropped where nothing else reads it.
// RUN: tenon-opt %s --tenon-fuse --tenon-assign-layouts=target=x86-64-v3 | FileCheck %s
// CHECK: %[[PANELS:.*]] = tenon.constant dense<{{\[+}}1.000000e+00], [3.000000e+00], [0.000000e+00]
// CHECK-NOT: tenon.constant
// CHECK: %[[LEFT:.*]] = tenon.group pack(
// CHECK-NOT: tenon.group pack
// CHECK: tenon.group contract(%[[LEFT]], %[[PANELS]])
tenon.entry @f(%x: tensor<5x2xf32>) -> tensor<5x2xf32> {
  %w = tenon.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %0 = tenon.dot_general %x, %w batch = [] x [] contract = [1] x [1]
      : tensor<5x2xf32>, tensor<2x2xf32> -> tensor<5x2xf32>
  tenon.return %0 : tensor<5x2xf32>
}
