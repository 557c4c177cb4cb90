// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: tenon-opt %s --verify-diagnostics --split-input-file

tenon.entry @broadcast_of_too_few(%x: tensor<4x5xf32>) {
  // expected-error@+1 {{names 1 dimensions for an operand of shape [4, 5]}}
  %0 = tenon.broadcast %x dimensions = [0] : tensor<4x5xf32> to tensor<4x5xf32>
  tenon.return
}

// -----

tenon.entry @broadcast_in_another_order(%x: tensor<4x4xf32>) {
  // expected-error@+1 {{dimensions must increase and lie within the result's shape [4, 4]}}
  %0 = tenon.broadcast %x dimensions = [1, 0] : tensor<4x4xf32> to tensor<4x4xf32>
  tenon.return
}

// -----

tenon.entry @broadcast_outside(%x: tensor<4xf32>) {
  // expected-error@+1 {{dimensions must increase and lie within the result's shape [4]}}
  %0 = tenon.broadcast %x dimensions = [1] : tensor<4xf32> to tensor<4xf32>
  tenon.return
}

// -----

tenon.entry @broadcast_of_another_size(%x: tensor<?xf32, #tenon.dims<["N"]>>)
    attributes {symbols = [#tenon.symbol<"N">]} {
  // expected-error@+1 {{operand of shape [N] does not fit into shape [3, 2*N] at dimension 1}}
  %0 = tenon.broadcast %x dimensions = [1]
      : tensor<?xf32, #tenon.dims<["N"]>> to tensor<3x?xf32, #tenon.dims<[3, "2*N"]>>
  tenon.return
}

// -----

tenon.entry @broadcast_to_another_element(%x: tensor<4xf32>) {
  // expected-error@+1 {{operand has element type 'f32', result 'f64'}}
  %0 = tenon.broadcast %x dimensions = [1] : tensor<4xf32> to tensor<3x4xf64>
  tenon.return
}

// -----

tenon.entry @transpose_naming_one_twice(%x: tensor<4x4xf32>) {
  // expected-error@+1 {{permutation must name each dimension of shape [4, 4] once}}
  %0 = tenon.transpose %x permutation = [1, 1] : tensor<4x4xf32> to tensor<4x4xf32>
  tenon.return
}

// -----

tenon.entry @transpose_to_another_shape(%x: tensor<4x5xf32>) {
  // expected-error@+1 {{operand of shape [4, 5] so permuted does not have the result's shape [4, 5]}}
  %0 = tenon.transpose %x permutation = [1, 0] : tensor<4x5xf32> to tensor<4x5xf32>
  tenon.return
}

// -----

tenon.entry @transpose_to_another_element(%x: tensor<4x5xf32>) {
  // expected-error@+1 {{operand has element type 'f32', result 'f64'}}
  %0 = tenon.transpose %x permutation = [1, 0] : tensor<4x5xf32> to tensor<5x4xf64>
  tenon.return
}

// -----

tenon.entry @slice_of_too_few(%x: tensor<4x5xf32>) {
  // expected-error@+1 {{needs a start, a stride and a size for each dimension of shape [4, 5]}}
  %0 = tenon.slice %x starts = <[0]> strides = [1, 1] : tensor<4x5xf32> to tensor<4x5xf32>
  tenon.return
}

// -----

tenon.entry @slice_beyond_the_end(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{elements 2 to 8 of dimension 1 cannot be shown to lie within shape [4, 8]; declare bounds}}
  %0 = tenon.slice %x starts = <[0, 2]> strides = [1, 2] : tensor<4x8xf32> to tensor<4x4xf32>
  tenon.return
}

// -----

tenon.entry @slice_before_the_start(%x: tensor<8xf32>) {
  // expected-error@+1 {{elements -1 to 6 of dimension 0 cannot be shown to lie within shape [8]}}
  %0 = tenon.slice %x starts = <[6]> strides = [-1] : tensor<8xf32> to tensor<8xf32>
  tenon.return
}

// -----

tenon.entry @slice_of_unbounded_size(%x: tensor<?xf32, #tenon.dims<["N"]>>)
    attributes {symbols = [#tenon.symbol<"N">]} {
  // expected-error@+1 {{elements 0 to 3 of dimension 0 cannot be shown to lie within shape [N]}}
  %0 = tenon.slice %x starts = <[0]> strides = [1] : tensor<?xf32, #tenon.dims<["N"]>> to tensor<4xf32>
  tenon.return
}

// -----

tenon.entry @slice_to_another_element(%x: tensor<8xf32>) {
  // expected-error@+1 {{operand has element type 'f32', result 'i32'}}
  %0 = tenon.slice %x starts = <[0]> strides = [1] : tensor<8xf32> to tensor<8xi32>
  tenon.return
}

// -----

tenon.entry @refine_to_another_size(%x: tensor<?xf32, #tenon.dims<["N"]>>) attributes {symbols = [#tenon.symbol<"N">]} {
  // expected-error@+1 {{shapes [N] and [4] are not equal by what the entry declares; assume it with tenon.assume_dims}}
  %0 = tenon.refine %x : tensor<?xf32, #tenon.dims<["N"]>> to tensor<4xf32>
  tenon.return
}

// -----

tenon.entry @refine_to_another_element(%x: tensor<8xf32>) {
  // expected-error@+1 {{operand has element type 'f32', result 'i32'}}
  %0 = tenon.refine %x : tensor<8xf32> to tensor<8xi32>
  tenon.return
}
