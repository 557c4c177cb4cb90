// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// bf16 operands where pairs of k are multiplied at once: panels of 32-bit words, and the instruction that takes them.
// RUN: tenon-opt %s --tenon-fuse --tenon-assign-layouts=target=x86-64-v4-bf16 --tenon-outline \
// RUN:   --tenon-schedule=target=x86-64-v4-bf16 --canonicalize | FileCheck %s
// RUN: tenon-opt %s --tenon-fuse --tenon-assign-layouts=target=x86-64-v4-bf16 --tenon-outline \
// RUN:   --tenon-schedule=target=x86-64-v4-bf16 --tenon-lower-cpu=target=x86-64-v4-bf16 | FileCheck %s --check-prefix=CPU
// RUN: not tenon-opt %s --tenon-fuse --tenon-assign-layouts=target=x86-64-v4-bf16 --tenon-outline \
// RUN:   --tenon-schedule=target=x86-64-v4-bf16 --tenon-lower-cpu=target=x86-64-v4 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: multiplies pairs of bf16, for which x86-64-v4 has no instruction

// Pairs of the left operand's columns are words of it; those of the right one's rows are joined from two rows.
// CHECK-LABEL: tile.kernel @pack_pack(
// CHECK: tile.view %arg0 offset <0> sizes <[1, 1, 32, 100]> strides <[0, 0, 1, 32]> : <bf16> -> <4 x i32>
// CHECK-LABEL: tile.kernel @pack_pack_0(
// CHECK: tile.view %arg0 offset <0> sizes <[1, 1, 32, 40]> strides <[0, 0, 80, 1]> : <bf16> -> <4 x i16>
// CHECK: tile.view %arg0 offset <40> sizes <[1, 1, 32, 40]> strides <[0, 0, 80, 1]> : <bf16> -> <4 x i16>
// CHECK: arith.shli
// CHECK: arith.ori
// CHECK-LABEL: tile.kernel @contract
// CHECK: tile.load {{.*}} -> tensor<1x1x12x2xbf16>
// CHECK: tile.load {{.*}} -> tensor<1x1x32x2xbf16>
// CHECK: tile.dot
// CPU: llvm.call_intrinsic "llvm.x86.avx512bf16.dpbf16ps.512"
tenon.entry @f(%x: tensor<100x64xbf16>, %y: tensor<64x40xbf16>) -> tensor<100x40xbf16> {
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<100x64xbf16>, tensor<64x40xbf16> -> tensor<100x40xbf16>
  tenon.return %0 : tensor<100x40xbf16>
}
