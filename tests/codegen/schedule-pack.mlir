// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tile programs that write panels. Constants are folded away by --canonicalize, which only makes the checks shorter.
// RUN: tenon-opt %s --tenon-schedule --canonicalize | FileCheck %s

//===- Rows, columns and batch that are walked as one each --------------------------------------------------------===//

// A block copies 256 columns of one panel. x is [batch, 1, column, row], the panels [batch, panel, column, row]; rows
// that x does not have are read as 0, since they lie outside of its view.
// CHECK-LABEL: tile.kernel @rows_side_by_side(
// CHECK-SAME: %[[X:[a-z0-9]+]]: !tile.buffer<f32>, %[[OUT:[a-z0-9]+]]: !tile.buffer<f32>
// CHECK-SAME: grid = #tenon.dim<"4*(s0 ceildiv 256)">, outputs = 1
// CHECK-SAME: symbols = [#tenon.symbol<"s0">]
// CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[C12:.*]] = arith.constant 12 : index
// CHECK-DAG: %[[C256:.*]] = arith.constant 256 : index
// CHECK: %[[BLOCK:.*]] = tile.block
// CHECK: %[[STEPS:.*]] = tile.size <"s0 ceildiv 256">
// CHECK: %[[STEP:.*]] = arith.remui %[[BLOCK]], %[[STEPS]]
// CHECK: %[[PANEL:.*]] = arith.divui %[[BLOCK]], %[[STEPS]]
// CHECK: %[[FROM:.*]] = tile.view %[[X]] offset <0> sizes <[1, 1, "s0", 40]> strides <[0, 0, 40, 1]>
// CHECK: %[[TO:.*]] = tile.view %[[OUT]] offset <0> sizes <[1, 4, "s0", 12]> strides <["48*s0", "12*s0", 12, 1]>
// CHECK: %[[COLUMN:.*]] = arith.muli %[[STEP]], %[[C256]]
// CHECK: %[[ROW:.*]] = arith.muli %[[PANEL]], %[[C12]]
// CHECK: %[[TILE:.*]] = tile.load %[[FROM]][%[[C0]], %[[C0]], %[[COLUMN]], %[[ROW]]] : {{.*}} -> tensor<1x1x256x12xf32>
// CHECK: tile.store %[[TILE]], %[[TO]][%[[C0]], %[[PANEL]], %[[COLUMN]], %[[C0]]]
// CHECK-NEXT: tile.return
tenon.kernel @rows_side_by_side(%x: tensor<?x40xf32, #tenon.dims<["s0", 40]>>)
    -> tensor<4x?x12x1xf32, #tenon.dims<[4, "s0", 12, 1]>>
    attributes {symbols = [#tenon.symbol<"s0">], tenon.anchor = #tenon<anchor pack>} {
  %0 = tenon.pack %x batch = [] rows = [1] columns = [0] height = 12 depth = 1
      : tensor<?x40xf32, #tenon.dims<["s0", 40]>> to tensor<4x?x12x1xf32, #tenon.dims<[4, "s0", 12, 1]>>
  tenon.yield %0 : tensor<4x?x12x1xf32, #tenon.dims<[4, "s0", 12, 1]>>
}

// The same program reads down the columns where those lie side by side: only the strides of x differ.
// CHECK-LABEL: tile.kernel @columns_side_by_side(
// CHECK-SAME: grid = #tenon.dim<4>
// CHECK: tile.view %{{.*}} offset <0> sizes <[1, 1, 64, 40]> strides <[0, 0, 1, 64]>
// CHECK: tile.view %{{.*}} offset <0> sizes <[1, 4, 64, 12]> strides <[3072, 768, 12, 1]>
// CHECK: tile.load {{.*}} -> tensor<1x1x256x12xf32>
tenon.kernel @columns_side_by_side(%x: tensor<40x64xf32>) -> tensor<4x64x12x1xf32>
    attributes {tenon.anchor = #tenon<anchor pack>} {
  %0 = tenon.pack %x batch = [] rows = [0] columns = [1] height = 12 depth = 1
      : tensor<40x64xf32> to tensor<4x64x12x1xf32>
  tenon.yield %0 : tensor<4x64x12x1xf32>
}

// Dimensions that follow each other in memory are one: 6 * 7 rows here, and 4 * 5 columns.
// CHECK-LABEL: tile.kernel @merged(
// CHECK-SAME: grid = #tenon.dim<12>
// CHECK: tile.view %{{.*}} offset <0> sizes <[3, 1, 20, 42]> strides <[840, 0, 42, 1]>
// CHECK: tile.view %{{.*}} offset <0> sizes <[3, 4, 20, 12]> strides <[960, 240, 12, 1]>
tenon.kernel @merged(%x: tensor<3x4x5x6x7xf32>) -> tensor<3x4x20x12x1xf32>
    attributes {tenon.anchor = #tenon<anchor pack>} {
  %0 = tenon.pack %x batch = [0] rows = [3, 4] columns = [1, 2] height = 12 depth = 1
      : tensor<3x4x5x6x7xf32> to tensor<3x4x20x12x1xf32>
  tenon.yield %0 : tensor<3x4x20x12x1xf32>
}

// A vector against which nothing is summed has one column, a vector that is summed one row.
// CHECK-LABEL: tile.kernel @no_columns(
// CHECK: tile.view %{{.*}} offset <0> sizes <[1, 1, 1, 40]> strides <[0, 0, 0, 1]>
// CHECK: tile.view %{{.*}} offset <0> sizes <[1, 4, 1, 12]> strides <[48, 12, 12, 1]>
tenon.kernel @no_columns(%x: tensor<40xf32>) -> tensor<4x1x12x1xf32> attributes {tenon.anchor = #tenon<anchor pack>} {
  %0 = tenon.pack %x batch = [] rows = [0] columns = [] height = 12 depth = 1
      : tensor<40xf32> to tensor<4x1x12x1xf32>
  tenon.yield %0 : tensor<4x1x12x1xf32>
}
// CHECK-LABEL: tile.kernel @no_rows(
// CHECK: tile.view %{{.*}} offset <0> sizes <[1, 1, 40, 1]> strides <[0, 0, 1, 0]>
// CHECK: tile.view %{{.*}} offset <0> sizes <[1, 1, 40, 12]> strides <[480, 480, 12, 1]>
tenon.kernel @no_rows(%x: tensor<40xf32>) -> tensor<1x40x12x1xf32> attributes {tenon.anchor = #tenon<anchor pack>} {
  %0 = tenon.pack %x batch = [] rows = [] columns = [0] height = 12 depth = 1
      : tensor<40xf32> to tensor<1x40x12x1xf32>
  tenon.yield %0 : tensor<1x40x12x1xf32>
}

// CHECK-LABEL: tile.kernel @widened(
// CHECK: %[[NARROW:.*]] = tile.load {{.*}} -> tensor<1x1x256x12xbf16>
// CHECK: %[[WIDE:.*]] = arith.extf %[[NARROW]]
// CHECK: tile.store %[[WIDE]]
tenon.kernel @widened(%x: tensor<64x40xbf16>) -> tensor<4x64x12x1xf32> attributes {tenon.anchor = #tenon<anchor pack>} {
  %0 = tenon.pack %x batch = [] rows = [1] columns = [0] height = 12 depth = 1
      : tensor<64x40xbf16> to tensor<4x64x12x1xf32>
  tenon.yield %0 : tensor<4x64x12x1xf32>
}

//===- Row by row -------------------------------------------------------------------------------------------------===//

// Rows are two dimensions that change places: row r is x[.., r mod T, r / T, ..]. Each is read along the last dimension
// of the columns, and written with the panel's height as stride; of the grid one is the outer dimension of the columns.
// A row beyond the last has an index of the first dimension of rows that lies outside, so it is 0.
// CHECK-LABEL: tile.kernel @rows_of_two_dimensions(
// CHECK-SAME: %[[X:[a-z0-9]+]]: !tile.buffer<f32>, %[[OUT:[a-z0-9]+]]: !tile.buffer<f32>
// CHECK-SAME: grid = #tenon.dim<"240*s0+120*(s0 ceildiv 2)">
// CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG: %[[C2:.*]] = arith.constant 2 : index
// CHECK: %[[BLOCK:.*]] = tile.block
// CHECK: %[[C40:.*]] = tile.size <40>
// CHECK: %[[OUTER:.*]] = arith.remui %[[BLOCK]], %[[C40]]
// CHECK: %[[REST:.*]] = arith.divui %[[BLOCK]], %[[C40]]
// CHECK: %[[PANELS:.*]] = tile.size <"2*s0+(s0 ceildiv 2)">
// CHECK: %[[PANEL:.*]] = arith.remui %[[REST]], %[[PANELS]]
// CHECK: %[[BATCH:.*]] = arith.divui %[[REST]], %[[PANELS]]
// CHECK: %[[FROM:.*]] = tile.view %[[X]] offset <0> sizes <[1, 3, 5, "s0", 40, 6]>
// CHECK-SAME: strides <[0, "1200*s0", 240, 1200, 6, 1]>
// CHECK: %[[TO:.*]] = tile.view %[[OUT]] offset <0> sizes <["6*s0+3*(s0 ceildiv 2)", 2, 40, 1, 1, 6]>
// CHECK-SAME: strides <[480, 1, 12, 0, 0, 2]>
// CHECK: %[[BEFORE:.*]] = arith.muli %[[BATCH]], %{{.*}}
// CHECK: %[[PLACE:.*]] = arith.addi %[[BEFORE]], %[[PANEL]]
// CHECK: %[[ROW:.*]] = arith.muli %[[PANEL]], %[[C2]]
// CHECK: %[[TOKENS:.*]] = tile.size <"s0">
// CHECK: %[[TOKEN:.*]] = arith.remui %[[ROW]], %[[TOKENS]]
// CHECK: %[[HEAD:.*]] = arith.divui %[[ROW]], %[[TOKENS]]
// CHECK: %[[FIRST:.*]] = tile.load %[[FROM]][%[[C0]], %[[BATCH]], %[[HEAD]], %[[TOKEN]], %[[OUTER]], %[[C0]]]
// CHECK-SAME: -> tensor<1x1x1x1x1x256xf32>
// CHECK: tile.store %[[FIRST]], %[[TO]][%[[PLACE]], %[[C0]], %[[OUTER]], %[[C0]], %[[C0]], %[[C0]]]
// CHECK: arith.addi %{{.*}}, %[[C1]]
// CHECK: %[[SECOND:.*]] = tile.load
// CHECK: tile.store %[[SECOND]], %[[TO]][%[[PLACE]], %[[C1]], %[[OUTER]], %[[C0]], %[[C0]], %[[C0]]]
// CHECK-NEXT: tile.return
tenon.kernel @rows_of_two_dimensions(%x: tensor<3x?x5x40x6xf32, #tenon.dims<[3, "s0", 5, 40, 6]>>)
    -> tensor<3x?x240x2x1xf32, #tenon.dims<[3, "(5*s0) ceildiv 2", 240, 2, 1]>>
    attributes {symbols = [#tenon.symbol<"s0">], tenon.anchor = #tenon<anchor pack>} {
  %0 = tenon.pack %x batch = [0] rows = [2, 1] columns = [3, 4] height = 2 depth = 1
      : tensor<3x?x5x40x6xf32, #tenon.dims<[3, "s0", 5, 40, 6]>>
      to tensor<3x?x240x2x1xf32, #tenon.dims<[3, "(5*s0) ceildiv 2", 240, 2, 1]>>
  tenon.yield %0 : tensor<3x?x240x2x1xf32, #tenon.dims<[3, "(5*s0) ceildiv 2", 240, 2, 1]>>
}

// Columns on both sides of the batch. There is one row; the panel's second is outside of the dimension in front of x.
// CHECK-LABEL: tile.kernel @one_row(
// CHECK-SAME: grid = #tenon.dim<20>
// CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
// CHECK: %[[FROM:.*]] = tile.view %{{.*}} offset <0> sizes <[1, 5, 4, 6]> strides <[0, 6, 30, 1]>
// CHECK: tile.view %{{.*}} offset <0> sizes <[5, 2, 4, 6]> strides <[48, 1, 12, 2]>
// CHECK: tile.load %[[FROM]][%[[C0]], %[[BATCH:.*]], %[[OUTER:.*]], %[[C0]]]
// CHECK: tile.load %[[FROM]][%[[C1]], %[[BATCH]], %[[OUTER]], %[[C0]]]
tenon.kernel @one_row(%x: tensor<4x5x6xf32>) -> tensor<5x1x24x2x1xf32> attributes {tenon.anchor = #tenon<anchor pack>} {
  %0 = tenon.pack %x batch = [1] rows = [] columns = [0, 2] height = 2 depth = 1
      : tensor<4x5x6xf32> to tensor<5x1x24x2x1xf32>
  tenon.yield %0 : tensor<5x1x24x2x1xf32>
}

// Rows on both sides of the batch, and one column, for which x has a last dimension of size 1.
// CHECK-LABEL: tile.kernel @one_column(
// CHECK-SAME: grid = #tenon.dim<60>
// CHECK: tile.view %{{.*}} offset <0> sizes <[1, 5, 4, 6, 1]> strides <[0, 6, 30, 1, 0]>
// CHECK: tile.view %{{.*}} offset <0> sizes <[60, 2, 1, 1, 1]> strides <[2, 1, 2, 0, 2]>
// CHECK-COUNT-2: tile.load {{.*}} -> tensor<1x1x1x1x256xf32>
tenon.kernel @one_column(%x: tensor<4x5x6xf32>) -> tensor<5x12x1x2x1xf32>
    attributes {tenon.anchor = #tenon<anchor pack>} {
  %0 = tenon.pack %x batch = [1] rows = [0, 2] columns = [] height = 2 depth = 1
      : tensor<4x5x6xf32> to tensor<5x12x1x2x1xf32>
  tenon.yield %0 : tensor<5x12x1x2x1xf32>
}
