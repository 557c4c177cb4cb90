// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops that stay as they are, since what they multiply cannot run ahead.
// RUN: tenon-opt %s --tenon-pipeline-loads | FileCheck %s --implicit-check-not=tgpu.
// CHECK-COUNT-5: scf.for

// Without products nothing is gained.
tile.kernel @no_product(%x: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"K">]} {
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %zero = arith.constant dense<0.0> : tensor<16x32xf32>
  %steps = tile.size <"K">
  %vx = tile.view %x offset <0> sizes <[16, "K"]> strides <["K", 1]> : <f32> -> <2 x f32>
  %sum = scf.for %k = %c0 to %steps step %c32 iter_args(%acc = %zero) -> tensor<16x32xf32> {
    %a = tile.load %vx[%c0, %k] : <2 x f32> -> tensor<16x32xf32>
    %new = arith.addf %a, %acc : tensor<16x32xf32>
    scf.yield %new : tensor<16x32xf32>
  }
  %to = tile.view %out offset <0> sizes <[16, 32]> strides <[32, 1]> : <f32> -> <2 x f32>
  tile.store %sum, %to[%c0, %c0] : tensor<16x32xf32>, <2 x f32>
  tile.return
}

// One operand is the same in each step: it was loaded before the loop.
tile.kernel @loaded_before(%x: !tile.buffer<bf16>, %y: !tile.buffer<bf16>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"K">]} {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %steps = tile.size <"K">
  %vx = tile.view %x offset <0> sizes <[16, 16]> strides <[16, 1]> : <bf16> -> <2 x bf16>
  %a = tile.load %vx[%c0, %c0] : <2 x bf16> -> tensor<16x16xbf16>
  %vy = tile.view %y offset <0> sizes <[16, "K"]> strides <["K", 1]> : <bf16> -> <2 x bf16>
  %sum = scf.for %k = %c0 to %steps step %c16 iter_args(%acc = %zero) -> tensor<16x16xf32> {
    %b = tile.load %vy[%c0, %k] : <2 x bf16> -> tensor<16x16xbf16>
    %dot = tile.dot %a, %b, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    scf.yield %dot : tensor<16x16xf32>
  }
  %to = tile.view %out offset <0> sizes <[16, 16]> strides <[16, 1]> : <f32> -> <2 x f32>
  tile.store %sum, %to[%c0, %c0] : tensor<16x16xf32>, <2 x f32>
  tile.return
}

// Where a load begins is computed in the loop.
tile.kernel @computed_index(%x: !tile.buffer<bf16>, %y: !tile.buffer<bf16>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"K">]} {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %steps = tile.size <"K">
  %vx = tile.view %x offset <0> sizes <[16, "K"]> strides <["K", 1]> : <bf16> -> <2 x bf16>
  %vy = tile.view %y offset <0> sizes <[16, "2*K"]> strides <["2*K", 1]> : <bf16> -> <2 x bf16>
  %sum = scf.for %k = %c0 to %steps step %c16 iter_args(%acc = %zero) -> tensor<16x16xf32> {
    %twice = arith.addi %k, %k : index
    %a = tile.load %vx[%c0, %k] : <2 x bf16> -> tensor<16x16xbf16>
    %b = tile.load %vy[%c0, %twice] : <2 x bf16> -> tensor<16x16xbf16>
    %dot = tile.dot %a, %b, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    scf.yield %dot : tensor<16x16xf32>
  }
  %to = tile.view %out offset <0> sizes <[16, 16]> strides <[16, 1]> : <f32> -> <2 x f32>
  tile.store %sum, %to[%c0, %c0] : tensor<16x16xf32>, <2 x f32>
  tile.return
}

// A load has another user than products.
tile.kernel @other_user(%x: !tile.buffer<bf16>, %y: !tile.buffer<bf16>, %out: !tile.buffer<f32>, %copy: !tile.buffer<bf16>)
    attributes {grid = #tenon.dim<1>, outputs = 2, symbols = [#tenon.symbol<"K">]} {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %steps = tile.size <"K">
  %vx = tile.view %x offset <0> sizes <[16, "K"]> strides <["K", 1]> : <bf16> -> <2 x bf16>
  %vy = tile.view %y offset <0> sizes <[16, "K"]> strides <["K", 1]> : <bf16> -> <2 x bf16>
  %vc = tile.view %copy offset <0> sizes <[16, "K"]> strides <["K", 1]> : <bf16> -> <2 x bf16>
  %sum = scf.for %k = %c0 to %steps step %c16 iter_args(%acc = %zero) -> tensor<16x16xf32> {
    %a = tile.load %vx[%c0, %k] : <2 x bf16> -> tensor<16x16xbf16>
    %b = tile.load %vy[%c0, %k] : <2 x bf16> -> tensor<16x16xbf16>
    tile.store %b, %vc[%c0, %k] : tensor<16x16xbf16>, <2 x bf16>
    %dot = tile.dot %a, %b, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    scf.yield %dot : tensor<16x16xf32>
  }
  %to = tile.view %out offset <0> sizes <[16, 16]> strides <[16, 1]> : <f32> -> <2 x f32>
  tile.store %sum, %to[%c0, %c0] : tensor<16x16xf32>, <2 x f32>
  tile.return
}

// An operand is carried from step to step.
tile.kernel @carried_operand(%x: !tile.buffer<bf16>, %y: !tile.buffer<bf16>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"K">]} {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %none = arith.constant dense<0.0> : tensor<16x16xbf16>
  %steps = tile.size <"K">
  %vx = tile.view %x offset <0> sizes <[16, "K"]> strides <["K", 1]> : <bf16> -> <2 x bf16>
  %vy = tile.view %y offset <0> sizes <[16, "K"]> strides <["K", 1]> : <bf16> -> <2 x bf16>
  %sum, %last = scf.for %k = %c0 to %steps step %c16 iter_args(%acc = %zero, %a = %none)
      -> (tensor<16x16xf32>, tensor<16x16xbf16>) {
    %b = tile.load %vy[%c0, %k] : <2 x bf16> -> tensor<16x16xbf16>
    %dot = tile.dot %a, %b, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    %next = tile.load %vx[%c0, %k] : <2 x bf16> -> tensor<16x16xbf16>
    scf.yield %dot, %next : tensor<16x16xf32>, tensor<16x16xbf16>
  }
  %to = tile.view %out offset <0> sizes <[16, 16]> strides <[16, 1]> : <f32> -> <2 x f32>
  tile.store %sum, %to[%c0, %c0] : tensor<16x16xf32>, <2 x f32>
  tile.return
}
