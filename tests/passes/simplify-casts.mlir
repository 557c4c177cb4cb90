// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The rules on casts in passes/Rewrites.td: a way there and back goes where the type between holds every number, and
// stays where it loses some.
// RUN: tenon-opt %s --tenon-simplify | FileCheck %s

// CHECK-LABEL: @to_itself
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-NEXT: tenon.return %[[X]]
tenon.entry @to_itself(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tenon.cast %x : tensor<4xf32> to tensor<4xf32>
  tenon.return %0 : tensor<4xf32>
}

// CHECK-LABEL: @f32_through_f64(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-NEXT: tenon.return %[[X]]
tenon.entry @f32_through_f64(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tenon.cast %x : tensor<4xf32> to tensor<4xf64>
  %1 = tenon.cast %0 : tensor<4xf64> to tensor<4xf32>
  tenon.return %1 : tensor<4xf32>
}

// CHECK-LABEL: @f16_through_f32(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-NEXT: tenon.return %[[X]]
tenon.entry @f16_through_f32(%x: tensor<4xf16>) -> tensor<4xf16> {
  %0 = tenon.cast %x : tensor<4xf16> to tensor<4xf32>
  %1 = tenon.cast %0 : tensor<4xf32> to tensor<4xf16>
  tenon.return %1 : tensor<4xf16>
}

// CHECK-LABEL: @bf16_through_f32(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-NEXT: tenon.return %[[X]]
tenon.entry @bf16_through_f32(%x: tensor<4xbf16>) -> tensor<4xbf16> {
  %0 = tenon.cast %x : tensor<4xbf16> to tensor<4xf32>
  %1 = tenon.cast %0 : tensor<4xf32> to tensor<4xbf16>
  tenon.return %1 : tensor<4xbf16>
}

// CHECK-LABEL: @i8_through_i16(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-NEXT: tenon.return %[[X]]
tenon.entry @i8_through_i16(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = tenon.cast %x : tensor<4xi8> to tensor<4xi16>
  %1 = tenon.cast %0 : tensor<4xi16> to tensor<4xi8>
  tenon.return %1 : tensor<4xi8>
}

// CHECK-LABEL: @i1_through_i8(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-NEXT: tenon.return %[[X]]
tenon.entry @i1_through_i8(%x: tensor<4xi1>) -> tensor<4xi1> {
  %0 = tenon.cast %x : tensor<4xi1> to tensor<4xi8>
  %1 = tenon.cast %0 : tensor<4xi8> to tensor<4xi1>
  tenon.return %1 : tensor<4xi1>
}

// CHECK-LABEL: @i32_through_f64(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-NEXT: tenon.return %[[X]]
tenon.entry @i32_through_f64(%x: tensor<4xi32>) -> tensor<4xi32> {
  %0 = tenon.cast %x : tensor<4xi32> to tensor<4xf64>
  %1 = tenon.cast %0 : tensor<4xf64> to tensor<4xi32>
  tenon.return %1 : tensor<4xi32>
}

// CHECK-LABEL: @i16_through_f32(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-NEXT: tenon.return %[[X]]
tenon.entry @i16_through_f32(%x: tensor<4xi16>) -> tensor<4xi16> {
  %0 = tenon.cast %x : tensor<4xi16> to tensor<4xf32>
  %1 = tenon.cast %0 : tensor<4xf32> to tensor<4xi16>
  tenon.return %1 : tensor<4xi16>
}

// CHECK-LABEL: @i8_through_f16(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-NEXT: tenon.return %[[X]]
tenon.entry @i8_through_f16(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = tenon.cast %x : tensor<4xi8> to tensor<4xf16>
  %1 = tenon.cast %0 : tensor<4xf16> to tensor<4xi8>
  tenon.return %1 : tensor<4xi8>
}

// CHECK-LABEL: @i8_through_bf16(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-NEXT: tenon.return %[[X]]
tenon.entry @i8_through_bf16(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = tenon.cast %x : tensor<4xi8> to tensor<4xbf16>
  %1 = tenon.cast %0 : tensor<4xbf16> to tensor<4xi8>
  tenon.return %1 : tensor<4xi8>
}

// CHECK-LABEL: @i1_through_bf16(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-NEXT: tenon.return %[[X]]
tenon.entry @i1_through_bf16(%x: tensor<4xi1>) -> tensor<4xi1> {
  %0 = tenon.cast %x : tensor<4xi1> to tensor<4xbf16>
  %1 = tenon.cast %0 : tensor<4xbf16> to tensor<4xi1>
  tenon.return %1 : tensor<4xi1>
}

// CHECK-LABEL: @f64_loses_in_f32(
// CHECK: %[[MIDDLE:.*]] = tenon.cast
// CHECK: tenon.cast %[[MIDDLE]]
tenon.entry @f64_loses_in_f32(%x: tensor<4xf64>) -> tensor<4xf64> {
  %0 = tenon.cast %x : tensor<4xf64> to tensor<4xf32>
  %1 = tenon.cast %0 : tensor<4xf32> to tensor<4xf64>
  tenon.return %1 : tensor<4xf64>
}

// CHECK-LABEL: @f32_loses_in_bf16(
// CHECK: %[[MIDDLE:.*]] = tenon.cast
// CHECK: tenon.cast %[[MIDDLE]]
tenon.entry @f32_loses_in_bf16(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tenon.cast %x : tensor<4xf32> to tensor<4xbf16>
  %1 = tenon.cast %0 : tensor<4xbf16> to tensor<4xf32>
  tenon.return %1 : tensor<4xf32>
}

// CHECK-LABEL: @f16_loses_in_bf16(
// CHECK: %[[MIDDLE:.*]] = tenon.cast
// CHECK: tenon.cast %[[MIDDLE]]
tenon.entry @f16_loses_in_bf16(%x: tensor<4xf16>) -> tensor<4xf16> {
  %0 = tenon.cast %x : tensor<4xf16> to tensor<4xbf16>
  %1 = tenon.cast %0 : tensor<4xbf16> to tensor<4xf16>
  tenon.return %1 : tensor<4xf16>
}

// CHECK-LABEL: @bf16_loses_in_f16(
// CHECK: %[[MIDDLE:.*]] = tenon.cast
// CHECK: tenon.cast %[[MIDDLE]]
tenon.entry @bf16_loses_in_f16(%x: tensor<4xbf16>) -> tensor<4xbf16> {
  %0 = tenon.cast %x : tensor<4xbf16> to tensor<4xf16>
  %1 = tenon.cast %0 : tensor<4xf16> to tensor<4xbf16>
  tenon.return %1 : tensor<4xbf16>
}

// CHECK-LABEL: @f32_loses_in_i64(
// CHECK: %[[MIDDLE:.*]] = tenon.cast
// CHECK: tenon.cast %[[MIDDLE]]
tenon.entry @f32_loses_in_i64(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tenon.cast %x : tensor<4xf32> to tensor<4xi64>
  %1 = tenon.cast %0 : tensor<4xi64> to tensor<4xf32>
  tenon.return %1 : tensor<4xf32>
}

// CHECK-LABEL: @i16_loses_in_i8(
// CHECK: %[[MIDDLE:.*]] = tenon.cast
// CHECK: tenon.cast %[[MIDDLE]]
tenon.entry @i16_loses_in_i8(%x: tensor<4xi16>) -> tensor<4xi16> {
  %0 = tenon.cast %x : tensor<4xi16> to tensor<4xi8>
  %1 = tenon.cast %0 : tensor<4xi8> to tensor<4xi16>
  tenon.return %1 : tensor<4xi16>
}

// CHECK-LABEL: @i8_loses_in_i1(
// CHECK: %[[MIDDLE:.*]] = tenon.cast
// CHECK: tenon.cast %[[MIDDLE]]
tenon.entry @i8_loses_in_i1(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = tenon.cast %x : tensor<4xi8> to tensor<4xi1>
  %1 = tenon.cast %0 : tensor<4xi1> to tensor<4xi8>
  tenon.return %1 : tensor<4xi8>
}

// CHECK-LABEL: @i64_loses_in_f64(
// CHECK: %[[MIDDLE:.*]] = tenon.cast
// CHECK: tenon.cast %[[MIDDLE]]
tenon.entry @i64_loses_in_f64(%x: tensor<4xi64>) -> tensor<4xi64> {
  %0 = tenon.cast %x : tensor<4xi64> to tensor<4xf64>
  %1 = tenon.cast %0 : tensor<4xf64> to tensor<4xi64>
  tenon.return %1 : tensor<4xi64>
}

// CHECK-LABEL: @i32_loses_in_f32(
// CHECK: %[[MIDDLE:.*]] = tenon.cast
// CHECK: tenon.cast %[[MIDDLE]]
tenon.entry @i32_loses_in_f32(%x: tensor<4xi32>) -> tensor<4xi32> {
  %0 = tenon.cast %x : tensor<4xi32> to tensor<4xf32>
  %1 = tenon.cast %0 : tensor<4xf32> to tensor<4xi32>
  tenon.return %1 : tensor<4xi32>
}

// CHECK-LABEL: @i16_loses_in_f16(
// CHECK: %[[MIDDLE:.*]] = tenon.cast
// CHECK: tenon.cast %[[MIDDLE]]
tenon.entry @i16_loses_in_f16(%x: tensor<4xi16>) -> tensor<4xi16> {
  %0 = tenon.cast %x : tensor<4xi16> to tensor<4xf16>
  %1 = tenon.cast %0 : tensor<4xf16> to tensor<4xi16>
  tenon.return %1 : tensor<4xi16>
}

// CHECK-LABEL: @i16_loses_in_bf16(
// CHECK: %[[MIDDLE:.*]] = tenon.cast
// CHECK: tenon.cast %[[MIDDLE]]
tenon.entry @i16_loses_in_bf16(%x: tensor<4xi16>) -> tensor<4xi16> {
  %0 = tenon.cast %x : tensor<4xi16> to tensor<4xbf16>
  %1 = tenon.cast %0 : tensor<4xbf16> to tensor<4xi16>
  tenon.return %1 : tensor<4xi16>
}

// CHECK-LABEL: @to_a_third_type
// CHECK: tenon.cast {{.*}} to tensor<4xf64>
// CHECK: tenon.cast {{.*}} to tensor<4xf16>
tenon.entry @to_a_third_type(%x: tensor<4xf32>) -> tensor<4xf16> {
  %0 = tenon.cast %x : tensor<4xf32> to tensor<4xf64>
  %1 = tenon.cast %0 : tensor<4xf64> to tensor<4xf16>
  tenon.return %1 : tensor<4xf16>
}
