// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is computed of an operand on the way to a contraction: while packing on a CPU, between shared memory and the products
// on a GPU. Beyond the last k it must count as 0.
// RUN: tenon-opt %s --tenon-fuse --tenon-assign-layouts=target=x86-64-v4 --tenon-outline \
// RUN:   --tenon-schedule=target=x86-64-v4 --canonicalize | FileCheck %s
// RUN: tenon-opt %s --tenon-fuse --tenon-assign-layouts=target=sm_80 --tenon-outline --tenon-schedule=target=sm_80 \
// RUN:   --tenon-pipeline-loads --canonicalize | FileCheck %s --check-prefix=GPU

// CHECK-LABEL: tile.kernel @pack_broadcast_mul_cast_pack(
// CHECK: %[[X:.*]] = tile.load {{.*}} -> tensor<1x256x12xf32>
// CHECK: %[[S:.*]] = tile.load {{.*}} -> tensor<1x256x12xf32>
// CHECK: arith.mulf %[[X]], %[[S]]
// CHECK: arith.truncf
// CHECK: %[[WIDE:.*]] = arith.extf
// CHECK: tile.store %[[WIDE]]

// GPU-LABEL: tile.kernel @contract
// GPU: scf.for
// GPU: tgpu.read {{.*}} at [0, 0, 0] {{.*}} -> tensor<1x128x16xf32>
// GPU: arith.mulf
// GPU: arith.truncf
// GPU: %[[INSIDE:.*]] = tile.inside
// GPU: %[[LEFT:.*]] = arith.select %[[INSIDE]]
// GPU: tile.dot %[[LEFT]], %{{.*}}, %{{.*}} : tensor<1x128x16xbf16>
tenon.entry @f(%x: tensor<200x33xf32>, %s: tensor<33xf32>, %w: tensor<33x70xbf16>) -> tensor<200x70xbf16> {
  %0 = tenon.broadcast %s dimensions = [1] : tensor<33xf32> to tensor<200x33xf32>
  %1 = tenon.mul %x, %0 : tensor<200x33xf32>
  %2 = tenon.cast %1 : tensor<200x33xf32> to tensor<200x33xbf16>
  %3 = tenon.dot_general %2, %w batch = [] x [] contract = [1] x [0]
      : tensor<200x33xbf16>, tensor<33x70xbf16> -> tensor<200x70xbf16>
  tenon.return %3 : tensor<200x70xbf16>
}
