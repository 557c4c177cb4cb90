// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Groups that the row schedule does not take.
// RUN: tenon-opt %s --tenon-schedule --verify-diagnostics --split-input-file

// expected-error@+1 {{has no reduction}}
tenon.kernel @no_reduction(%x: tensor<2xf32>) -> tensor<2xf32> attributes {tenon.anchor = #tenon<anchor row>} {
  tenon.yield %x : tensor<2xf32>
}

// -----

tenon.kernel @other_dimensions(%x: tensor<2x3xf32>) -> (tensor<2xf32>, tensor<3xf32>)
    attributes {tenon.anchor = #tenon<anchor row>} {
  %0 = tenon.reduce add %x dims = [1] : tensor<2x3xf32> -> tensor<2xf32>
  // expected-error@+1 {{is over other dimensions or of another shape than the reduction before it in the kernel}}
  %1 = tenon.reduce add %x dims = [0] : tensor<2x3xf32> -> tensor<3xf32>
  tenon.yield %0, %1 : tensor<2xf32>, tensor<3xf32>
}

// -----

// expected-error@+1 {{has a result of shape [3]; rows of [2, 3] give that shape or [2]}}
tenon.kernel @other_result(%x: tensor<2x3xf32>, %y: tensor<3xf32>) -> (tensor<2xf32>, tensor<3xf32>)
    attributes {tenon.anchor = #tenon<anchor row>} {
  %0 = tenon.reduce add %x dims = [1] : tensor<2x3xf32> -> tensor<2xf32>
  tenon.yield %0, %y : tensor<2xf32>, tensor<3xf32>
}

// -----

// Sums of columns along the rows.
tenon.kernel @misplaced(%x: tensor<3x3xf32>) -> tensor<3x3xf32> attributes {tenon.anchor = #tenon<anchor row>} {
  // expected-error@+1 {{is needed at other elements than those of its row}}
  %0 = tenon.reduce add %x dims = [0] : tensor<3x3xf32> -> tensor<3xf32>
  %1 = tenon.broadcast %0 dimensions = [0] : tensor<3xf32> to tensor<3x3xf32>
  %2 = tenon.sub %x, %1 : tensor<3x3xf32>
  tenon.yield %2 : tensor<3x3xf32>
}

// -----

tenon.kernel @product(%x: tensor<2x2xf32>) -> tensor<2xf32> attributes {tenon.anchor = #tenon<anchor row>} {
  // expected-error@+1 {{is neither elementwise nor a view}}
  %0 = tenon.dot_general %x, %x batch = [] x [] contract = [1] x [0]
      : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  %1 = tenon.reduce add %0 dims = [1] : tensor<2x2xf32> -> tensor<2xf32>
  tenon.yield %1 : tensor<2xf32>
}
