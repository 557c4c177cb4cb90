// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Panels of a contraction's operands: as many rows of the left one, and registers of the right one, as a register block
// has.
// RUN: tenon-opt %s --tenon-fuse --tenon-assign-layouts | FileCheck %s
// RUN: tenon-opt %s --tenon-fuse --tenon-assign-layouts=target=x86-64-v4 | FileCheck %s
// RUN: tenon-opt %s --tenon-fuse --tenon-assign-layouts=target=x86-64-v3 | FileCheck %s --check-prefix=AVX2

// Rows are the dimensions that stay, columns those that are summed; of y, too, whose rows become the result's columns.
// CHECK-LABEL: @f32
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x64xf32, {{.*}}, %[[Y:[a-z0-9]+]]: tensor<64x100xf32>
// CHECK-NEXT: %[[LEFT:.*]] = tenon.group pack(%[[X]])
// CHECK-NEXT: ^bb0(%[[A:.*]]: tensor<?x64xf32
// CHECK-NEXT: %[[PACK:.*]] = tenon.pack %[[A]] batch = [] rows = [0] columns = [1] height = 12 depth = 1 :
// CHECK-SAME: to tensor<?x64x12x1xf32, #tenon.dims<["M ceildiv 12", 64, 12, 1]>>
// CHECK-NEXT: tenon.yield %[[PACK]]
// CHECK: %[[RIGHT:.*]] = tenon.group pack(%[[Y]])
// CHECK: tenon.pack %{{.*}} batch = [] rows = [1] columns = [0] height = 32 depth = 1 :
// CHECK-SAME: to tensor<4x64x32x1xf32>
// The plain operands are no inputs of the contraction any more.
// CHECK: tenon.group contract(%[[LEFT]], %[[RIGHT]])
// CHECK-NEXT: ^bb0(%[[P:.*]]: tensor<?x64x12x1xf32{{.*}}, %[[Q:.*]]: tensor<4x64x32x1xf32>):
// CHECK-DAG: %[[PLAINX:.*]] = tenon.unpack %[[P]] batch = [] rows = [0] columns = [1] height = 12 depth = 1 :
// CHECK-DAG: %[[PLAINY:.*]] = tenon.unpack %[[Q]] batch = [] rows = [1] columns = [0] height = 32 depth = 1 :
// CHECK: tenon.dot_general %[[PLAINX]], %[[PLAINY]] batch = [] x [] contract = [1] x [0] :

// AVX2-LABEL: @f32
// AVX2: tenon.pack {{.*}} height = 6 depth = 1 : {{.*}} to tensor<?x64x6x1xf32, #tenon.dims<["M ceildiv 6", 64, 6, 1]>>
// AVX2: tenon.pack {{.*}} height = 16 depth = 1 : {{.*}} to tensor<7x64x16x1xf32>
// AVX2-DAG: tenon.unpack {{.*}} height = 6
// AVX2-DAG: tenon.unpack {{.*}} height = 16
tenon.entry @f32(%x: tensor<?x64xf32, #tenon.dims<["M", 64]>>, %y: tensor<64x100xf32>)
    -> tensor<?x100xf32, #tenon.dims<["M", 100]>> attributes {symbols = [#tenon.symbol<"M">]} {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<?x64xf32, #tenon.dims<["M", 64]>>, tensor<64x100xf32> -> tensor<?x100xf32, #tenon.dims<["M", 100]>>
  tenon.return %0 : tensor<?x100xf32, #tenon.dims<["M", 100]>>
}

// Registers hold half as many f64.
// CHECK-LABEL: @f64
// CHECK: tenon.pack {{.*}} height = 12 depth = 1 : tensor<20x64xf64> to tensor<2x64x12x1xf64>
// CHECK: tenon.pack {{.*}} height = 16 depth = 1 : tensor<64x100xf64> to tensor<7x64x16x1xf64>
// AVX2-LABEL: @f64
// AVX2: tenon.pack {{.*}} height = 6 depth = 1 : tensor<20x64xf64> to tensor<4x64x6x1xf64>
// AVX2: tenon.pack {{.*}} height = 8 depth = 1 : tensor<64x100xf64> to tensor<13x64x8x1xf64>
tenon.entry @f64(%x: tensor<20x64xf64>, %y: tensor<64x100xf64>) -> tensor<20x100xf64> {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<20x64xf64>, tensor<64x100xf64> -> tensor<20x100xf64>
  tenon.return %0 : tensor<20x100xf64>
}

// 16-bit floats are multiplied as f32, so their panels are f32; the result keeps its type.
// CHECK-LABEL: @bf16
// CHECK: tenon.pack {{.*}} height = 12 depth = 1 : tensor<20x64xbf16> to tensor<2x64x12x1xf32>
// CHECK: tenon.pack {{.*}} height = 32 depth = 1 : tensor<64x100xbf16> to tensor<4x64x32x1xf32>
// CHECK: tenon.dot_general {{.*}} : tensor<20x64xf32>, tensor<64x100xf32> -> tensor<20x100xbf16>
// AVX2-LABEL: @bf16
// AVX2: tenon.pack {{.*}} height = 6 depth = 1 : tensor<20x64xbf16> to tensor<4x64x6x1xf32>
// AVX2: tenon.pack {{.*}} height = 16 depth = 1 : tensor<64x100xbf16> to tensor<7x64x16x1xf32>
tenon.entry @bf16(%x: tensor<20x64xbf16>, %y: tensor<64x100xbf16>) -> tensor<20x100xbf16> {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<20x64xbf16>, tensor<64x100xbf16> -> tensor<20x100xbf16>
  tenon.return %0 : tensor<20x100xbf16>
}

// Batch, and the summed dimensions of both in the order of their pairs.
// CHECK-LABEL: @pairs
// CHECK: tenon.pack %{{.*}} batch = [1] rows = [0] columns = [3, 2] height = 12 depth = 1 :
// CHECK-SAME: tensor<5x3x6x4xf32> to tensor<3x1x24x12x1xf32>
// CHECK: tenon.pack %{{.*}} batch = [0] rows = [3, 4] columns = [1, 2] height = 32 depth = 1 :
// CHECK-SAME: tensor<3x4x6x7x8xf32> to tensor<3x2x24x32x1xf32>
tenon.entry @pairs(%x: tensor<5x3x6x4xf32>, %y: tensor<3x4x6x7x8xf32>) -> tensor<3x5x7x8xf32> {
  %0 = tenon.dot_general %x, %y batch = [1] x [0] contract = [3, 2] x [1, 2]
      : tensor<5x3x6x4xf32>, tensor<3x4x6x7x8xf32> -> tensor<3x5x7x8xf32>
  tenon.return %0 : tensor<3x5x7x8xf32>
}

// One tensor on both sides is packed for each.
// CHECK-LABEL: @gram
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK: %[[LEFT:.*]] = tenon.group pack(%[[X]])
// CHECK: %[[RIGHT:.*]] = tenon.group pack(%[[X]])
// CHECK: tenon.group contract(%[[LEFT]], %[[RIGHT]])
tenon.entry @gram(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %0 = tenon.dot_general %x, %x batch = [] x [] contract = [1] x [1]
      : tensor<8x8xf32>, tensor<8x8xf32> -> tensor<8x8xf32>
  tenon.return %0 : tensor<8x8xf32>
}

// An operand that the epilogue reads, too, stays an input beside its panels.
// CHECK-LABEL: @operand_is_residual
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<8x8xf32>,
// CHECK: %[[LEFT:.*]] = tenon.group pack(%[[X]])
// CHECK: %[[RIGHT:.*]] = tenon.group pack(
// CHECK: tenon.group contract(%[[X]], %[[LEFT]], %[[RIGHT]])
// CHECK-NEXT: ^bb0(%[[PLAIN:.*]]: tensor<8x8xf32>,
// CHECK: %[[DOT:.*]] = tenon.dot_general
// CHECK-NEXT: tenon.add %[[DOT]], %[[PLAIN]]
tenon.entry @operand_is_residual(%x: tensor<8x8xf32>, %y: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<8x8xf32>, tensor<8x8xf32> -> tensor<8x8xf32>
  %1 = tenon.add %0, %x : tensor<8x8xf32>
  tenon.return %1 : tensor<8x8xf32>
}

// Groups of other kinds have no panels.
// CHECK-LABEL: @map
// CHECK-NEXT: tenon.group map(
// CHECK-NOT: pack
tenon.entry @map(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %0 = tenon.exp %x : tensor<8x8xf32>
  tenon.return %0 : tensor<8x8xf32>
}
