// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Composites become the ops that express them: 16-bit floats are computed in f32, sizes that are numbers are reciprocals.
// RUN: tenon-opt %s --tenon-expand-composites | FileCheck %s

// CHECK-LABEL: @norm
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<4x8xf32>, %[[W:[a-z0-9]+]]: tensor<8xf32>
// CHECK-NEXT: %[[SQUARE:.*]] = tenon.mul %[[X]], %[[X]] : tensor<4x8xf32>
// CHECK-NEXT: %[[SUM:.*]] = tenon.reduce add %[[SQUARE]] dims = [1] : tensor<4x8xf32> -> tensor<4xf32>
// CHECK-NEXT: %[[EIGHTH:.*]] = tenon.splat 1.250000e-01 : f32 : tensor<4xf32>
// CHECK-NEXT: %[[MEAN:.*]] = tenon.mul %[[SUM]], %[[EIGHTH]]
// CHECK-NEXT: %[[EPS:.*]] = tenon.splat 5.000000e-01 : f32 : tensor<4xf32>
// CHECK-NEXT: %[[SHIFTED:.*]] = tenon.add %[[MEAN]], %[[EPS]]
// CHECK-NEXT: %[[SCALE:.*]] = tenon.rsqrt %[[SHIFTED]]
// CHECK-NEXT: %[[SCALES:.*]] = tenon.broadcast %[[SCALE]] dimensions = [0] : tensor<4xf32> to tensor<4x8xf32>
// CHECK-NEXT: %[[NORMED:.*]] = tenon.mul %[[X]], %[[SCALES]]
// CHECK-NEXT: %[[WEIGHTS:.*]] = tenon.broadcast %[[W]] dimensions = [1] : tensor<8xf32> to tensor<4x8xf32>
// CHECK-NEXT: %[[Y:.*]] = tenon.mul %[[NORMED]], %[[WEIGHTS]]
// CHECK-NEXT: tenon.return %[[Y]]
tenon.entry @norm(%x: tensor<4x8xf32>, %w: tensor<8xf32>) -> tensor<4x8xf32> {
  %0 = tenon.rms_norm %x, %w dims = [1] eps = 0.5 : tensor<4x8xf32>, tensor<8xf32>
  tenon.return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: @norm_of_all_in_16_bits
// CHECK-DAG: %[[X:.*]] = tenon.cast %{{.*}} : tensor<?x3xbf16, #tenon.dims<["B", 3]>> to tensor<?x3xf32, #tenon.dims<["B", 3]>>
// CHECK-DAG: %[[W:.*]] = tenon.cast
// CHECK: %[[SUM:.*]] = tenon.reduce add %{{.*}} dims = [0, 1] : {{.*}} -> tensor<f32>
// CHECK-NEXT: %[[SIZE:.*]] = tenon.size <"3*B"> : tensor<f32>
// CHECK-NEXT: tenon.div %[[SUM]], %[[SIZE]] : tensor<f32>
// CHECK: tenon.broadcast %{{.*}} dimensions = [] : tensor<f32> to tensor<?x3xf32, #tenon.dims<["B", 3]>>
// CHECK: tenon.cast %{{.*}} : {{.*}} to tensor<?x3xbf16, #tenon.dims<["B", 3]>>
tenon.entry @norm_of_all_in_16_bits(%x: tensor<?x3xbf16, #tenon.dims<["B", 3]>>,
                                    %w: tensor<?x3xbf16, #tenon.dims<["B", 3]>>)
    -> tensor<?x3xbf16, #tenon.dims<["B", 3]>> attributes {symbols = [#tenon.symbol<"B">]} {
  %0 = tenon.rms_norm %x, %w dims = [0, 1] eps = 1.0e-5
      : tensor<?x3xbf16, #tenon.dims<["B", 3]>>, tensor<?x3xbf16, #tenon.dims<["B", 3]>>
  tenon.return %0 : tensor<?x3xbf16, #tenon.dims<["B", 3]>>
}
