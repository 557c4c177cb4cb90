// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tile programs of map kernels: merged dimensions, how operands are addressed through views, block sizes.
// RUN: tenon-opt %s --tenon-schedule | FileCheck %s

//===- Dimensions -------------------------------------------------------------------------------------------------===//

// CHECK-LABEL: tile.kernel @one_dimension(
// CHECK-SAME: %[[X:[a-z0-9]+]]: !tile.buffer<f32>, %[[Y:[a-z0-9]+]]: !tile.buffer<f32>,
// CHECK-SAME: %[[OUT:[a-z0-9]+]]: !tile.buffer<f32>
// CHECK-SAME: grid = #tenon.dim<3>, outputs = 1
// CHECK: %[[BLOCK:.*]] = tile.block
// CHECK: %[[EDGE:.*]] = arith.constant 8192
// CHECK: %[[START:.*]] = arith.muli %[[BLOCK]], %[[EDGE]]
// CHECK: %[[XVIEW:.*]] = tile.view %[[X]] offset <0> sizes <[20000]> strides <[1]>
// CHECK: %[[XTILE:.*]] = tile.load %[[XVIEW]][%[[START]]] : {{.*}} -> tensor<8192xf32>
// CHECK: %[[YVIEW:.*]] = tile.view %[[Y]]
// CHECK: %[[YTILE:.*]] = tile.load %[[YVIEW]][%[[START]]]
// CHECK: %[[SUM:.*]] = arith.addf %[[XTILE]], %[[YTILE]]
// CHECK: %[[OUTVIEW:.*]] = tile.view %[[OUT]]
// CHECK: tile.store %[[SUM]], %[[OUTVIEW]][%[[START]]]
// CHECK: tile.return
tenon.kernel @one_dimension(%x: tensor<2x100x100xf32>, %y: tensor<2x100x100xf32>) -> tensor<2x100x100xf32> {
  %0 = tenon.add %x, %y : tensor<2x100x100xf32>
  tenon.yield %0 : tensor<2x100x100xf32>
}

// The block's number counts along the last dimension first.
// CHECK-LABEL: tile.kernel @two_dimensions(
// CHECK-SAME: grid = #tenon.dim<200>
// CHECK: %[[BLOCK:.*]] = tile.block
// CHECK: %[[COLUMNS:.*]] = tile.size <2>
// CHECK: %[[COLUMN:.*]] = arith.remui %[[BLOCK]], %[[COLUMNS]]
// CHECK: %[[ROW:.*]] = arith.divui %[[BLOCK]], %[[COLUMNS]]
// CHECK: %[[HEIGHT:.*]] = arith.constant 1
// CHECK: %[[I:.*]] = arith.muli %[[ROW]], %[[HEIGHT]]
// CHECK: %[[WIDTH:.*]] = arith.constant 8192
// CHECK: %[[J:.*]] = arith.muli %[[COLUMN]], %[[WIDTH]]
// CHECK: tile.view %{{.*}} offset <0> sizes <[100, 10000]> strides <[10000, 1]>
// CHECK: tile.load %{{.*}}[%[[I]], %[[J]]]
// CHECK: tile.view %{{.*}} offset <0> sizes <[100, 10000]> strides <[0, 1]>
tenon.kernel @two_dimensions(%x: tensor<100x10000xf32>, %y: tensor<10000xf32>) -> tensor<100x10000xf32> {
  %0 = tenon.broadcast %y dimensions = [1] : tensor<10000xf32> to tensor<100x10000xf32>
  %1 = tenon.add %x, %0 : tensor<100x10000xf32>
  tenon.yield %1 : tensor<100x10000xf32>
}

// Short rows are taken several at a time.
// CHECK-LABEL: tile.kernel @short_rows(
// CHECK-SAME: grid = #tenon.dim<2>
// CHECK: tile.load {{.*}} -> tensor<512x16xf32>
tenon.kernel @short_rows(%x: tensor<1000x16xf32>, %y: tensor<16xf32>) -> tensor<1000x16xf32> {
  %0 = tenon.broadcast %y dimensions = [1] : tensor<16xf32> to tensor<1000x16xf32>
  %1 = tenon.add %x, %0 : tensor<1000x16xf32>
  tenon.yield %1 : tensor<1000x16xf32>
}

// The first two dimensions merge where the broadcast operand walks them alike, and not where it repeats one of them.
// CHECK-LABEL: tile.kernel @merged_before_a_broadcast(
// CHECK: tile.view %{{.*}} sizes <[32, 16]> strides <[16, 1]>
// CHECK: tile.view %{{.*}} sizes <[32, 16]> strides <[1, 0]>
tenon.kernel @merged_before_a_broadcast(%x: tensor<4x8x16xf32>, %y: tensor<4x8x1xf32>) -> tensor<4x8x16xf32> {
  %0 = tenon.broadcast %y dimensions = [0, 1, 2] : tensor<4x8x1xf32> to tensor<4x8x16xf32>
  %1 = tenon.add %x, %0 : tensor<4x8x16xf32>
  tenon.yield %1 : tensor<4x8x16xf32>
}
// CHECK-LABEL: tile.kernel @not_merged(
// CHECK: tile.view %{{.*}} sizes <[4, 8, 16]> strides <[128, 16, 1]>
// CHECK: tile.view %{{.*}} sizes <[4, 8, 16]> strides <[16, 0, 1]>
tenon.kernel @not_merged(%x: tensor<4x8x16xf32>, %y: tensor<4x16xf32>) -> tensor<4x8x16xf32> {
  %0 = tenon.broadcast %y dimensions = [0, 2] : tensor<4x16xf32> to tensor<4x8x16xf32>
  %1 = tenon.add %x, %0 : tensor<4x8x16xf32>
  tenon.yield %1 : tensor<4x8x16xf32>
}

// CHECK-LABEL: tile.kernel @rank_zero(
// CHECK-SAME: grid = #tenon.dim<1>
// CHECK: tile.view %{{.*}} offset <0> sizes <[1]> strides <[1]>
// CHECK: tile.load {{.*}} -> tensor<1xf32>
tenon.kernel @rank_zero(%x: tensor<f32>) -> tensor<f32> {
  %0 = tenon.neg %x : tensor<f32>
  tenon.yield %0 : tensor<f32>
}

// CHECK-LABEL: tile.kernel @dimensions_of_one(
// CHECK: tile.view %{{.*}} sizes <[12]> strides <[1]>
tenon.kernel @dimensions_of_one(%x: tensor<1x4x1x3xf32>) -> tensor<1x4x1x3xf32> {
  %0 = tenon.neg %x : tensor<1x4x1x3xf32>
  tenon.yield %0 : tensor<1x4x1x3xf32>
}

// CHECK-LABEL: tile.kernel @no_elements(
// CHECK-SAME: grid = #tenon.dim<0>
tenon.kernel @no_elements(%x: tensor<0x4xf32>) -> tensor<0x4xf32> {
  %0 = tenon.neg %x : tensor<0x4xf32>
  tenon.yield %0 : tensor<0x4xf32>
}

//===- Symbolic sizes ---------------------------------------------------------------------------------------------===//

// CHECK-LABEL: tile.kernel @symbolic_merged(
// CHECK-SAME: grid = #tenon.dim<"(s0*s1) ceildiv 8192">
// CHECK-SAME: symbols = [#tenon.symbol<"s0">, #tenon.symbol<"s1">]
// CHECK: tile.view %{{.*}} sizes <["s0*s1"]> strides <[1]>
tenon.kernel @symbolic_merged(%x: tensor<?x?xf32, #tenon.dims<["s0", "s1"]>>)
    -> tensor<?x?xf32, #tenon.dims<["s0", "s1"]>> attributes {symbols = [#tenon.symbol<"s0">, #tenon.symbol<"s1">]} {
  %0 = tenon.neg %x : tensor<?x?xf32, #tenon.dims<["s0", "s1"]>>
  tenon.yield %0 : tensor<?x?xf32, #tenon.dims<["s0", "s1"]>>
}

// CHECK-LABEL: tile.kernel @symbolic_rows(
// CHECK-SAME: grid = #tenon.dim<"(s0 ceildiv 16)*(s1 ceildiv 8192)">
// CHECK: tile.size <"s1 ceildiv 8192">
// CHECK: tile.view %{{.*}} sizes <["s0", "s1"]> strides <["s1", 1]>
// CHECK: tile.view %{{.*}} sizes <["s0", "s1"]> strides <[0, 1]>
tenon.kernel @symbolic_rows(%x: tensor<?x?xf32, #tenon.dims<["s0", "s1"]>>, %y: tensor<?xf32, #tenon.dims<["s1"]>>)
    -> tensor<?x?xf32, #tenon.dims<["s0", "s1"]>> attributes {symbols = [#tenon.symbol<"s0">, #tenon.symbol<"s1">]} {
  %0 = tenon.broadcast %y dimensions = [1]
      : tensor<?xf32, #tenon.dims<["s1"]>> to tensor<?x?xf32, #tenon.dims<["s0", "s1"]>>
  %1 = tenon.add %x, %0 : tensor<?x?xf32, #tenon.dims<["s0", "s1"]>>
  tenon.yield %1 : tensor<?x?xf32, #tenon.dims<["s0", "s1"]>>
}

//===- Views ------------------------------------------------------------------------------------------------------===//

// CHECK-LABEL: tile.kernel @transpose(
// CHECK-SAME: grid = #tenon.dim<8>
// CHECK: tile.view %{{.*}} offset <0> sizes <[100, 200]> strides <[1, 100]>
// CHECK: tile.load {{.*}} -> tensor<64x64xf32>
// CHECK: tile.view %{{.*}} offset <0> sizes <[100, 200]> strides <[200, 1]>
tenon.kernel @transpose(%x: tensor<200x100xf32>) -> tensor<100x200xf32> {
  %0 = tenon.transpose %x permutation = [1, 0] : tensor<200x100xf32> to tensor<100x200xf32>
  tenon.yield %0 : tensor<100x200xf32>
}

// Dimensions that are moved together stay merged.
// CHECK-LABEL: tile.kernel @transpose_of_pairs(
// CHECK: tile.view %{{.*}} sizes <[6, 20]> strides <[1, 6]>
tenon.kernel @transpose_of_pairs(%x: tensor<4x5x2x3xf32>) -> tensor<2x3x4x5xf32> {
  %0 = tenon.transpose %x permutation = [2, 3, 0, 1] : tensor<4x5x2x3xf32> to tensor<2x3x4x5xf32>
  tenon.yield %0 : tensor<2x3x4x5xf32>
}

// Rows 9, 7, ... 1 and columns 1, 3, ... 15: the first element is at 9 * 16 + 1.
// CHECK-LABEL: tile.kernel @slice(
// CHECK: tile.view %{{.*}} offset <145> sizes <[5, 8]> strides <[-32, 2]>
// CHECK: tile.view %{{.*}} offset <0> sizes <[5, 8]> strides <[8, 1]>
tenon.kernel @slice(%x: tensor<10x16xf32>) -> tensor<5x8xf32> {
  %0 = tenon.slice %x starts = <[9, 1]> strides = [-2, 2] : tensor<10x16xf32> to tensor<5x8xf32>
  tenon.yield %0 : tensor<5x8xf32>
}

// CHECK-LABEL: tile.kernel @slice_at_a_symbol(
// CHECK: tile.view %{{.*}} offset <"s0-1"> sizes <["s0"]> strides <[-1]>
tenon.kernel @slice_at_a_symbol(%x: tensor<?xf32, #tenon.dims<["s0"]>>) -> tensor<?xf32, #tenon.dims<["s0"]>>
    attributes {symbols = [#tenon.symbol<"s0", min = 1>]} {
  %0 = tenon.slice %x starts = <["s0-1"]> strides = [-1]
      : tensor<?xf32, #tenon.dims<["s0"]>> to tensor<?xf32, #tenon.dims<["s0"]>>
  tenon.yield %0 : tensor<?xf32, #tenon.dims<["s0"]>>
}

// Element j of the result is x[1][5 - j].
// CHECK-LABEL: tile.kernel @views_of_views(
// CHECK: tile.view %{{.*}} offset <11> sizes <[6]> strides <[-1]>
tenon.kernel @views_of_views(%x: tensor<4x6xf32>) -> tensor<6x1xf32> {
  %0 = tenon.slice %x starts = <[3, 5]> strides = [-1, -1] : tensor<4x6xf32> to tensor<4x6xf32>
  %1 = tenon.transpose %0 permutation = [1, 0] : tensor<4x6xf32> to tensor<6x4xf32>
  %2 = tenon.slice %1 starts = <[0, 2]> strides = [1, 1] : tensor<6x4xf32> to tensor<6x1xf32>
  tenon.yield %2 : tensor<6x1xf32>
}

// What is used at its own index and through a view is computed for both, what is used twice at one index once.
// CHECK-LABEL: tile.kernel @computed_at_two_indices(
// CHECK-SAME: outputs = 2
// CHECK: %[[LOAD:.*]] = tile.load
// CHECK: %[[NEG:.*]] = arith.negf %[[LOAD]]
// CHECK: %[[SQUARE:.*]] = arith.mulf %[[NEG]], %[[NEG]]
// CHECK: %[[OTHER:.*]] = tile.load
// CHECK: %[[OTHERNEG:.*]] = arith.negf %[[OTHER]]
// CHECK: %[[SUM:.*]] = arith.addf %[[SQUARE]], %[[OTHERNEG]]
// CHECK: tile.store %[[NEG]]
// CHECK: tile.store %[[SUM]]
tenon.kernel @computed_at_two_indices(%x: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %0 = tenon.neg %x : tensor<4x4xf32>
  %1 = tenon.mul %0, %0 : tensor<4x4xf32>
  %2 = tenon.transpose %0 permutation = [1, 0] : tensor<4x4xf32> to tensor<4x4xf32>
  %3 = tenon.add %1, %2 : tensor<4x4xf32>
  tenon.yield %0, %3 : tensor<4x4xf32>, tensor<4x4xf32>
}

//===- Types ------------------------------------------------------------------------------------------------------===//

// 16-bit floats are computed in f32 and rounded after each op.
// CHECK-LABEL: tile.kernel @rounded_after_each_op(
// CHECK: %[[SUM:.*]] = arith.addf {{.*}} : tensor<16xf32>
// CHECK-NEXT: %[[ROUNDED:.*]] = arith.truncf %[[SUM]] : tensor<16xf32> to tensor<16xbf16>
// CHECK: %[[AGAIN:.*]] = arith.extf %[[ROUNDED]]
// CHECK: arith.mulf %[[AGAIN]]
tenon.kernel @rounded_after_each_op(%x: tensor<16xbf16>, %y: tensor<16xbf16>) -> tensor<16xbf16> {
  %0 = tenon.add %x, %y : tensor<16xbf16>
  %1 = tenon.mul %0, %y : tensor<16xbf16>
  tenon.yield %1 : tensor<16xbf16>
}

// CHECK-LABEL: tile.kernel @chosen_as_they_are(
// CHECK-NOT: arith.extf
// CHECK: arith.select {{.*}} : tensor<16xi1>, tensor<16xf16>
tenon.kernel @chosen_as_they_are(%c: tensor<16xi1>, %x: tensor<16xf16>, %y: tensor<16xf16>) -> tensor<16xf16> {
  %0 = tenon.select %c, %x, %y : tensor<16xi1>, tensor<16xf16>
  tenon.yield %0 : tensor<16xf16>
}
