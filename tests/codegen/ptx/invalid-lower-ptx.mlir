// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tile programs that have no GPU lowering.
// RUN: tenon-opt %s --tenon-lower-ptx=target=sm_80 --verify-diagnostics --split-input-file

tile.kernel @without_layout(%x: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %c0 = arith.constant 0 : index
  %view = tile.view %x offset <0> sizes <[256]> strides <[1]> : <f32> -> <1 x f32>
  // expected-error@+1 {{has a tile without a layout; run assign-registers before}}
  %t = tile.load %view[%c0] : <1 x f32> -> tensor<256xf32>
  tile.return
}

// -----

// Three lanes.
#lanes = #tgpu.layout<registers = [1], lanes = [2, 4, 8], warps = []>
tile.kernel @impossible_layout(%x: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %c0 = arith.constant 0 : index
  %view = tile.view %x offset <0> sizes <[16]> strides <[1]> : <f32> -> <1 x f32>
  // expected-error@+1 {{has a layout that cannot be: a layout has 5 lane images, found 3}}
  %t = tile.load %view[%c0] : <1 x f32> -> tensor<16xf32, #lanes>
  tile.return
}

// -----

// An element behind the tile.
#behind = #tgpu.layout<registers = [256], lanes = [2, 4, 8, 16, 32], warps = [64, 128]>
tile.kernel @layout_of_more(%x: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %c0 = arith.constant 0 : index
  %view = tile.view %x offset <0> sizes <[256]> strides <[1]> : <f32> -> <1 x f32>
  // expected-error@+1 {{has a layout that cannot be: the image of a register bit must lie in the tile of 2^8 elements, found 256}}
  %t = tile.load %view[%c0] : <1 x f32> -> tensor<256xf32, #behind>
  tile.return
}

// -----

tile.kernel @different_numbers(%out: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{is a tile of different numbers, which has no GPU lowering}}
  %t = arith.constant dense<[1.0, 2.0]> : tensor<2xf32, #tgpu.layout<registers = [1], lanes = [0, 0, 0, 0, 0], warps = [0, 0]>>
  tile.return
}

// -----

#vector = #tgpu.layout<registers = [1], lanes = [2, 4, 8, 16, 32], warps = [64, 128]>
#turned = #tgpu.layout<registers = [128], lanes = [1, 2, 4, 8, 16], warps = [32, 64]>
tile.kernel @conversion() attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %x = arith.constant dense<1.0> : tensor<256xf32, #vector>
  // expected-error@+1 {{needs shared memory, but has no place in it; run assign-registers before}}
  %t = tgpu.convert %x : tensor<256xf32, #vector> -> tensor<256xf32, #turned>
  tile.return
}

// -----

tile.kernel @integer_product() attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %x = arith.constant dense<1> : tensor<16x1xi32, #tgpu.layout<registers = [8], lanes = [0, 0, 0, 1, 2], warps = [4, 0]>>
  %y = arith.constant dense<1> : tensor<16x1xi32, #tgpu.layout<registers = [1], lanes = [2, 4, 8, 0, 0], warps = [0, 0]>>
  %zero = arith.constant dense<0> : tensor<16x16xi32, #tgpu.layout<registers = [1], lanes = [2, 4, 8, 16, 32], warps = [64, 128]>>
  // expected-error@+1 {{multiplies integers, which has no GPU lowering}}
  %p = tile.dot %x, %y, %zero : tensor<16x1xi32, #tgpu.layout<registers = [8], lanes = [0, 0, 0, 1, 2], warps = [4, 0]>>, tensor<16x1xi32, #tgpu.layout<registers = [1], lanes = [2, 4, 8, 0, 0], warps = [0, 0]>>, tensor<16x16xi32, #tgpu.layout<registers = [1], lanes = [2, 4, 8, 16, 32], warps = [64, 128]>>
  tile.return
}

// -----

// A lane's image has bits of both dimensions.
#mixed = #tgpu.layout<registers = [1, 2], lanes = [4, 8, 16, 32, 65], warps = [128, 256]>
#left = #tgpu.layout<registers = [], lanes = [0, 0, 0, 0, 1], warps = [2, 4]>
tile.kernel @mixed_reduction() attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %x = arith.constant dense<1.0> : tensor<8x64xf32, #mixed>
  // expected-error@+1 {{has a layout that mixes the reduced dimension with others, which has no GPU lowering}}
  %sum = tile.reduce add %x dim = 1 {tgpu.scratch = 0 : i64} : tensor<8x64xf32, #mixed> -> tensor<8x1xf32, #left>
  tile.return
}

// -----

// Two rows to repeat, of which a thread has one only.
#one = #tgpu.layout<registers = [], lanes = [1, 0, 0, 0, 0], warps = [0, 0]>
#two = #tgpu.layout<registers = [64], lanes = [1, 2, 4, 8, 16], warps = [32, 0]>
tile.kernel @broadcast_of_others() attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %x = arith.constant dense<1.0> : tensor<2x1xf32, #one>
  // expected-error@+1 {{has a layout that its operand's does not serve}}
  %y = tile.broadcast %x : tensor<2x1xf32, #one> -> tensor<2x64xf32, #two>
  tile.return
}
