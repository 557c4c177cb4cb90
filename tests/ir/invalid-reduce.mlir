// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the verifiers of reductions and of what is made of them say.
// RUN: tenon-opt %s --verify-diagnostics --split-input-file

tenon.entry @no_dimension(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{names no dimension of shape [2, 3]; use the operand itself}}
  %0 = tenon.reduce add %x dims = [] : tensor<2x3xf32> -> tensor<2x3xf32>
  tenon.return
}

// -----

tenon.entry @twice(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{dims must increase and lie within the operand's shape [2, 3]}}
  %0 = tenon.reduce add %x dims = [1, 1] : tensor<2x3xf32> -> tensor<2xf32>
  tenon.return
}

// -----

tenon.entry @unsorted(%x: tensor<2x3x4xf32>) {
  // expected-error@+1 {{dims must increase and lie within the operand's shape [2, 3, 4]}}
  %0 = tenon.reduce maximum %x dims = [2, 0] : tensor<2x3x4xf32> -> tensor<3xf32>
  tenon.return
}

// -----

tenon.entry @beyond_the_rank(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{dims must increase and lie within the operand's shape [2, 3]}}
  %0 = tenon.reduce add %x dims = [2] : tensor<2x3xf32> -> tensor<2x3xf32>
  tenon.return
}

// -----

tenon.entry @negative(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{dims must increase and lie within the operand's shape [2, 3]}}
  %0 = tenon.reduce add %x dims = [-1] : tensor<2x3xf32> -> tensor<2xf32>
  tenon.return
}

// -----

tenon.entry @of_a_scalar(%x: tensor<f32>) {
  // expected-error@+1 {{dims must increase and lie within the operand's shape []}}
  %0 = tenon.reduce add %x dims = [0] : tensor<f32> -> tensor<f32>
  tenon.return
}

// -----

tenon.entry @kept_size(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{of shape [2, 3] gives shape [2], the result has shape [2, 1]}}
  %0 = tenon.reduce add %x dims = [1] : tensor<2x3xf32> -> tensor<2x1xf32>
  tenon.return
}

// -----

tenon.entry @wrong_size(%x: tensor<?x3xf32, #tenon.dims<["B", 3]>>) attributes {symbols = [#tenon.symbol<"B">]} {
  // expected-error@+1 {{of shape [B, 3] gives shape [B], the result has shape [3]}}
  %0 = tenon.reduce minimum %x dims = [1] : tensor<?x3xf32, #tenon.dims<["B", 3]>> -> tensor<3xf32>
  tenon.return
}

// -----

tenon.entry @another_element(%x: tensor<2x3xbf16>) {
  // expected-error@+1 {{operand has element type 'bf16', result 'f32'}}
  %0 = tenon.reduce add %x dims = [1] : tensor<2x3xbf16> -> tensor<2xf32>
  tenon.return
}

// -----

tenon.entry @sum_of_truths(%x: tensor<2x3xi1>) {
  // expected-error@+1 {{of truth values is maximum or minimum, not add; cast first}}
  %0 = tenon.reduce add %x dims = [1] : tensor<2x3xi1> -> tensor<2xi1>
  tenon.return
}

// -----

tenon.entry @norm_of_first_dimension(%x: tensor<2x3xf32>, %w: tensor<2xf32>) {
  // expected-error@+1 {{dims must be the last dimensions of shape [2, 3], in order}}
  %0 = tenon.rms_norm %x, %w dims = [0] eps = 1.0e-6 : tensor<2x3xf32>, tensor<2xf32>
  tenon.return
}

// -----

tenon.entry @norm_of_nothing(%x: tensor<2x3xf32>, %w: tensor<f32>) {
  // expected-error@+1 {{dims must be the last dimensions of shape [2, 3], in order}}
  %0 = tenon.rms_norm %x, %w dims = [] eps = 1.0e-6 : tensor<2x3xf32>, tensor<f32>
  tenon.return
}

// -----

tenon.entry @weight_of_another_type(%x: tensor<2x3xf32>, %w: tensor<3xf64>) {
  // expected-error@+1 {{operands have element types 'f32' and 'f64'; cast one of them}}
  %0 = tenon.rms_norm %x, %w dims = [1] eps = 1.0e-6 : tensor<2x3xf32>, tensor<3xf64>
  tenon.return
}

// -----

tenon.entry @weight_of_another_shape(%x: tensor<2x3xf32>, %w: tensor<4xf32>) {
  // expected-error@+1 {{over the last 1 dimensions of shape [2, 3] has a weight of shape [4]}}
  %0 = tenon.rms_norm %x, %w dims = [1] eps = 1.0e-6 : tensor<2x3xf32>, tensor<4xf32>
  tenon.return
}

// -----

tenon.entry @negative_eps(%x: tensor<2x3xf32>, %w: tensor<3xf32>) {
  // expected-error@+1 {{expected a number of at least 0}}
  %0 = tenon.rms_norm %x, %w dims = [1] eps = -1.0 : tensor<2x3xf32>, tensor<3xf32>
  tenon.return
}

// -----

tenon.entry @size_of_nobody(%x: tensor<2xf32>) {
  // expected-error@+1 {{uses the size N, which is not declared}}
  %0 = tenon.size <"N"> : tensor<2xf32>
  tenon.return
}

// -----

tenon.entry @size_in_few_bits(%x: tensor<2xf32>) {
  // expected-error@+1 {{must be ranked tensor of 64-bit float or 32-bit float or 64-bit signless integer}}
  %0 = tenon.size <2> : tensor<2xbf16>
  tenon.return
}
