// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What verifiers and parsers of the dialect of tiles on a GPU refuse.
// RUN: tenon-opt %s --verify-diagnostics --split-input-file

tile.kernel @no_stages() attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  // expected-error@+1 {{a ring has 1 to 16 stages, found 0}}
  %ring = tgpu.ring : <0, tensor<8x32xbf16>>
  tile.return
}

// -----

tile.kernel @many_stages() attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  // expected-error@+1 {{a ring has 1 to 16 stages, found 17}}
  %ring = tgpu.ring : <17, tensor<8x32xbf16>>
  tile.return
}

// -----

tile.kernel @unknown_size() attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  // expected-error@+1 {{a ring holds tiles of static shape without a layout}}
  %ring = tgpu.ring : <3, tensor<8x?xbf16>>
  tile.return
}

// -----

#one = #tgpu.layout<registers = [], lanes = [1, 2, 4, 8, 16], warps = []>
tile.kernel @layout_in_a_ring() attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  // expected-error@+1 {{a ring holds tiles of static shape without a layout}}
  %ring = tgpu.ring : <3, tensor<32xbf16, #one>>
  tile.return
}

// -----

tile.kernel @other_rank(%x: !tile.buffer<bf16>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %c0 = arith.constant 0 : index
  %true = arith.constant true
  %view = tile.view %x offset <0> sizes <[256]> strides <[1]> : <bf16> -> <1 x bf16>
  %ring = tgpu.ring : <3, tensor<8x32xbf16>>
  // expected-error@+1 {{needs a ring of tiles and indices of the view's rank, 1}}
  tgpu.fill %ring[%c0], %view[%c0] when %true : <3, tensor<8x32xbf16>>, <1 x bf16>
  tile.return
}

// -----

tile.kernel @missing_index(%x: !tile.buffer<bf16>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %c0 = arith.constant 0 : index
  %true = arith.constant true
  %view = tile.view %x offset <0> sizes <[8, 32]> strides <[32, 1]> : <bf16> -> <2 x bf16>
  %ring = tgpu.ring : <3, tensor<8x32xbf16>>
  // expected-error@+1 {{needs a ring of tiles and indices of the view's rank, 2}}
  tgpu.fill %ring[%c0], %view[%c0] when %true : <3, tensor<8x32xbf16>>, <2 x bf16>
  tile.return
}

// -----

tile.kernel @other_elements(%x: !tile.buffer<f16>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %c0 = arith.constant 0 : index
  %true = arith.constant true
  %view = tile.view %x offset <0> sizes <[8, 32]> strides <[32, 1]> : <f16> -> <2 x f16>
  %ring = tgpu.ring : <3, tensor<8x32xbf16>>
  // expected-error@+1 {{copies 'f16' into a ring of 'bf16'}}
  tgpu.fill %ring[%c0], %view[%c0, %c0] when %true : <3, tensor<8x32xbf16>>, <2 x f16>
  tile.return
}

// -----

tile.kernel @read_of_other_rank() attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %c0 = arith.constant 0 : index
  %ring = tgpu.ring : <3, tensor<8x32xbf16>>
  // expected-error@+1 {{needs a tile and offsets of the ring's rank and elements}}
  %part = tgpu.read %ring[%c0] at [0, 0] : <3, tensor<8x32xbf16>> -> tensor<256xbf16>
  tile.return
}

// -----

tile.kernel @read_of_other_elements() attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %c0 = arith.constant 0 : index
  %ring = tgpu.ring : <3, tensor<8x32xbf16>>
  // expected-error@+1 {{needs a tile and offsets of the ring's rank and elements}}
  %part = tgpu.read %ring[%c0] at [0, 0] : <3, tensor<8x32xbf16>> -> tensor<8x16xf16>
  tile.return
}

// -----

tile.kernel @missing_offset() attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %c0 = arith.constant 0 : index
  %ring = tgpu.ring : <3, tensor<8x32xbf16>>
  // expected-error@+1 {{needs a tile and offsets of the ring's rank and elements}}
  %part = tgpu.read %ring[%c0] at [16] : <3, tensor<8x32xbf16>> -> tensor<8x16xbf16>
  tile.return
}

// -----

tile.kernel @read_behind_the_end() attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %c0 = arith.constant 0 : index
  %ring = tgpu.ring : <3, tensor<8x32xbf16>>
  // expected-error@+1 {{reads elements 24 to 40 of 32}}
  %part = tgpu.read %ring[%c0] at [0, 24] : <3, tensor<8x32xbf16>> -> tensor<8x16xbf16>
  tile.return
}

// -----

tile.kernel @read_before_the_beginning() attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %c0 = arith.constant 0 : index
  %ring = tgpu.ring : <3, tensor<8x32xbf16>>
  // expected-error@+1 {{reads elements -1 to 3 of 8}}
  %part = tgpu.read %ring[%c0] at [-1, 0] : <3, tensor<8x32xbf16>> -> tensor<4x16xbf16>
  tile.return
}

// -----

tile.kernel @conversion_of_shape() attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %x = arith.constant dense<0.0> : tensor<4x8xf32>
  // expected-error@+1 {{changes more than the layout}}
  %0 = tgpu.convert %x : tensor<4x8xf32> -> tensor<8x4xf32>
  tile.return
}

// -----

tile.kernel @conversion_of_elements() attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %x = arith.constant dense<0.0> : tensor<4x8xf32>
  // expected-error@+1 {{changes more than the layout}}
  %0 = tgpu.convert %x : tensor<4x8xf32> -> tensor<4x8xf16>
  tile.return
}

// -----

// expected-error@+1 {{expected 'lanes'}}
#missing = #tgpu.layout<registers = [1], warps = [2]>

// -----

// expected-error@+1 {{expected integer value}}
#word = #tgpu.layout<registers = [one], lanes = [1, 2, 4, 8, 16], warps = []>
