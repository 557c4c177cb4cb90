// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tiles that get no layout on a GPU.
// RUN: tenon-opt %s --tenon-assign-registers=target=sm_80 --verify-diagnostics --split-input-file

tile.kernel @odd_load(%x: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %c0 = arith.constant 0 : index
  %view = tile.view %x offset <0> sizes <[100]> strides <[1]> : <f32> -> <1 x f32>
  // expected-error@+1 {{has no layout: a size of 100 is no power of two}}
  %t = tile.load %view[%c0] : <1 x f32> -> tensor<100xf32>
  tile.return
}

// -----

tile.kernel @odd_store(%out: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %t = arith.constant dense<1.0> : tensor<4x12xf32>
  %view = tile.view %out offset <0> sizes <[4, 12]> strides <[12, 1]> : <f32> -> <2 x f32>
  // expected-error@+1 {{has no layout: a size of 12 is no power of two}}
  tile.store %t, %view[%c0, %c0] : tensor<4x12xf32>, <2 x f32>
  tile.return
}

// -----

tile.kernel @odd_product() attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %x = arith.constant dense<1.0> : tensor<12x4xf32>
  %y = arith.constant dense<1.0> : tensor<32x4xf32>
  %zero = arith.constant dense<0.0> : tensor<12x32xf32>
  // expected-error@+1 {{has no layout: }}
  %p = tile.dot %x, %y, %zero : tensor<12x4xf32>, tensor<32x4xf32>, tensor<12x32xf32>
  tile.return
}

// -----

// More than the registers of four warps hold.
tile.kernel @large(%x: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %c0 = arith.constant 0 : index
  %view = tile.view %x offset <0> sizes <[1048576]> strides <[1]> : <f32> -> <1 x f32>
  // expected-error@+1 {{has no layout: a layout has at most 10 register images, found 13; choose smaller blocks or more warps}}
  %t = tile.load %view[%c0] : <1 x f32> -> tensor<1048576xf32>
  tile.return
}

// -----

// It comes from nowhere and goes nowhere, but is one.
tile.kernel @odd_splat() attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %c3 = arith.constant 3 : index
  // expected-error@+1 {{a tile has no layout: a size of 6 is no power of two}}
  %x = tile.splat %c3 -> tensor<6xf32>
  tile.return
}
