// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tile programs of contractions: one register block over the whole contracted size, then what is applied to it.
// RUN: tenon-opt %s --tenon-schedule --canonicalize | FileCheck %s

// Blocks of the same columns follow each other, so that they share the right panel, within a chunk of 85 panels of rows
// that stays in a cache (4 MiB of 12 rows of 1024 steps, the number being unknown); the last chunk is what is left.
// CHECK-LABEL: tile.kernel @product(
// CHECK-SAME: %[[X:[a-z0-9]+]]: !tile.buffer<f32>, %[[Y:[a-z0-9]+]]: !tile.buffer<f32>,
// CHECK-SAME: %[[OUT:[a-z0-9]+]]: !tile.buffer<f32>
// CHECK-SAME: grid = #tenon.dim<"4*(s0 ceildiv 12)">, outputs = 1
// CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG: %[[C12:.*]] = arith.constant 12 : index
// CHECK-DAG: %[[C32:.*]] = arith.constant 32 : index
// CHECK-DAG: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<1x12x32xf32>
// CHECK: %[[BLOCK:.*]] = tile.block
// CHECK: %[[BLOCKS:.*]] = tile.size <40>
// CHECK: %[[CHUNK:.*]] = arith.divui %[[BLOCK]], %[[BLOCKS]]
// CHECK: %[[REST:.*]] = arith.remui %[[BLOCK]], %[[BLOCKS]]
// CHECK: %[[FIRST:.*]] = arith.muli %[[CHUNK]], %[[PANELS:.*]] :
// CHECK: %[[ROWS:.*]] = tile.size <"s0 ceildiv 12">
// CHECK: %[[LEFTOVER:.*]] = arith.subi %[[ROWS]], %[[FIRST]]
// CHECK: %[[COUNT:.*]] = arith.minui %[[LEFTOVER]], %[[PANELS]]
// CHECK: %[[COLUMN:.*]] = arith.divui %[[REST]], %[[COUNT]]
// CHECK: %[[INCHUNK:.*]] = arith.remui %[[REST]], %[[COUNT]]
// CHECK: %[[ROW:.*]] = arith.addi %[[FIRST]], %[[INCHUNK]]
// CHECK: %[[LEFT:.*]] = tile.view %[[X]] offset <0> sizes <["s0 ceildiv 12", "s1", 12, 1]>
// CHECK-SAME: strides <["12*s1", 12, 1, 1]>
// CHECK: %[[RIGHT:.*]] = tile.view %[[Y]] offset <0> sizes <[4, "s1", 32, 1]> strides <["32*s1", 32, 1, 1]>
// CHECK: %[[STEPS:.*]] = tile.size <"s1">
// CHECK: %[[SUM:.*]] = scf.for %[[K:.*]] = %[[C0]] to %[[STEPS]] step %[[C1]] iter_args(%[[ACC:.*]] = %[[ZERO]])
// CHECK: %[[A:.*]] = tile.load %[[LEFT]][%[[ROW]], %[[K]], %[[C0]], %[[C0]]] : <4 x f32> -> tensor<1x1x12x1xf32>
// CHECK: %[[B:.*]] = tile.load %[[RIGHT]][%[[COLUMN]], %[[K]], %[[C0]], %[[C0]]] : <4 x f32> -> tensor<1x1x32x1xf32>
// CHECK: %[[NEXT:.*]] = tile.dot %[[A]], %[[B]], %[[ACC]]
// CHECK: scf.yield %[[NEXT]]
// CHECK: %[[I:.*]] = arith.muli %[[ROW]], %[[C12]]
// CHECK: %[[J:.*]] = arith.muli %[[COLUMN]], %[[C32]]
// CHECK: %[[TO:.*]] = tile.view %[[OUT]] offset <0> sizes <[1, "s0", 100]> strides <[0, 100, 1]>
// CHECK: tile.store %[[SUM]], %[[TO]][%[[C0]], %[[I]], %[[J]]]
// CHECK-NEXT: tile.return
tenon.kernel @product(%x: tensor<?x?x12x1xf32, #tenon.dims<["s0 ceildiv 12", "s1", 12, 1]>>,
                      %y: tensor<4x?x32x1xf32, #tenon.dims<[4, "s1", 32, 1]>>)
    -> tensor<?x100xf32, #tenon.dims<["s0", 100]>>
    attributes {symbols = [#tenon.symbol<"s0">, #tenon.symbol<"s1">], tenon.anchor = #tenon<anchor contract>} {
  %0 = tenon.unpack %x batch = [] rows = [0] columns = [1] height = 12 depth = 1
      : tensor<?x?x12x1xf32, #tenon.dims<["s0 ceildiv 12", "s1", 12, 1]>> to tensor<?x?xf32, #tenon.dims<["s0", "s1"]>>
  %1 = tenon.unpack %y batch = [] rows = [1] columns = [0] height = 32 depth = 1
      : tensor<4x?x32x1xf32, #tenon.dims<[4, "s1", 32, 1]>> to tensor<?x100xf32, #tenon.dims<["s1", 100]>>
  %2 = tenon.dot_general %0, %1 batch = [] x [] contract = [1] x [0]
      : tensor<?x?xf32, #tenon.dims<["s0", "s1"]>>, tensor<?x100xf32, #tenon.dims<["s1", 100]>>
      -> tensor<?x100xf32, #tenon.dims<["s0", 100]>>
  tenon.yield %2 : tensor<?x100xf32, #tenon.dims<["s0", 100]>>
}

// The panels of all batches follow each other; the sum is rounded to the result's type before anything is applied to
// it, and operands of the epilogue are read as they lie. The product itself is a result, too.
// CHECK-LABEL: tile.kernel @batch_and_epilogue(
// CHECK-SAME: %[[BIAS:[a-z0-9]+]]: !tile.buffer<bf16>, %[[RESIDUAL:[a-z0-9]+]]: !tile.buffer<bf16>,
// CHECK-SAME: %[[X:[a-z0-9]+]]: !tile.buffer<f32>,
// CHECK-SAME: grid = #tenon.dim<24>, outputs = 2
// CHECK: %[[BLOCK:.*]] = tile.block
// CHECK: %[[INBATCH:.*]] = arith.remui %[[BLOCK]], %{{.*}}
// CHECK: %[[BATCH:.*]] = arith.divui %[[BLOCK]], %{{.*}}
// CHECK: arith.divui %[[INBATCH]], %{{.*}}
// CHECK: %[[REST:.*]] = arith.remui %[[INBATCH]], %{{.*}}
// CHECK: %[[COLUMN:.*]] = arith.divui %[[REST]], %{{.*}}
// CHECK: %[[INCHUNK:.*]] = arith.remui %[[REST]], %{{.*}}
// CHECK: %[[ROW:.*]] = arith.addi %{{.*}}, %[[INCHUNK]]
// CHECK: %[[LEFT:.*]] = tile.view %[[X]] offset <0> sizes <[6, 64, 12, 1]> strides <[768, 12, 1, 1]>
// CHECK: %[[RIGHT:.*]] = tile.view %{{.*}} offset <0> sizes <[12, 64, 32, 1]> strides <[2048, 32, 1, 1]>
// CHECK: %[[LEFTBATCH:.*]] = arith.muli %[[BATCH]], %{{.*}}
// CHECK: %[[LEFTPANEL:.*]] = arith.addi %[[LEFTBATCH]], %[[ROW]]
// CHECK: %[[RIGHTBATCH:.*]] = arith.muli %[[BATCH]], %{{.*}}
// CHECK: %[[RIGHTPANEL:.*]] = arith.addi %[[RIGHTBATCH]], %[[COLUMN]]
// CHECK: %[[SUM:.*]] = scf.for
// CHECK: tile.load %[[LEFT]][%[[LEFTPANEL]],
// CHECK: tile.load %[[RIGHT]][%[[RIGHTPANEL]],
// CHECK: %[[ROUNDED:.*]] = arith.truncf %[[SUM]] : tensor<1x12x32xf32> to tensor<1x12x32xbf16>
// CHECK: %[[I:.*]] = arith.muli %[[ROW]], %{{.*}}
// CHECK: %[[J:.*]] = arith.muli %[[COLUMN]], %{{.*}}
// CHECK: %[[WIDE:.*]] = arith.extf %[[ROUNDED]]
// CHECK: %[[BIASVIEW:.*]] = tile.view %[[BIAS]] offset <0> sizes <[3, 20, 100]> strides <[0, 0, 1]>
// CHECK: tile.load %[[BIASVIEW]][%[[BATCH]], %[[I]], %[[J]]]
// CHECK: arith.addf %[[WIDE]],
// CHECK: %[[RESIDUALVIEW:.*]] = tile.view %[[RESIDUAL]] offset <0> sizes <[3, 20, 100]> strides <[1, 3, 60]>
// CHECK: tile.load %[[RESIDUALVIEW]][%[[BATCH]], %[[I]], %[[J]]]
// CHECK: arith.subf
// CHECK: %[[RESULT:.*]] = arith.truncf
// CHECK: tile.store %[[ROUNDED]]
// CHECK: tile.store %[[RESULT]]
tenon.kernel @batch_and_epilogue(%bias: tensor<100xbf16>, %residual: tensor<100x20x3xbf16>, %x: tensor<3x2x64x12x1xf32>,
                                 %y: tensor<3x4x64x32x1xf32>) -> (tensor<3x20x100xbf16>, tensor<3x20x100xbf16>)
    attributes {tenon.anchor = #tenon<anchor contract>} {
  %0 = tenon.unpack %x batch = [0] rows = [1] columns = [2] height = 12 depth = 1
      : tensor<3x2x64x12x1xf32> to tensor<3x20x64xf32>
  %1 = tenon.unpack %y batch = [0] rows = [1] columns = [2] height = 32 depth = 1
      : tensor<3x4x64x32x1xf32> to tensor<3x100x64xf32>
  %2 = tenon.dot_general %0, %1 batch = [0] x [0] contract = [2] x [2]
      : tensor<3x20x64xf32>, tensor<3x100x64xf32> -> tensor<3x20x100xbf16>
  %3 = tenon.broadcast %bias dimensions = [2] : tensor<100xbf16> to tensor<3x20x100xbf16>
  %4 = tenon.add %2, %3 : tensor<3x20x100xbf16>
  %5 = tenon.transpose %residual permutation = [2, 1, 0] : tensor<100x20x3xbf16> to tensor<3x20x100xbf16>
  %6 = tenon.sub %4, %5 : tensor<3x20x100xbf16>
  tenon.yield %2, %6 : tensor<3x20x100xbf16>, tensor<3x20x100xbf16>
}

// Rows and columns of several dimensions are walked as one each, in the result and in what has its shape. The block is
// that of the panels, of AVX2 and f64 here.
// CHECK-LABEL: tile.kernel @several_dimensions(
// CHECK-SAME: grid = #tenon.dim<10>
// CHECK: tile.view %{{.*}} offset <0> sizes <[5, 42, 6, 1]> strides <[252, 6, 1, 1]> : <f64>
// CHECK: tile.view %{{.*}} offset <0> sizes <[2, 42, 8, 1]> strides <[336, 8, 1, 1]> : <f64>
// CHECK: scf.for {{.*}} -> (tensor<1x6x8xf64>)
// CHECK: tile.view %{{.*}} offset <0> sizes <[1, 30, 12]> strides <[0, 12, 1]> : <f64>
// CHECK: arith.addf {{.*}} : tensor<1x6x8xf64>
// CHECK: tile.view %{{.*}} offset <0> sizes <[1, 30, 12]> strides <[0, 12, 1]> : <f64>
tenon.kernel @several_dimensions(%r: tensor<5x6x3x4xf64>, %x: tensor<5x42x6x1xf64>, %y: tensor<2x42x8x1xf64>)
    -> tensor<5x6x3x4xf64> attributes {tenon.anchor = #tenon<anchor contract>} {
  %0 = tenon.unpack %x batch = [] rows = [0, 2] columns = [1, 3] height = 6 depth = 1
      : tensor<5x42x6x1xf64> to tensor<5x6x6x7xf64>
  %1 = tenon.unpack %y batch = [] rows = [0, 1] columns = [2, 3] height = 8 depth = 1
      : tensor<2x42x8x1xf64> to tensor<3x4x6x7xf64>
  %2 = tenon.dot_general %0, %1 batch = [] x [] contract = [1, 3] x [2, 3]
      : tensor<5x6x6x7xf64>, tensor<3x4x6x7xf64> -> tensor<5x6x3x4xf64>
  %3 = tenon.add %2, %r : tensor<5x6x3x4xf64>
  tenon.yield %3 : tensor<5x6x3x4xf64>
}

// A number for each row of the result, repeated along its columns; of an operand of one number all strides are 0.
// CHECK-LABEL: tile.kernel @scales(
// CHECK: tile.view %{{.*}} sizes <[1, 20, 32]> strides <[0, 1, 0]>
// CHECK: arith.mulf
// CHECK: tile.view %{{.*}} sizes <[1, 20, 32]> strides <[0, 0, 0]>
// CHECK: arith.mulf
tenon.kernel @scales(%row: tensor<20xf32>, %all: tensor<f32>, %x: tensor<2x8x12x1xf32>, %y: tensor<1x8x32x1xf32>)
    -> tensor<20x32xf32> attributes {tenon.anchor = #tenon<anchor contract>} {
  %0 = tenon.unpack %x batch = [] rows = [0] columns = [1] height = 12 depth = 1
      : tensor<2x8x12x1xf32> to tensor<20x8xf32>
  %1 = tenon.unpack %y batch = [] rows = [1] columns = [0] height = 32 depth = 1
      : tensor<1x8x32x1xf32> to tensor<8x32xf32>
  %2 = tenon.dot_general %0, %1 batch = [] x [] contract = [1] x [0]
      : tensor<20x8xf32>, tensor<8x32xf32> -> tensor<20x32xf32>
  %3 = tenon.broadcast %row dimensions = [0] : tensor<20xf32> to tensor<20x32xf32>
  %4 = tenon.mul %2, %3 : tensor<20x32xf32>
  %5 = tenon.broadcast %all dimensions = [] : tensor<f32> to tensor<20x32xf32>
  %6 = tenon.mul %4, %5 : tensor<20x32xf32>
  tenon.yield %6 : tensor<20x32xf32>
}
