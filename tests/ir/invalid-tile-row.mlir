// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the verifiers of reductions, repetitions and edges of tiles say.
// RUN: tenon-opt %s --verify-diagnostics --split-input-file

tile.kernel @sum_of_three(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %x = arith.constant dense<0.0> : tensor<1x3xf32>
  // expected-error@+1 {{needs a dimension of the tile whose size is a power of two}}
  %0 = tile.reduce add %x dim = 1 : tensor<1x3xf32> -> tensor<1x1xf32>
  tile.return
}

// -----

tile.kernel @beyond_the_rank(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %x = arith.constant dense<0.0> : tensor<1x4xf32>
  // expected-error@+1 {{needs a dimension of the tile whose size is a power of two}}
  %0 = tile.reduce add %x dim = 2 : tensor<1x4xf32> -> tensor<1x1xf32>
  tile.return
}

// -----

tile.kernel @negative_dimension(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %x = arith.constant dense<0.0> : tensor<1x4xf32>
  // expected-error@+1 {{needs a dimension of the tile whose size is a power of two}}
  %0 = tile.reduce add %x dim = -1 : tensor<1x4xf32> -> tensor<1x1xf32>
  tile.return
}

// -----

tile.kernel @dimension_is_gone(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %x = arith.constant dense<0.0> : tensor<2x4xf32>
  // expected-error@+1 {{of 'tensor<2x4xf32>' along dimension 1 cannot give 'tensor<2xf32>'}}
  %0 = tile.reduce add %x dim = 1 : tensor<2x4xf32> -> tensor<2xf32>
  tile.return
}

// -----

tile.kernel @repeated_pair(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %x = arith.constant dense<0.0> : tensor<2x1xf32>
  // expected-error@+1 {{of 'tensor<2x1xf32>' cannot give 'tensor<4x4xf32>'}}
  %0 = tile.broadcast %x : tensor<2x1xf32> -> tensor<4x4xf32>
  tile.return
}

// -----

tile.kernel @repeated_and_cast(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %x = arith.constant dense<0.0> : tensor<1xf32>
  // expected-error@+1 {{of 'tensor<1xf32>' cannot give 'tensor<4xf64>'}}
  %0 = tile.broadcast %x : tensor<1xf32> -> tensor<4xf64>
  tile.return
}

// -----

tile.kernel @inside_of_one_size(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %i = tile.block
  // expected-error@+1 {{needs an index and a size for each of the tile's 2 dimensions}}
  %0 = tile.inside[%i] sizes <[4]> -> tensor<1x4xi1>
  tile.return
}

// -----

tile.kernel @inside_of_unknown(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %i = tile.block
  // expected-error@+1 {{uses the size N, which the kernel does not declare}}
  %0 = tile.inside[%i] sizes <["N"]> -> tensor<4xi1>
  tile.return
}
