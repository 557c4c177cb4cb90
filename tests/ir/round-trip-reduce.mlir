// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reductions and norms are printed as they are read.
// RUN: tenon-opt %s | FileCheck %s
// RUN: tenon-opt %s | tenon-opt | FileCheck %s

// CHECK-LABEL: @reductions
// CHECK: tenon.reduce add %{{.*}} dims = [1] : tensor<?x3xf32, #tenon.dims<["B", 3]>> -> tensor<?xf32, #tenon.dims<["B"]>>
// CHECK: tenon.reduce multiply %{{.*}} dims = [0, 1] : tensor<?x3xf32, #tenon.dims<["B", 3]>> -> tensor<f32>
// CHECK: tenon.reduce maximum %{{.*}} dims = [0]
// CHECK: tenon.reduce minimum %{{.*}} dims = [0] : tensor<4xi1> -> tensor<i1>
// CHECK: tenon.size <"3*B"> : tensor<f32>
// CHECK: tenon.rms_norm %{{.*}}, %{{.*}} dims = [1] eps = 1.000000e-05 : tensor<?x3xf32, #tenon.dims<["B", 3]>>, tensor<3xf32>
tenon.entry @reductions(%x: tensor<?x3xf32, #tenon.dims<["B", 3]>>, %w: tensor<3xf32>, %t: tensor<4xi1>)
    attributes {symbols = [#tenon.symbol<"B">]} {
  %0 = tenon.reduce add %x dims = [1] : tensor<?x3xf32, #tenon.dims<["B", 3]>> -> tensor<?xf32, #tenon.dims<["B"]>>
  %1 = tenon.reduce multiply %x dims = [0, 1] : tensor<?x3xf32, #tenon.dims<["B", 3]>> -> tensor<f32>
  %2 = tenon.reduce maximum %x dims = [0] : tensor<?x3xf32, #tenon.dims<["B", 3]>> -> tensor<3xf32>
  %3 = tenon.reduce minimum %t dims = [0] : tensor<4xi1> -> tensor<i1>
  %4 = tenon.size <"3*B"> : tensor<f32>
  %5 = tenon.rms_norm %x, %w dims = [1] eps = 1.0e-5 : tensor<?x3xf32, #tenon.dims<["B", 3]>>, tensor<3xf32>
  tenon.return
}

// CHECK-LABEL: tile.kernel @row(
// CHECK: tile.splat %{{.*}} -> tensor<1x1xf32>
// CHECK: tile.inside[%{{.*}}, %{{.*}}] sizes <["N", 4]> -> tensor<1x4xi1>
// CHECK: tile.reduce maximum %{{.*}} dim = 1 : tensor<1x4xf32> -> tensor<1x1xf32>
// CHECK: tile.broadcast %{{.*}} : tensor<1x1xf32> -> tensor<1x4xf32>
tile.kernel @row(%b: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<"N">, outputs = 0, symbols = [#tenon.symbol<"N">]} {
  %i = tile.block
  %n = tile.size <"N">
  %x = arith.constant dense<0.0> : tensor<1x4xf32>
  %0 = tile.splat %n -> tensor<1x1xf32>
  %1 = tile.inside[%i, %n] sizes <["N", 4]> -> tensor<1x4xi1>
  %2 = tile.reduce maximum %x dim = 1 : tensor<1x4xf32> -> tensor<1x1xf32>
  %3 = tile.broadcast %2 : tensor<1x1xf32> -> tensor<1x4xf32>
  tile.return
}
