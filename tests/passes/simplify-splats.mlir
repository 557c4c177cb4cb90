// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops of numbers that are the same everywhere are folded, with the rounding and wrapping of their type.
// RUN: tenon-opt %s --tenon-simplify | FileCheck %s

// 1 + 3 * 2^-8 lies between two neighbours of bf16, and the one with an even last bit is above it; 1 + 2^-8 goes down.
// CHECK-LABEL: @bf16
// CHECK-DAG: %[[UP:.*]] = tenon.splat 1.015630e+00 : bf16
// CHECK-DAG: %[[DOWN:.*]] = tenon.splat 1.000000e+00 : bf16
// CHECK: tenon.return %[[UP]], %[[DOWN]]
tenon.entry @bf16() -> (tensor<4xbf16>, tensor<4xbf16>) {
  %one = tenon.splat 1.0 : bf16 : tensor<4xbf16>
  %three = tenon.splat 0.01171875 : bf16 : tensor<4xbf16>
  %half = tenon.splat 0.00390625 : bf16 : tensor<4xbf16>
  %0 = tenon.add %one, %three : tensor<4xbf16>
  %1 = tenon.add %one, %half : tensor<4xbf16>
  tenon.return %0, %1 : tensor<4xbf16>, tensor<4xbf16>
}

// CHECK-LABEL: @f16_overflows
// CHECK: tenon.splat 0x7C00 : f16
// CHECK-NEXT: tenon.return
tenon.entry @f16_overflows() -> tensor<4xf16> {
  %0 = tenon.splat 65504.0 : f16 : tensor<4xf16>
  %1 = tenon.add %0, %0 : tensor<4xf16>
  tenon.return %1 : tensor<4xf16>
}

// 2^24 + 1 is not an f32.
// CHECK-LABEL: @f32
// CHECK: tenon.splat 0x4B800000 : f32
// CHECK-NEXT: tenon.return
tenon.entry @f32() -> tensor<4xf32> {
  %0 = tenon.splat 16777216.0 : f32 : tensor<4xf32>
  %1 = tenon.splat 1.0 : f32 : tensor<4xf32>
  %2 = tenon.add %0, %1 : tensor<4xf32>
  tenon.return %2 : tensor<4xf32>
}

// CHECK-LABEL: @f64
// CHECK: tenon.splat 0x4170000010000000 : f64
// CHECK-NEXT: tenon.return
tenon.entry @f64() -> tensor<4xf64> {
  %0 = tenon.splat 16777216.0 : f64 : tensor<4xf64>
  %1 = tenon.splat 1.0 : f64 : tensor<4xf64>
  %2 = tenon.add %0, %1 : tensor<4xf64>
  tenon.return %2 : tensor<4xf64>
}

// CHECK-LABEL: @integers_wrap
// CHECK-DAG: %[[SUM:.*]] = tenon.splat -56 : i8
// CHECK-DAG: %[[PRODUCT:.*]] = tenon.splat -9223372036854775808 : i64
// CHECK-DAG: %[[QUOTIENT:.*]] = tenon.splat -32768 : i16
// CHECK: tenon.return %[[SUM]], %[[PRODUCT]], %[[QUOTIENT]]
tenon.entry @integers_wrap() -> (tensor<4xi8>, tensor<4xi64>, tensor<4xi16>) {
  %hundred = tenon.splat 100 : i8 : tensor<4xi8>
  %0 = tenon.add %hundred, %hundred : tensor<4xi8>
  %large = tenon.splat 4611686018427387904 : i64 : tensor<4xi64>
  %two = tenon.splat 2 : i64 : tensor<4xi64>
  %1 = tenon.mul %large, %two : tensor<4xi64>
  %least = tenon.splat -32768 : i16 : tensor<4xi16>
  %minus = tenon.splat -1 : i16 : tensor<4xi16>
  %2 = tenon.div %least, %minus : tensor<4xi16>
  tenon.return %0, %1, %2 : tensor<4xi8>, tensor<4xi64>, tensor<4xi16>
}

// CHECK-LABEL: @other_result_types
// CHECK-DAG: %[[TRUTH:.*]] = tenon.splat true : tensor<4xi1>
// CHECK-DAG: %[[LARGEST:.*]] = tenon.splat 127 : i8
// CHECK-DAG: %[[FIRST:.*]] = tenon.splat 3.000000e+02 : f32
// CHECK: tenon.return %[[TRUTH]], %[[LARGEST]], %[[FIRST]]
tenon.entry @other_result_types() -> (tensor<4xi1>, tensor<4xi8>, tensor<4xf32>) {
  %0 = tenon.splat 300.0 : f32 : tensor<4xf32>
  %1 = tenon.splat 4.0 : f32 : tensor<4xf32>
  %2 = tenon.compare gt, %0, %1 : tensor<4xf32>
  %3 = tenon.cast %0 : tensor<4xf32> to tensor<4xi8>
  %4 = tenon.select %2, %0, %1 : tensor<4xi1>, tensor<4xf32>
  tenon.return %2, %3, %4 : tensor<4xi1>, tensor<4xi8>, tensor<4xf32>
}

// CHECK-LABEL: @symbolic_shape
// CHECK: tenon.splat 3.000000e+00 : f32 : tensor<?xf32, #tenon.dims<["N"]>>
// CHECK-NEXT: tenon.add
tenon.entry @symbolic_shape(%x: tensor<?xf32, #tenon.dims<["N"]>>) -> tensor<?xf32, #tenon.dims<["N"]>>
    attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.splat 1.0 : f32 : tensor<?xf32, #tenon.dims<["N"]>>
  %1 = tenon.splat 2.0 : f32 : tensor<?xf32, #tenon.dims<["N"]>>
  %2 = tenon.add %0, %1 : tensor<?xf32, #tenon.dims<["N"]>>
  %3 = tenon.add %x, %2 : tensor<?xf32, #tenon.dims<["N"]>>
  tenon.return %3 : tensor<?xf32, #tenon.dims<["N"]>>
}

// CHECK-LABEL: @one_unknown_operand
// CHECK: %[[SPLAT:.*]] = tenon.splat
// CHECK: tenon.mul %{{.*}}, %[[SPLAT]]
tenon.entry @one_unknown_operand(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tenon.splat 2.0 : f32 : tensor<4xf32>
  %1 = tenon.mul %x, %0 : tensor<4xf32>
  tenon.return %1 : tensor<4xf32>
}

// A size that is a number is a splat; one that is not stays.
// CHECK-LABEL: @sizes
// CHECK-DAG: tenon.splat 1.200000e+01 : f32 : tensor<2xf32>
// CHECK-DAG: tenon.splat 7 : i64 : tensor<i64>
// CHECK-DAG: tenon.size <"N"> : tensor<f64>
// CHECK-NOT: tenon.size <1
tenon.entry @sizes(%x: tensor<?xf32, #tenon.dims<["N"]>>) -> (tensor<2xf32>, tensor<i64>, tensor<f64>)
    attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.size <12> : tensor<2xf32>
  %1 = tenon.size <7> : tensor<i64>
  %2 = tenon.size <"N"> : tensor<f64>
  tenon.return %0, %1, %2 : tensor<2xf32>, tensor<i64>, tensor<f64>
}
