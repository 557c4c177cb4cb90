// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: tenon-opt %s --tenon-lower-cpu --verify-diagnostics --split-input-file

// expected-error@+1 {{stores nothing}}
tile.kernel @no_store(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  tile.return
}

// -----

tile.kernel @two_shapes(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %view = tile.view %b offset <0> sizes <[4]> strides <[1]> : <f32> -> <1 x f32>
  %0 = tile.load %view[%c0] : <1 x f32> -> tensor<4xf32>
  // expected-error@+1 {{has a tile of another shape than the ops before it}}
  %1 = tile.load %view[%c0] : <1 x f32> -> tensor<8xf32>
  tile.store %0, %view[%c0] : tensor<4xf32>, <1 x f32>
  tile.return
}

// -----

tile.kernel @carried_tile(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %view = tile.view %b offset <0> sizes <[4]> strides <[1]> : <f32> -> <1 x f32>
  %0 = tile.load %view[%c0] : <1 x f32> -> tensor<4xf32>
  // expected-error@+1 {{has no CPU lowering: it is no loop that adds one tile.dot of two panels to the accumulator it carries}}
  %1 = scf.for %i = %c0 to %c1 step %c1 iter_args(%x = %0) -> tensor<4xf32> {
    scf.yield %x : tensor<4xf32>
  }
  tile.store %1, %view[%c0] : tensor<4xf32>, <1 x f32>
  tile.return
}
