// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The exponential costs 12 instructions and is needed 4 times as often as it has elements.
// RUN: tenon-opt %s --tenon-fuse | FileCheck %s --check-prefix=ONE
// RUN: tenon-opt %s --tenon-fuse=recompute-limit=12 | FileCheck %s --check-prefix=ONE
// RUN: tenon-opt %s --tenon-fuse=recompute-limit=11 | FileCheck %s --check-prefix=TWO

// ONE: tenon.group
// ONE: tenon.exp
// ONE-NEXT: tenon.broadcast
// ONE-NEXT: tenon.neg
// ONE-NEXT: tenon.yield

// TWO: %[[EXP:.*]] = tenon.group
// TWO: tenon.exp
// TWO-NEXT: tenon.yield
// TWO: tenon.group map(%[[EXP]])
// TWO: tenon.broadcast
// TWO-NEXT: tenon.neg
tenon.entry @broadcast_exp(%x: tensor<8xf32>) -> tensor<4x8xf32> {
  %0 = tenon.exp %x : tensor<8xf32>
  %1 = tenon.broadcast %0 dimensions = [1] : tensor<8xf32> to tensor<4x8xf32>
  %2 = tenon.neg %1 : tensor<4x8xf32>
  tenon.return %2 : tensor<4x8xf32>
}
