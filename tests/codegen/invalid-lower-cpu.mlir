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

tile.kernel @carried_index(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %view = tile.view %b offset <0> sizes <[4]> strides <[1]> : <f32> -> <1 x f32>
  %0 = tile.load %view[%c0] : <1 x f32> -> tensor<4xf32>
  // expected-error@+1 {{has no CPU lowering: it carries something that is no tile}}
  %1 = scf.for %i = %c0 to %c1 step %c1 iter_args(%x = %c0) -> index {
    scf.yield %x : index
  }
  tile.store %0, %view[%c0] : tensor<4xf32>, <1 x f32>
  tile.return
}

// -----

tile.kernel @step_of_unknown_sign(%b: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"N">]} {
  %c0 = arith.constant 0 : index
  %n = tile.size <"N">
  %view = tile.view %b offset <0> sizes <[4]> strides <[1]> : <f32> -> <1 x f32>
  %0 = tile.load %view[%c0] : <1 x f32> -> tensor<4xf32>
  // expected-error@+1 {{has no CPU lowering: its step is no positive number}}
  %1 = scf.for %i = %c0 to %n step %n iter_args(%x = %0) -> tensor<4xf32> {
    scf.yield %x : tensor<4xf32>
  }
  tile.store %1, %view[%c0] : tensor<4xf32>, <1 x f32>
  tile.return
}

// -----

tile.kernel @two_widths(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %view = tile.view %b offset <0> sizes <[4]> strides <[1]> : <f32> -> <1 x f32>
  %0 = tile.load %view[%c0] : <1 x f32> -> tensor<4xf32>
  %1 = tile.reduce add %0 dim = 0 : tensor<4xf32> -> tensor<1xf32>
  // expected-error@+1 {{has a tile of 'tensor<8xf32>'; programs with loops have tiles [.., 1] and [.., W] here}}
  %2 = tile.broadcast %1 : tensor<1xf32> -> tensor<8xf32>
  tile.store %2, %view[%c0] : tensor<8xf32>, <1 x f32>
  tile.return
}

// -----

// expected-error@+1 {{has tiles of 1024 elements, more than 16 registers; take shorter steps}}
tile.kernel @long_row(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %view = tile.view %b offset <0> sizes <[1024]> strides <[1]> : <f32> -> <1 x f32>
  %0 = tile.load %view[%c0] : <1 x f32> -> tensor<1024xf32>
  %1 = tile.reduce add %0 dim = 0 : tensor<1024xf32> -> tensor<1xf32>
  tile.store %1, %view[%c0] : tensor<1xf32>, <1 x f32>
  tile.return
}

// -----

tile.kernel @sum_in_bf16(%b: !tile.buffer<bf16>) attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %view = tile.view %b offset <0> sizes <[4]> strides <[1]> : <bf16> -> <1 x bf16>
  %0 = tile.load %view[%c0] : <1 x bf16> -> tensor<4xbf16>
  // expected-error@+1 {{of bf16 has no CPU lowering; accumulate in f32}}
  %1 = tile.reduce add %0 dim = 0 : tensor<4xbf16> -> tensor<1xbf16>
  tile.store %1, %view[%c0] : tensor<1xbf16>, <1 x bf16>
  tile.return
}
