// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: tenon-opt %s --tenon-schedule --verify-diagnostics --split-input-file

tenon.kernel @constant() -> tensor<2xf32> {
  // expected-error@+1 {{is neither elementwise nor a view}}
  %0 = tenon.constant dense<[1.0, 2.0]> : tensor<2xf32>
  tenon.yield %0 : tensor<2xf32>
}

// -----

// expected-error@+1 {{results of a kernel must have one shape}}
tenon.kernel @two_shapes(%x: tensor<2xf32>, %y: tensor<4xf32>) -> (tensor<2xf32>, tensor<4xf32>) {
  tenon.yield %x, %y : tensor<2xf32>, tensor<4xf32>
}
