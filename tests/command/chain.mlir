// Everything that a user does with a graph, on one that adds, scales and rounds.
// RUN: rm -rf %t && mkdir -p %t
// RUN: tenon compile %s -o %t/chain.tenon --target x86-64-v3 --target x86-64-v4 --stats 2>&1 | FileCheck %s --check-prefix=STATS
// RUN: tenon-run inspect %t/chain.tenon | FileCheck %s --check-prefix=INSPECT
// RUN: tenon-run run %t/chain.tenon --random 1 --size B=5 --out y=%t/run.npy
// RUN: tenon interpret %s --random 1 --size B=5 --out y=%t/oracle.npy
// RUN: cmp %t/run.npy %t/oracle.npy
// RUN: tenon run %s --random 1 --size B=5 --check | FileCheck %s --check-prefix=CHECK
// RUN: tenon run %t/chain.tenon --random 1 --size B=5 --out y=%t/tenon.npy && cmp %t/run.npy %t/tenon.npy
// RUN: tenon interpret %s --random 1 --size B=5 --dump-values %t/values && ls %t/values | FileCheck %s --check-prefix=VALUES

// STATS: simplify
// STATS: schedule
// STATS: main map_broadcast_add_mul_cast 128*B+128 128*B+128 64*B 64*B
// INSPECT: target 0: cpu x86-64-v4
// INSPECT: target 1: cpu x86-64-v3
// INSPECT: entry main (x: f32 [B, 32], b: f32 [32]) -> (y: bf16 [B, 32])
// CHECK: check y: largest error 0, allowed 0
// VALUES: 0000-broadcast.npy
// VALUES: 0001-add.npy
// VALUES: 0004-cast.npy
tenon.entry @main(%x: tensor<?x32xf32, #tenon.dims<["B", 32]>> {tenon.name = "x"},
                  %b: tensor<32xf32> {tenon.name = "b"})
    -> (tensor<?x32xbf16, #tenon.dims<["B", 32]>> {tenon.name = "y"}) attributes {symbols = [#tenon.symbol<"B">]} {
  %0 = tenon.broadcast %b dimensions = [1] : tensor<32xf32> to tensor<?x32xf32, #tenon.dims<["B", 32]>>
  %1 = tenon.add %x, %0 : tensor<?x32xf32, #tenon.dims<["B", 32]>>
  %2 = tenon.splat 1.5 : f32 : tensor<?x32xf32, #tenon.dims<["B", 32]>>
  %3 = tenon.mul %1, %2 : tensor<?x32xf32, #tenon.dims<["B", 32]>>
  %4 = tenon.cast %3 : tensor<?x32xf32, #tenon.dims<["B", 32]>> to tensor<?x32xbf16, #tenon.dims<["B", 32]>>
  tenon.return %4 : tensor<?x32xbf16, #tenon.dims<["B", 32]>>
}
