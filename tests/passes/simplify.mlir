// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The rules of passes/Rewrites.td, each in the order of that file, and where they must not apply.
// RUN: tenon-opt %s --tenon-simplify | FileCheck %s

//===- Neutral elements -------------------------------------------------------------------------------------------===//

// CHECK-LABEL: @neutral_of_floats
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-NEXT: tenon.return %[[X]], %[[X]], %[[X]], %[[X]], %[[X]], %[[X]] :
tenon.entry @neutral_of_floats(%x: tensor<4xbf16>)
    -> (tensor<4xbf16>, tensor<4xbf16>, tensor<4xbf16>, tensor<4xbf16>, tensor<4xbf16>, tensor<4xbf16>) {
  %zero = tenon.splat 0.0 : bf16 : tensor<4xbf16>
  %minus = tenon.splat -0.0 : bf16 : tensor<4xbf16>
  %one = tenon.splat 1.0 : bf16 : tensor<4xbf16>
  %0 = tenon.add %x, %minus : tensor<4xbf16>
  %1 = tenon.add %minus, %x : tensor<4xbf16>
  %2 = tenon.sub %x, %zero : tensor<4xbf16>
  %3 = tenon.mul %x, %one : tensor<4xbf16>
  %4 = tenon.mul %one, %x : tensor<4xbf16>
  %5 = tenon.div %x, %one : tensor<4xbf16>
  tenon.return %0, %1, %2, %3, %4, %5
      : tensor<4xbf16>, tensor<4xbf16>, tensor<4xbf16>, tensor<4xbf16>, tensor<4xbf16>, tensor<4xbf16>
}

// CHECK-LABEL: @neutral_of_integers
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-NEXT: tenon.return %[[X]], %[[X]], %[[X]], %[[X]], %[[X]], %[[X]] :
tenon.entry @neutral_of_integers(%x: tensor<4xi8>)
    -> (tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<4xi8>) {
  %zero = tenon.splat 0 : i8 : tensor<4xi8>
  %one = tenon.splat 1 : i8 : tensor<4xi8>
  %0 = tenon.add %x, %zero : tensor<4xi8>
  %1 = tenon.add %zero, %x : tensor<4xi8>
  %2 = tenon.sub %x, %zero : tensor<4xi8>
  %3 = tenon.mul %x, %one : tensor<4xi8>
  %4 = tenon.mul %one, %x : tensor<4xi8>
  %5 = tenon.div %x, %one : tensor<4xi8>
  tenon.return %0, %1, %2, %3, %4, %5
      : tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<4xi8>
}

// CHECK-LABEL: @neutral_bits
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<4xi16>, %[[B:[a-z0-9]+]]: tensor<4xi1>
// CHECK-NEXT: tenon.return %[[X]], %[[X]], %[[X]], %[[B]], %[[B]], %[[B]] :
tenon.entry @neutral_bits(%x: tensor<4xi16>, %b: tensor<4xi1>)
    -> (tensor<4xi16>, tensor<4xi16>, tensor<4xi16>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>) {
  %zero = tenon.splat 0 : i16 : tensor<4xi16>
  %ones = tenon.splat -1 : i16 : tensor<4xi16>
  %false = tenon.splat false : tensor<4xi1>
  %true = tenon.splat true : tensor<4xi1>
  %0 = tenon.and %x, %ones : tensor<4xi16>
  %1 = tenon.or %x, %zero : tensor<4xi16>
  %2 = tenon.xor %x, %zero : tensor<4xi16>
  %3 = tenon.and %b, %true : tensor<4xi1>
  %4 = tenon.or %b, %false : tensor<4xi1>
  %5 = tenon.xor %b, %false : tensor<4xi1>
  tenon.return %0, %1, %2, %3, %4, %5
      : tensor<4xi16>, tensor<4xi16>, tensor<4xi16>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>
}

// The zero of the wrong sign turns a -0 into +0; 1 is neutral on the right of a quotient only.
// CHECK-LABEL: @not_neutral
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK: %[[ZERO:.*]] = tenon.splat 0.0
// CHECK: %[[MINUS:.*]] = tenon.splat -0.0
// CHECK: %[[ONE:.*]] = tenon.splat 1.0
// CHECK: tenon.add %[[X]], %[[ZERO]]
// CHECK: tenon.add %[[ZERO]], %[[X]]
// CHECK: tenon.sub %[[X]], %[[MINUS]]
// CHECK: tenon.sub %[[ZERO]], %[[X]]
// CHECK: tenon.div %[[ONE]], %[[X]]
// CHECK: tenon.mul %[[X]], %[[ZERO]]
tenon.entry @not_neutral(%x: tensor<4xf32>)
    -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %zero = tenon.splat 0.0 : f32 : tensor<4xf32>
  %minus = tenon.splat -0.0 : f32 : tensor<4xf32>
  %one = tenon.splat 1.0 : f32 : tensor<4xf32>
  %0 = tenon.add %x, %zero : tensor<4xf32>
  %1 = tenon.add %zero, %x : tensor<4xf32>
  %2 = tenon.sub %x, %minus : tensor<4xf32>
  %3 = tenon.sub %zero, %x : tensor<4xf32>
  %4 = tenon.div %one, %x : tensor<4xf32>
  %5 = tenon.mul %x, %zero : tensor<4xf32>
  tenon.return %0, %1, %2, %3, %4, %5
      : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @not_neutral_bits
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK: tenon.and %[[X]]
// CHECK: tenon.or %[[X]]
// CHECK: tenon.xor %[[X]]
tenon.entry @not_neutral_bits(%x: tensor<4xi16>) -> (tensor<4xi16>, tensor<4xi16>, tensor<4xi16>) {
  %low = tenon.splat 255 : i16 : tensor<4xi16>
  %ones = tenon.splat -1 : i16 : tensor<4xi16>
  %0 = tenon.and %x, %low : tensor<4xi16>
  %1 = tenon.or %x, %ones : tensor<4xi16>
  %2 = tenon.xor %x, %ones : tensor<4xi16>
  tenon.return %0, %1, %2 : tensor<4xi16>, tensor<4xi16>, tensor<4xi16>
}

//===- Involutions and idempotents --------------------------------------------------------------------------------===//

// CHECK-LABEL: @involutions
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<4xf16>, %[[I:[a-z0-9]+]]: tensor<4xi64>
// CHECK-NEXT: tenon.return %[[X]], %[[I]] :
tenon.entry @involutions(%x: tensor<4xf16>, %i: tensor<4xi64>) -> (tensor<4xf16>, tensor<4xi64>) {
  %0 = tenon.neg %x : tensor<4xf16>
  %1 = tenon.neg %0 : tensor<4xf16>
  %2 = tenon.not %i : tensor<4xi64>
  %3 = tenon.not %2 : tensor<4xi64>
  tenon.return %1, %3 : tensor<4xf16>, tensor<4xi64>
}

// CHECK-LABEL: @idempotents
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-NEXT: %[[ABS:.*]] = tenon.abs %[[X]]
// CHECK-NEXT: %[[RELU:.*]] = tenon.relu %[[X]]
// CHECK-NEXT: %[[FLOOR:.*]] = tenon.floor %[[X]]
// CHECK-NEXT: %[[CEIL:.*]] = tenon.ceil %[[X]]
// CHECK-NEXT: tenon.return %[[ABS]], %[[RELU]], %[[FLOOR]], %[[CEIL]] :
tenon.entry @idempotents(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %0 = tenon.abs %x : tensor<4xf32>
  %1 = tenon.abs %0 : tensor<4xf32>
  %2 = tenon.relu %x : tensor<4xf32>
  %3 = tenon.relu %2 : tensor<4xf32>
  %4 = tenon.floor %x : tensor<4xf32>
  %5 = tenon.floor %4 : tensor<4xf32>
  %6 = tenon.ceil %x : tensor<4xf32>
  %7 = tenon.ceil %6 : tensor<4xf32>
  tenon.return %1, %3, %5, %7 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @floor_of_ceil
// CHECK: %[[CEIL:.*]] = tenon.ceil
// CHECK: tenon.floor %[[CEIL]]
tenon.entry @floor_of_ceil(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tenon.ceil %x : tensor<4xf32>
  %1 = tenon.floor %0 : tensor<4xf32>
  tenon.return %1 : tensor<4xf32>
}

// CHECK-LABEL: @abs_of_neg
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-NEXT: %[[ABS:.*]] = tenon.abs %[[X]]
// CHECK-NEXT: tenon.return %[[ABS]]
tenon.entry @abs_of_neg(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tenon.neg %x : tensor<4xf32>
  %1 = tenon.abs %0 : tensor<4xf32>
  tenon.return %1 : tensor<4xf32>
}

// CHECK-LABEL: @of_itself
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<4xi32>, %[[Y:[a-z0-9]+]]: tensor<4xf32>
// CHECK-NEXT: tenon.return %[[X]], %[[X]], %[[Y]], %[[Y]] :
tenon.entry @of_itself(%x: tensor<4xi32>, %y: tensor<4xf32>)
    -> (tensor<4xi32>, tensor<4xi32>, tensor<4xf32>, tensor<4xf32>) {
  %0 = tenon.and %x, %x : tensor<4xi32>
  %1 = tenon.or %x, %x : tensor<4xi32>
  %2 = tenon.maximum %y, %y : tensor<4xf32>
  %3 = tenon.minimum %y, %y : tensor<4xf32>
  tenon.return %0, %1, %2, %3 : tensor<4xi32>, tensor<4xi32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @of_another
// CHECK: tenon.and
// CHECK: tenon.maximum
tenon.entry @of_another(%x: tensor<4xi32>, %y: tensor<4xi32>) -> (tensor<4xi32>, tensor<4xi32>) {
  %0 = tenon.and %x, %y : tensor<4xi32>
  %1 = tenon.maximum %x, %y : tensor<4xi32>
  tenon.return %0, %1 : tensor<4xi32>, tensor<4xi32>
}

//===- Signs ------------------------------------------------------------------------------------------------------===//

// CHECK-LABEL: @signs
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<4xf32>, %[[Y:[a-z0-9]+]]: tensor<4xf32>
// CHECK-NEXT: %[[DIFFERENCE:.*]] = tenon.sub %[[X]], %[[Y]]
// CHECK-NEXT: %[[SUM:.*]] = tenon.add %[[X]], %[[Y]]
// CHECK-NEXT: %[[PRODUCT:.*]] = tenon.mul %[[X]], %[[Y]]
// CHECK-NEXT: tenon.return %[[DIFFERENCE]], %[[SUM]], %[[PRODUCT]] :
tenon.entry @signs(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %minusx = tenon.neg %x : tensor<4xf32>
  %minusy = tenon.neg %y : tensor<4xf32>
  %0 = tenon.add %x, %minusy : tensor<4xf32>
  %1 = tenon.sub %x, %minusy : tensor<4xf32>
  %2 = tenon.mul %minusx, %minusy : tensor<4xf32>
  tenon.return %0, %1, %2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @one_sign
// CHECK: %[[NEG:.*]] = tenon.neg
// CHECK: tenon.mul %[[NEG]]
tenon.entry @one_sign(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tenon.neg %x : tensor<4xf32>
  %1 = tenon.mul %0, %y : tensor<4xf32>
  tenon.return %1 : tensor<4xf32>
}

//===- Choice -----------------------------------------------------------------------------------------------------===//

// CHECK-LABEL: @choices
// CHECK-SAME: %[[C:[a-z0-9]+]]: tensor<4xi1>, %[[X:[a-z0-9]+]]: tensor<4xf32>, %[[Y:[a-z0-9]+]]: tensor<4xf32>
// CHECK-NEXT: %[[OTHER:.*]] = tenon.select %[[C]], %[[Y]], %[[X]]
// CHECK-NEXT: tenon.return %[[X]], %[[OTHER]] :
tenon.entry @choices(%c: tensor<4xi1>, %x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = tenon.select %c, %x, %x : tensor<4xi1>, tensor<4xf32>
  %not = tenon.not %c : tensor<4xi1>
  %1 = tenon.select %not, %x, %y : tensor<4xi1>, tensor<4xf32>
  tenon.return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

//===- Bitcasts ---------------------------------------------------------------------------------------------------===//

// CHECK-LABEL: @bitcast_and_back
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-NEXT: tenon.return %[[X]]
tenon.entry @bitcast_and_back(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tenon.bitcast %x : tensor<4xf32> to tensor<4xi32>
  %1 = tenon.bitcast %0 : tensor<4xi32> to tensor<4xf32>
  tenon.return %1 : tensor<4xf32>
}

// CHECK-LABEL: @bitcast_elsewhere
// CHECK: %[[BITS:.*]] = tenon.bitcast
// CHECK: tenon.bitcast %[[BITS]]
tenon.entry @bitcast_elsewhere(%x: tensor<4xf16>) -> tensor<4xbf16> {
  %0 = tenon.bitcast %x : tensor<4xf16> to tensor<4xi16>
  %1 = tenon.bitcast %0 : tensor<4xi16> to tensor<4xbf16>
  tenon.return %1 : tensor<4xbf16>
}
