// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: tenon-opt %s --verify-diagnostics --split-input-file

// expected-error@+1 {{uses the size N, which the kernel does not declare}}
tile.kernel @grid(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<"N">, outputs = 0, symbols = []} {
  tile.return
}

// -----

// expected-error@+1 {{has fewer buffers than outputs}}
tile.kernel @outputs(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 2, symbols = []} {
  tile.return
}

// -----

tile.kernel @size() attributes {grid = #tenon.dim<1>, outputs = 0, symbols = [#tenon.symbol<"M">]} {
  // expected-error@+1 {{uses the size N, which the kernel does not declare}}
  %0 = tile.size <"M+N">
  tile.return
}

// -----

tile.kernel @view_sizes(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  // expected-error@+1 {{uses the size N, which the kernel does not declare}}
  %0 = tile.view %b offset <0> sizes <["N"]> strides <[1]> : <f32> -> <1 x f32>
  tile.return
}

// -----

tile.kernel @view_strides(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  // expected-error@+1 {{uses the size N, which the kernel does not declare}}
  %0 = tile.view %b offset <0> sizes <[4]> strides <["N"]> : <f32> -> <1 x f32>
  tile.return
}

// -----

tile.kernel @view_offset(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  // expected-error@+1 {{uses the size N, which the kernel does not declare}}
  %0 = tile.view %b offset <"N"> sizes <[4]> strides <[1]> : <f32> -> <1 x f32>
  tile.return
}

// -----

tile.kernel @view_of_another_rank(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  // expected-error@+1 {{needs a size and a stride for each of 2 dimensions}}
  %0 = tile.view %b offset <0> sizes <[4, 4]> strides <[1]> : <f32> -> <2 x f32>
  tile.return
}

// -----

tile.kernel @load_of_another_rank(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %view = tile.view %b offset <0> sizes <[4]> strides <[1]> : <f32> -> <1 x f32>
  %i = tile.block
  // expected-error@+1 {{needs a tile and indices of the view's rank, 1}}
  %0 = tile.load %view[%i] : <1 x f32> -> tensor<2x2xf32>
  tile.return
}

// -----

tile.kernel @load_at_too_many_indices(%b: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %view = tile.view %b offset <0> sizes <[4]> strides <[1]> : <f32> -> <1 x f32>
  %i = tile.block
  // expected-error@+1 {{needs a tile and indices of the view's rank, 1}}
  %0 = tile.load %view[%i, %i] : <1 x f32> -> tensor<4xf32>
  tile.return
}

// -----

tile.kernel @store_of_another_element(%b: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %view = tile.view %b offset <0> sizes <[4]> strides <[1]> : <f32> -> <1 x f32>
  %i = tile.block
  %tile = arith.constant dense<0> : tensor<4xi32>
  // expected-error@+1 {{has a tile of 'i32' for a view of 'f32'}}
  tile.store %tile, %view[%i] : tensor<4xi32>, <1 x f32>
  tile.return
}

// -----

tile.kernel @load_of_symbolic_shape(%b: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %view = tile.view %b offset <0> sizes <[4]> strides <[1]> : <f32> -> <1 x f32>
  %i = tile.block
  // expected-error@+1 {{result #0 must be statically shaped tensor}}
  %0 = tile.load %view[%i] : <1 x f32> -> tensor<?xf32>
  tile.return
}
