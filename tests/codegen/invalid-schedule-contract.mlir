// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: tenon-opt %s --tenon-schedule --verify-diagnostics --split-input-file

// expected-error@+1 {{has no contraction}}
tenon.kernel @no_contraction(%x: tensor<2xf32>) -> tensor<2xf32> attributes {tenon.anchor = #tenon<anchor contract>} {
  tenon.yield %x : tensor<2xf32>
}

// -----

tenon.kernel @plain_operands(%x: tensor<4x4xf32>) -> tensor<4x4xf32>
    attributes {tenon.anchor = #tenon<anchor contract>} {
  // expected-error@+1 {{needs operands in panels of one depth; run assign-layouts before}}
  %0 = tenon.dot_general %x, %x batch = [] x [] contract = [1] x [0]
      : tensor<4x4xf32>, tensor<4x4xf32> -> tensor<4x4xf32>
  tenon.yield %0 : tensor<4x4xf32>
}

// -----

tenon.kernel @two_depths(%x: tensor<1x2x4x2xf32>, %y: tensor<1x4x4x1xf32>) -> tensor<4x4xf32>
    attributes {tenon.anchor = #tenon<anchor contract>} {
  %0 = tenon.unpack %x batch = [] rows = [0] columns = [1] height = 4 depth = 2
      : tensor<1x2x4x2xf32> to tensor<4x4xf32>
  %p = tenon.unpack %y batch = [] rows = [0] columns = [1] height = 4 depth = 1
      : tensor<1x4x4x1xf32> to tensor<4x4xf32>
  // expected-error@+1 {{needs operands in panels of one depth; run assign-layouts before}}
  %1 = tenon.dot_general %0, %p batch = [] x [] contract = [1] x [1]
      : tensor<4x4xf32>, tensor<4x4xf32> -> tensor<4x4xf32>
  tenon.yield %1 : tensor<4x4xf32>
}

// -----

tenon.kernel @two_contractions(%x: tensor<1x4x4x1xf32>) -> tensor<4x4xf32>
    attributes {tenon.anchor = #tenon<anchor contract>} {
  %0 = tenon.unpack %x batch = [] rows = [0] columns = [1] height = 4 depth = 1
      : tensor<1x4x4x1xf32> to tensor<4x4xf32>
  %1 = tenon.dot_general %0, %0 batch = [] x [] contract = [1] x [1]
      : tensor<4x4xf32>, tensor<4x4xf32> -> tensor<4x4xf32>
  // expected-error@+1 {{is a second contraction in one kernel}}
  %2 = tenon.dot_general %0, %0 batch = [] x [] contract = [1] x [0]
      : tensor<4x4xf32>, tensor<4x4xf32> -> tensor<4x4xf32>
  %3 = tenon.add %1, %2 : tensor<4x4xf32>
  tenon.yield %3 : tensor<4x4xf32>
}

// -----

tenon.kernel @unpack_in_the_epilogue(%x: tensor<1x4x4x1xf32>) -> tensor<4x4xf32>
    attributes {tenon.anchor = #tenon<anchor contract>} {
  // expected-error@+1 {{is neither elementwise nor a view}}
  %0 = tenon.unpack %x batch = [] rows = [0] columns = [1] height = 4 depth = 1
      : tensor<1x4x4x1xf32> to tensor<4x4xf32>
  %1 = tenon.dot_general %0, %0 batch = [] x [] contract = [1] x [1]
      : tensor<4x4xf32>, tensor<4x4xf32> -> tensor<4x4xf32>
  %2 = tenon.add %1, %0 : tensor<4x4xf32>
  tenon.yield %2 : tensor<4x4xf32>
}

// -----

// expected-error@+1 {{is no pack into panels of depth 1, or of 2 for 16-bit elements}}
tenon.kernel @no_pack(%x: tensor<2xf32>) -> tensor<2xf32> attributes {tenon.anchor = #tenon<anchor pack>} {
  tenon.yield %x : tensor<2xf32>
}

// -----

// expected-error@+1 {{is no pack into panels of depth 1, or of 2 for 16-bit elements}}
tenon.kernel @deep_pack(%x: tensor<4x4xf32>) -> tensor<1x2x4x2xf32> attributes {tenon.anchor = #tenon<anchor pack>} {
  %0 = tenon.pack %x batch = [] rows = [0] columns = [1] height = 4 depth = 2
      : tensor<4x4xf32> to tensor<1x2x4x2xf32>
  tenon.yield %0 : tensor<1x2x4x2xf32>
}
