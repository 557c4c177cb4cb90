// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: tenon-opt %s -o %t.once
// RUN: FileCheck %s --input-file=%t.once
// RUN: tenon-opt %t.once -o %t.twice && diff %t.once %t.twice
// RUN: tenon-opt %s --mlir-print-op-generic -o %t.generic
// RUN: tenon-opt %t.generic -o %t.back && diff %t.once %t.back

// CHECK: tenon.state @weights : tensor<4xf32>
tenon.state @weights : tensor<4xf32>
// CHECK: tenon.state @count : tensor<i64> = dense<3> : tensor<i64>
tenon.state @count : tensor<i64> = dense<3> : tensor<i64>

// CHECK-LABEL: tenon.entry @signature(
// CHECK-SAME: tenon.name = "x"
// CHECK-SAME: tenon.state = @weights
// CHECK-SAME: -> (tensor<?xf32, #tenon.dims<["T"]>> {tenon.name = "y"})
// CHECK-SAME: symbols = [#tenon.symbol<"T", min = 1, max = 4096, divisor = 8>, #tenon.symbol<"S", min = 2>]
// CHECK: tenon.return %{{.*}} : tensor<?xf32, #tenon.dims<["T"]>>
// CHECK-SAME: update [@weights] = %{{.*}} : tensor<4xf32>
tenon.entry @signature(%x: tensor<?xf32, #tenon.dims<["T"]>> {tenon.name = "x"},
                       %w: tensor<4xf32> {tenon.state = @weights}, %s: tensor<?xi1, #tenon.dims<["S"]>>)
    -> (tensor<?xf32, #tenon.dims<["T"]>> {tenon.name = "y"})
    attributes {symbols = [#tenon.symbol<"T", min = 1, max = 4096, divisor = 8>, #tenon.symbol<"S", min = 2>]} {
  tenon.return %x : tensor<?xf32, #tenon.dims<["T"]>> update [@weights] = %w : tensor<4xf32>
}

// A size is printed in canonical form, a number without quotes.
// CHECK-LABEL: tenon.entry @sizes(
// CHECK-SAME: #tenon.dims<["A", "B"]>
// CHECK-SAME: #tenon.dims<["A*B+2*A+1", 64]>
// CHECK-SAME: #tenon.dims<["A ceildiv 8", "A floordiv 8", "A mod 8", "max(A, B)", "min(A, B)"]>
tenon.entry @sizes(%0: tensor<?x?xf32, #tenon.dims<["A", "B"]>>,
                   %1: tensor<?x64xf32, #tenon.dims<["1 + B*A + A + A", "64"]>>,
                   %2: tensor<?x?x?x?x?xf32, #tenon.dims<["(A+7) floordiv 8", "A floordiv 8", "A mod 8",
                                                          "max(B, A)", "min(A, B)"]>>)
    attributes {symbols = [#tenon.symbol<"A">, #tenon.symbol<"B">]} {
  // CHECK: tenon.assume_dims <"A"> equals <"2*B">
  tenon.assume_dims <"A"> equals <"B+B">
  // CHECK: tenon.assume_dims <"B"> equals <12>
  tenon.assume_dims <"B"> equals <12>
  // CHECK: tenon.return{{$}}
  tenon.return
}

// CHECK-LABEL: tenon.entry @elementwise
tenon.entry @elementwise(%x: tensor<3xf32>, %i: tensor<3xi32>, %b: tensor<3xi1>) {
  // CHECK: tenon.exp %{{.*}} : tensor<3xf32>
  %0 = tenon.exp %x : tensor<3xf32>
  // CHECK: tenon.add %{{.*}}, %{{.*}} : tensor<3xf32>
  %1 = tenon.add %x, %0 : tensor<3xf32>
  // CHECK: tenon.clamp %{{.*}}, %{{.*}}, %{{.*}} : tensor<3xi32>
  %2 = tenon.clamp %i, %i, %i : tensor<3xi32>
  // CHECK: tenon.is_nan %{{.*}} : tensor<3xf32>
  %3 = tenon.is_nan %x : tensor<3xf32>
  // CHECK: tenon.select %{{.*}}, %{{.*}}, %{{.*}} : tensor<3xi1>, tensor<3xf32>
  %4 = tenon.select %b, %x, %1 : tensor<3xi1>, tensor<3xf32>
  // CHECK: tenon.cast %{{.*}} : tensor<3xf32> to tensor<3xbf16>
  %5 = tenon.cast %x : tensor<3xf32> to tensor<3xbf16>
  // CHECK: tenon.cast_unsigned %{{.*}} : tensor<3xi32> to tensor<3xf64>
  %6 = tenon.cast_unsigned %i : tensor<3xi32> to tensor<3xf64>
  // CHECK: tenon.bitcast %{{.*}} : tensor<3xf32> to tensor<3xi32>
  %7 = tenon.bitcast %x : tensor<3xf32> to tensor<3xi32>
  tenon.return
}

// CHECK-LABEL: tenon.entry @comparisons
tenon.entry @comparisons(%i: tensor<i8>) {
  // CHECK: tenon.compare eq, %[[I:.*]], %[[I]] : tensor<i8>
  %0 = tenon.compare eq, %i, %i : tensor<i8>
  // CHECK: tenon.compare ne
  %1 = tenon.compare ne, %i, %i : tensor<i8>
  // CHECK: tenon.compare lt
  %2 = tenon.compare lt, %i, %i : tensor<i8>
  // CHECK: tenon.compare le
  %3 = tenon.compare le, %i, %i : tensor<i8>
  // CHECK: tenon.compare gt
  %4 = tenon.compare gt, %i, %i : tensor<i8>
  // CHECK: tenon.compare ge
  %5 = tenon.compare ge, %i, %i : tensor<i8>
  // CHECK: tenon.compare ult
  %6 = tenon.compare ult, %i, %i : tensor<i8>
  // CHECK: tenon.compare ule
  %7 = tenon.compare ule, %i, %i : tensor<i8>
  // CHECK: tenon.compare ugt
  %8 = tenon.compare ugt, %i, %i : tensor<i8>
  // CHECK: tenon.compare uge
  %9 = tenon.compare uge, %i, %i : tensor<i8>
  tenon.return
}

// CHECK-LABEL: tenon.entry @views
tenon.entry @views(%x: tensor<?x6xf32, #tenon.dims<["N", 6]>>, %s: tensor<f16>)
    attributes {symbols = [#tenon.symbol<"N", min = 2>]} {
  // CHECK: tenon.broadcast %{{.*}} dimensions = [] : tensor<f16> to tensor<2x3xf16>
  %0 = tenon.broadcast %s dimensions = [] : tensor<f16> to tensor<2x3xf16>
  // CHECK: tenon.broadcast %{{.*}} dimensions = [1, 2] : {{.*}} to tensor<2x?x6xf32, #tenon.dims<[2, "N", 6]>>
  %1 = tenon.broadcast %x dimensions = [1, 2]
      : tensor<?x6xf32, #tenon.dims<["N", 6]>> to tensor<2x?x6xf32, #tenon.dims<[2, "N", 6]>>
  // CHECK: tenon.transpose %{{.*}} permutation = [1, 0] :
  %2 = tenon.transpose %x permutation = [1, 0]
      : tensor<?x6xf32, #tenon.dims<["N", 6]>> to tensor<6x?xf32, #tenon.dims<[6, "N"]>>
  // CHECK: tenon.slice %{{.*}} starts = <["N-1", 5]> strides = [-1, -2] :
  %3 = tenon.slice %x starts = <["N-1", 5]> strides = [-1, -2]
      : tensor<?x6xf32, #tenon.dims<["N", 6]>> to tensor<?x3xf32, #tenon.dims<["N", 3]>>
  tenon.assume_dims <"N"> equals <4>
  // CHECK: tenon.refine %{{.*}} : {{.*}} to tensor<4x6xf32>
  %4 = tenon.refine %x : tensor<?x6xf32, #tenon.dims<["N", 6]>> to tensor<4x6xf32>
  tenon.return
}

// CHECK-LABEL: tenon.entry @sources
tenon.entry @sources() {
  // CHECK: tenon.splat -0.000000e+00 : f32 : tensor<3xf32>
  %0 = tenon.splat -0.0 : f32 : tensor<3xf32>
  // CHECK: tenon.splat 0x7FC0 : bf16 : tensor<bf16>
  %1 = tenon.splat 0x7FC0 : bf16 : tensor<bf16>
  // CHECK: tenon.splat -7 : i8 : tensor<0xi8>
  %2 = tenon.splat -7 : i8 : tensor<0xi8>
  // CHECK: tenon.splat true : tensor<3xi1>
  %3 = tenon.splat true : tensor<3xi1>
  // CHECK: tenon.constant dense<[1, 2, 3]> : tensor<3xi64>
  %4 = tenon.constant dense<[1, 2, 3]> : tensor<3xi64>
  tenon.return
}

// CHECK-LABEL: tenon.entry @group
tenon.entry @group(%x: tensor<3xf32>) -> tensor<3xf32> {
  // CHECK: %[[OUT:.*]]:2 = tenon.group map(%{{.*}}) : (tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  // CHECK-NEXT: ^bb0(%{{.*}}: tensor<3xf32>):
  // CHECK: tenon.yield %{{.*}}, %{{.*}} : tensor<3xf32>, tensor<3xf32>
  %0, %1 = tenon.group map(%x) : (tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  ^bb0(%a: tensor<3xf32>):
    %2 = tenon.neg %a : tensor<3xf32>
    tenon.yield %a, %2 : tensor<3xf32>, tensor<3xf32>
  }
  // CHECK: tenon.return %[[OUT]]#1
  tenon.return %1 : tensor<3xf32>
}

// CHECK-LABEL: tenon.kernel @kernel
// CHECK-SAME: symbols = [#tenon.symbol<"s0", min = 2, max = 8>]
tenon.kernel @kernel(%x: tensor<?xi1, #tenon.dims<["s0"]>>) -> tensor<?xi1, #tenon.dims<["s0"]>>
    attributes {symbols = [#tenon.symbol<"s0", min = 2, max = 8>]} {
  tenon.yield %x : tensor<?xi1, #tenon.dims<["s0"]>>
}

// CHECK-LABEL: tenon.entry @launch
tenon.entry @launch(%x: tensor<?xi1, #tenon.dims<["N"]>>) attributes {symbols = [#tenon.symbol<"N">]} {
  // CHECK: tenon.launch @kernel sizes = <["N"]>(%{{.*}}) : (tensor<?xi1, #tenon.dims<["N"]>>) -> tensor<?xi1
  %0 = tenon.launch @kernel sizes = <["N"]>(%x)
      : (tensor<?xi1, #tenon.dims<["N"]>>) -> tensor<?xi1, #tenon.dims<["N"]>>
  tenon.return
}

// CHECK-LABEL: tile.kernel @tile
// CHECK-SAME: !tile.buffer<f32>
// CHECK-SAME: grid = #tenon.dim<"N ceildiv 8">
// CHECK-SAME: outputs = 1
// CHECK-SAME: symbols = [#tenon.symbol<"N">]
tile.kernel @tile(%in: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<"N ceildiv 8">, outputs = 1, symbols = [#tenon.symbol<"N">]} {
  // CHECK: tile.block
  %block = tile.block
  // CHECK: tile.size <"2*N">
  %size = tile.size <"N*2">
  // CHECK: tile.view %{{.*}} offset <3> sizes <["N", 4]> strides <[4, 1]> : <f32> -> <2 x f32>
  %from = tile.view %in offset <3> sizes <["N", 4]> strides <[4, 1]> : <f32> -> <2 x f32>
  %to = tile.view %out offset <"N"> sizes <["N", 4]> strides <[4, 1]> : <f32> -> <2 x f32>
  // CHECK: %[[TILE:.*]] = tile.load %{{.*}}[%{{.*}}, %{{.*}}] : <2 x f32> -> tensor<8x4xf32>
  %tile = tile.load %from[%block, %size] : <2 x f32> -> tensor<8x4xf32>
  // CHECK: tile.store %[[TILE]], %{{.*}}[%{{.*}}, %{{.*}}] : tensor<8x4xf32>, <2 x f32>
  tile.store %tile, %to[%block, %size] : tensor<8x4xf32>, <2 x f32>
  // CHECK: tile.return
  tile.return
}
