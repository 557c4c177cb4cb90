// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the verifiers of contractions, panels and states as arguments say.
// RUN: tenon-opt %s --verify-diagnostics --split-input-file

tenon.entry @dot_of_two_elements(%x: tensor<2x3xf32>, %y: tensor<3x4xf64>) {
  // expected-error@+1 {{operands have element types 'f32' and 'f64'; cast one of them}}
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x4xf64> -> tensor<2x4xf32>
  tenon.return
}

// -----

tenon.entry @dot_of_integers(%x: tensor<2x3xi32>, %y: tensor<3x4xi32>) {
  // expected-error@+1 {{operand #0 must be ranked tensor of 64-bit float or 32-bit float or 16-bit float}}
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x3xi32>, tensor<3x4xi32> -> tensor<2x4xi32>
  tenon.return
}

// -----

tenon.entry @contracted_without_partner(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) {
  // expected-error@+1 {{batch and contract must pair dimensions of both operands, each at most once}}
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x []
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  tenon.return
}

// -----

tenon.entry @batch_without_partner(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) {
  // expected-error@+1 {{batch and contract must pair dimensions of both operands, each at most once}}
  %0 = tenon.dot_general %x, %y batch = [] x [1] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  tenon.return
}

// -----

tenon.entry @batch_is_contracted(%x: tensor<3x3xf32>, %y: tensor<3x4xf32>) {
  // expected-error@+1 {{batch and contract must pair dimensions of both operands, each at most once}}
  %0 = tenon.dot_general %x, %y batch = [0] x [1] contract = [0] x [0]
      : tensor<3x3xf32>, tensor<3x4xf32> -> tensor<3xf32>
  tenon.return
}

// -----

tenon.entry @contracted_twice(%x: tensor<3x3xf32>, %y: tensor<3x4xf32>) {
  // expected-error@+1 {{batch and contract must pair dimensions of both operands, each at most once}}
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [0, 1] x [0, 0]
      : tensor<3x3xf32>, tensor<3x4xf32> -> tensor<4xf32>
  tenon.return
}

// -----

tenon.entry @beyond_the_rank(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) {
  // expected-error@+1 {{batch and contract must pair dimensions of both operands, each at most once}}
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [2]
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  tenon.return
}

// -----

tenon.entry @negative_dimension(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) {
  // expected-error@+1 {{batch and contract must pair dimensions of both operands, each at most once}}
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [-1] x [0]
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  tenon.return
}

// -----

tenon.entry @contracted_sizes_differ(%x: tensor<2x3xf32>, %y: tensor<5x4xf32>) {
  // expected-error@+1 {{pairs dimension 1 of shape [2, 3] with dimension 0 of shape [5, 4]; they differ}}
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<5x4xf32> -> tensor<2x4xf32>
  tenon.return
}

// -----

tenon.entry @batch_sizes_differ(%x: tensor<?x3xf32, #tenon.dims<["B", 3]>>,
                                %y: tensor<?x3xf32, #tenon.dims<["2*B", 3]>>)
    attributes {symbols = [#tenon.symbol<"B">]} {
  // expected-error@+1 {{pairs dimension 0 of shape [B, 3] with dimension 0 of shape [2*B, 3]; they differ}}
  %0 = tenon.dot_general %x, %y batch = [0] x [0] contract = [1] x [1]
      : tensor<?x3xf32, #tenon.dims<["B", 3]>>, tensor<?x3xf32, #tenon.dims<["2*B", 3]>>
      -> tensor<?xf32, #tenon.dims<["B"]>>
  tenon.return
}

// -----

// The result has the batch dimensions first, then x's own, then y's.
tenon.entry @result_in_another_order(%x: tensor<2x7x3xf32>, %y: tensor<3x7x4xf32>) {
  // expected-error@+1 {{gives shape [7, 2, 4], the result has shape [2, 7, 4]}}
  %0 = tenon.dot_general %x, %y batch = [1] x [1] contract = [2] x [0]
      : tensor<2x7x3xf32>, tensor<3x7x4xf32> -> tensor<2x7x4xf32>
  tenon.return
}

// -----

tenon.entry @pack_of_too_few(%x: tensor<4x5xf32>) {
  // expected-error@+1 {{batch, rows and columns must name each dimension of shape [4, 5] once}}
  %0 = tenon.pack %x batch = [] rows = [0] columns = [] height = 2 depth = 1 : tensor<4x5xf32> to tensor<2x1x2x1xf32>
  tenon.return
}

// -----

tenon.entry @pack_naming_one_twice(%x: tensor<4x5xf32>) {
  // expected-error@+1 {{batch, rows and columns must name each dimension of shape [4, 5] once}}
  %0 = tenon.pack %x batch = [0] rows = [1] columns = [0] height = 2 depth = 1
      : tensor<4x5xf32> to tensor<4x3x4x2x1xf32>
  tenon.return
}

// -----

tenon.entry @pack_beyond_the_rank(%x: tensor<4x5xf32>) {
  // expected-error@+1 {{batch, rows and columns must name each dimension of shape [4, 5] once}}
  %0 = tenon.pack %x batch = [] rows = [0] columns = [2] height = 2 depth = 1 : tensor<4x5xf32> to tensor<2x5x2x1xf32>
  tenon.return
}

// -----

tenon.entry @pack_of_no_height(%x: tensor<4x5xf32>) {
  // expected-error@+1 {{height and depth must be at least 1}}
  %0 = tenon.pack %x batch = [] rows = [0] columns = [1] height = 0 depth = 1 : tensor<4x5xf32> to tensor<2x5x2x1xf32>
  tenon.return
}

// -----

tenon.entry @pack_of_no_depth(%x: tensor<4x5xf32>) {
  // expected-error@+1 {{height and depth must be at least 1}}
  %0 = tenon.pack %x batch = [] rows = [0] columns = [1] height = 2 depth = 0 : tensor<4x5xf32> to tensor<2x5x2x1xf32>
  tenon.return
}

// -----

// Five rows take three panels of two, five columns two of four.
tenon.entry @pack_to_another_shape(%x: tensor<5x5xf32>) {
  // expected-error@+1 {{panels of shape [5, 5] have shape [3, 2, 2, 4], not [2, 2, 2, 4]}}
  %0 = tenon.pack %x batch = [] rows = [0] columns = [1] height = 2 depth = 4 : tensor<5x5xf32> to tensor<2x2x2x4xf32>
  tenon.return
}

// -----

tenon.entry @pack_that_narrows(%x: tensor<4x5xf32>) {
  // expected-error@+1 {{of 'f32' cannot give 'bf16'}}
  %0 = tenon.pack %x batch = [] rows = [0] columns = [1] height = 2 depth = 1 : tensor<4x5xf32> to tensor<2x5x2x1xbf16>
  tenon.return
}

// -----

// Neither 16-bit float holds the other.
tenon.entry @pack_to_another_float(%x: tensor<4x5xf16>) {
  // expected-error@+1 {{of 'f16' cannot give 'bf16'}}
  %0 = tenon.pack %x batch = [] rows = [0] columns = [1] height = 2 depth = 1 : tensor<4x5xf16> to tensor<2x5x2x1xbf16>
  tenon.return
}

// -----

tenon.entry @pack_of_wider_integers(%x: tensor<4x5xi8>) {
  // expected-error@+1 {{of 'i8' cannot give 'i32'}}
  %0 = tenon.pack %x batch = [] rows = [0] columns = [1] height = 2 depth = 1 : tensor<4x5xi8> to tensor<2x5x2x1xi32>
  tenon.return
}

// -----

tenon.entry @unpack_that_widens(%x: tensor<2x5x2x1xbf16>) {
  // expected-error@+1 {{changes the element type}}
  %0 = tenon.unpack %x batch = [] rows = [0] columns = [1] height = 2 depth = 1
      : tensor<2x5x2x1xbf16> to tensor<4x5xf32>
  tenon.return
}

// -----

// The attributes speak of the result, so the shapes change places.
tenon.entry @unpack_of_another_shape(%x: tensor<2x5x2x1xf32>) {
  // expected-error@+1 {{panels of shape [5, 5] have shape [3, 5, 2, 1], not [2, 5, 2, 1]}}
  %0 = tenon.unpack %x batch = [] rows = [0] columns = [1] height = 2 depth = 1 : tensor<2x5x2x1xf32> to tensor<5x5xf32>
  tenon.return
}

// -----

tenon.entry @unpack_of_too_few(%x: tensor<2x5x2x1xf32>) {
  // expected-error@+1 {{batch, rows and columns must name each dimension of shape [4, 5] once}}
  %0 = tenon.unpack %x batch = [] rows = [] columns = [1] height = 2 depth = 1 : tensor<2x5x2x1xf32> to tensor<4x5xf32>
  tenon.return
}

// -----

tile.kernel @dot_of_another_depth(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %x = arith.constant dense<0.0> : tensor<2x3xf32>
  %y = arith.constant dense<0.0> : tensor<4x5xf32>
  %sum = arith.constant dense<0.0> : tensor<2x4xf32>
  // expected-error@+1 {{needs tiles [.., M, K], [.., N, K] and [.., M, N]}}
  %0 = tile.dot %x, %y, %sum : tensor<2x3xf32>, tensor<4x5xf32>, tensor<2x4xf32>
  tile.return
}

// -----

// The right operand has its rows in the result's columns.
tile.kernel @dot_of_plain_matrices(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %x = arith.constant dense<0.0> : tensor<2x3xf32>
  %y = arith.constant dense<0.0> : tensor<3x4xf32>
  %sum = arith.constant dense<0.0> : tensor<2x4xf32>
  // expected-error@+1 {{needs tiles [.., M, K], [.., N, K] and [.., M, N]}}
  %0 = tile.dot %x, %y, %sum : tensor<2x3xf32>, tensor<3x4xf32>, tensor<2x4xf32>
  tile.return
}

// -----

tile.kernel @dot_to_another_shape(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %x = arith.constant dense<0.0> : tensor<2x3xf32>
  %y = arith.constant dense<0.0> : tensor<4x3xf32>
  %sum = arith.constant dense<0.0> : tensor<4x2xf32>
  // expected-error@+1 {{needs tiles [.., M, K], [.., N, K] and [.., M, N]}}
  %0 = tile.dot %x, %y, %sum : tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x2xf32>
  tile.return
}

// -----

tile.kernel @dot_of_two_matrices(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %x = arith.constant dense<0.0> : tensor<2x2x3xf32>
  %y = arith.constant dense<0.0> : tensor<1x4x3xf32>
  %sum = arith.constant dense<0.0> : tensor<1x2x4xf32>
  // expected-error@+1 {{needs tiles [.., M, K], [.., N, K] and [.., M, N]}}
  %0 = tile.dot %x, %y, %sum : tensor<2x2x3xf32>, tensor<1x4x3xf32>, tensor<1x2x4xf32>
  tile.return
}

// -----

tile.kernel @dot_of_vectors(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %x = arith.constant dense<0.0> : tensor<3xf32>
  %sum = arith.constant dense<0.0> : tensor<1xf32>
  // expected-error@+1 {{needs tiles [.., M, K], [.., N, K] and [.., M, N]}}
  %0 = tile.dot %x, %x, %sum : tensor<3xf32>, tensor<3xf32>, tensor<1xf32>
  tile.return
}

// -----

// expected-error@+1 {{argument 1 is the state @weight, which does not exist; declare it with tenon.state}}
tenon.entry @state_that_is_missing(%x: tensor<4xf32>, %w: tensor<4xf32> {tenon.state = @weight}) {
  tenon.return
}

// -----

tenon.entry @weight() {
  tenon.return
}
// expected-error@+1 {{argument 0 is the state @weight, which does not exist; declare it with tenon.state}}
tenon.entry @state_that_is_an_entry(%w: tensor<4xf32> {tenon.state = @weight}) {
  tenon.return
}

// -----

// expected-error@+1 {{argument 0 is the state "weight", which does not exist; declare it with tenon.state}}
tenon.entry @state_that_is_a_string(%w: tensor<4xf32> {tenon.state = "weight"}) {
  tenon.return
}

// -----

tenon.state @weight : tensor<5xf32>
// expected-error@+1 {{argument 0 has type 'tensor<4xf32>', its state @weight has type 'tensor<5xf32>'}}
tenon.entry @state_of_another_type(%w: tensor<4xf32> {tenon.state = @weight}) {
  tenon.return
}
