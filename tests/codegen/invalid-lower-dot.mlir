// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops that are no register block.
// RUN: tenon-opt %s --tenon-lower-cpu --verify-diagnostics --split-input-file

tile.kernel @starts_from_one(%x: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant dense<1.0> : tensor<4x4xf32>
  %panels = tile.view %x offset <0> sizes <[1, 1, 4, 1]> strides <[4, 4, 1, 1]> : <f32> -> <4 x f32>
  // expected-error@+1 {{has no CPU lowering: it starts from an accumulator that is not 0}}
  %sum = scf.for %k = %c0 to %c1 step %c1 iter_args(%acc = %one) -> tensor<4x4xf32> {
    %a = tile.load %panels[%c0, %k, %c0, %c0] : <4 x f32> -> tensor<1x1x4x1xf32>
    %b = tile.load %panels[%c0, %k, %c0, %c0] : <4 x f32> -> tensor<1x1x4x1xf32>
    %dot = tile.dot %a, %b, %acc : tensor<1x1x4x1xf32>, tensor<1x1x4x1xf32>, tensor<4x4xf32>
    scf.yield %dot : tensor<4x4xf32>
  }
  %to = tile.view %out offset <0> sizes <[4, 4]> strides <[4, 1]> : <f32> -> <2 x f32>
  tile.store %sum, %to[%c0, %c0] : tensor<4x4xf32>, <2 x f32>
  tile.return
}

// -----

// The panels lie rows first.
tile.kernel @strided_panels(%x: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<4x4xf32>
  %panels = tile.view %x offset <0> sizes <[1, 8, 4, 1]> strides <[32, 1, 8, 1]> : <f32> -> <4 x f32>
  // expected-error@+1 {{has no CPU lowering: it reads its operands otherwise than as dense panels [panel, k, row, 1]}}
  %sum = scf.for %k = %c0 to %c1 step %c1 iter_args(%acc = %zero) -> tensor<4x4xf32> {
    %a = tile.load %panels[%c0, %k, %c0, %c0] : <4 x f32> -> tensor<1x1x4x1xf32>
    %b = tile.load %panels[%c0, %k, %c0, %c0] : <4 x f32> -> tensor<1x1x4x1xf32>
    %dot = tile.dot %a, %b, %acc : tensor<1x1x4x1xf32>, tensor<1x1x4x1xf32>, tensor<4x4xf32>
    scf.yield %dot : tensor<4x4xf32>
  }
  %to = tile.view %out offset <0> sizes <[4, 4]> strides <[4, 1]> : <f32> -> <2 x f32>
  tile.store %sum, %to[%c0, %c0] : tensor<4x4xf32>, <2 x f32>
  tile.return
}

// -----

tile.kernel @part_of_a_panel(%x: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<4x4xf32>
  %panels = tile.view %x offset <0> sizes <[1, 8, 8, 1]> strides <[64, 8, 1, 1]> : <f32> -> <4 x f32>
  // expected-error@+1 {{has no CPU lowering: it reads its operands otherwise than as dense panels [panel, k, row, 1]}}
  %sum = scf.for %k = %c0 to %c1 step %c1 iter_args(%acc = %zero) -> tensor<4x4xf32> {
    %a = tile.load %panels[%c0, %k, %c0, %c0] : <4 x f32> -> tensor<1x1x4x1xf32>
    %b = tile.load %panels[%c0, %k, %c0, %c0] : <4 x f32> -> tensor<1x1x4x1xf32>
    %dot = tile.dot %a, %b, %acc : tensor<1x1x4x1xf32>, tensor<1x1x4x1xf32>, tensor<4x4xf32>
    scf.yield %dot : tensor<4x4xf32>
  }
  %to = tile.view %out offset <0> sizes <[4, 4]> strides <[4, 1]> : <f32> -> <2 x f32>
  tile.store %sum, %to[%c0, %c0] : tensor<4x4xf32>, <2 x f32>
  tile.return
}

// -----

// The same k each time.
tile.kernel @another_step(%x: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<4x4xf32>
  %panels = tile.view %x offset <0> sizes <[1, 8, 4, 1]> strides <[32, 4, 1, 1]> : <f32> -> <4 x f32>
  // expected-error@+1 {{has no CPU lowering: it reads its operands otherwise than as dense panels [panel, k, row, 1]}}
  %sum = scf.for %k = %c0 to %c1 step %c1 iter_args(%acc = %zero) -> tensor<4x4xf32> {
    %a = tile.load %panels[%c0, %c0, %c0, %c0] : <4 x f32> -> tensor<1x1x4x1xf32>
    %b = tile.load %panels[%c0, %k, %c0, %c0] : <4 x f32> -> tensor<1x1x4x1xf32>
    %dot = tile.dot %a, %b, %acc : tensor<1x1x4x1xf32>, tensor<1x1x4x1xf32>, tensor<4x4xf32>
    scf.yield %dot : tensor<4x4xf32>
  }
  %to = tile.view %out offset <0> sizes <[4, 4]> strides <[4, 1]> : <f32> -> <2 x f32>
  tile.store %sum, %to[%c0, %c0] : tensor<4x4xf32>, <2 x f32>
  tile.return
}

// -----

// Something besides the sum.
tile.kernel @operand_is_changed(%x: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<4x4xf32>
  %panels = tile.view %x offset <0> sizes <[1, 8, 4, 1]> strides <[32, 4, 1, 1]> : <f32> -> <4 x f32>
  // expected-error@+1 {{has no CPU lowering: it is no loop that adds one tile.dot of two panels}}
  %sum = scf.for %k = %c0 to %c1 step %c1 iter_args(%acc = %zero) -> tensor<4x4xf32> {
    %a = tile.load %panels[%c0, %k, %c0, %c0] : <4 x f32> -> tensor<1x1x4x1xf32>
    %b = tile.load %panels[%c0, %k, %c0, %c0] : <4 x f32> -> tensor<1x1x4x1xf32>
    %exp = math.exp %b : tensor<1x1x4x1xf32>
    %dot = tile.dot %a, %exp, %acc : tensor<1x1x4x1xf32>, tensor<1x1x4x1xf32>, tensor<4x4xf32>
    scf.yield %dot : tensor<4x4xf32>
  }
  %to = tile.view %out offset <0> sizes <[4, 4]> strides <[4, 1]> : <f32> -> <2 x f32>
  tile.store %sum, %to[%c0, %c0] : tensor<4x4xf32>, <2 x f32>
  tile.return
}
