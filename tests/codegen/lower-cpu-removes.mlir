// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Only code is left.
// RUN: tenon-opt %s --tenon-lower-cpu | FileCheck %s

// CHECK: module {
// CHECK-NEXT: }
tenon.state @state : tensor<4xf32>
tenon.entry @entry(%x: tensor<4xf32> {tenon.state = @state}) {
  tenon.return update [@state] = %x : tensor<4xf32>
}
