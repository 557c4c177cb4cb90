// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops over vectors for tile programs, by the CPU kernel ABI of runtime/KernelAbi.h. Constants are folded away by
// --canonicalize, which only makes the checks shorter.
// RUN: tenon-opt %s --tenon-lower-cpu --canonicalize | FileCheck %s
// RUN: tenon-opt %s --tenon-lower-cpu=target=x86-64-v3 --canonicalize | FileCheck %s --check-prefix=AVX2

// Buffers first, then sizes; blocks from the third argument to the fourth; of the last block only the rows that exist.
// CHECK-LABEL: llvm.func @rows(
// CHECK-SAME: %[[ARGUMENTS:[a-z0-9]+]]: !llvm.ptr, %{{.*}}: !llvm.ptr, %[[FIRST:.*]]: i64, %[[LAST:.*]]: i64,
// CHECK-DAG: %[[IN:.*]] = llvm.load %[[ARGUMENTS]] : !llvm.ptr -> !llvm.ptr
// CHECK-DAG: %[[SLOT1:.*]] = llvm.getelementptr %[[ARGUMENTS]][1]
// CHECK-DAG: %[[OUT:.*]] = llvm.load %[[SLOT1]] : !llvm.ptr -> !llvm.ptr
// CHECK-DAG: %[[SLOT2:.*]] = llvm.getelementptr %[[ARGUMENTS]][2]
// CHECK-DAG: %[[N:.*]] = llvm.load %[[SLOT2]] : !llvm.ptr -> i64
// CHECK: scf.for %{{.*}} = %[[FIRST]] to %[[LAST]] step %c1
// CHECK: %[[LEFT:.*]] = arith.subi %[[N]], %{{.*}}
// CHECK: %[[ROWS:.*]] = arith.minsi %[[LEFT]], %c8
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %[[ROWS]] step %c1
// The element before the row's first: 100 for each row, and the view's offset.
// CHECK: %[[ROW:.*]] = arith.muli %{{.*}}, %c100
// CHECK: %[[START:.*]] = arith.addi %[[ROW]], %c3
// CHECK: %[[FROM:.*]] = llvm.getelementptr %[[IN]][%[[START]]]
// CHECK: %[[TO:.*]] = llvm.getelementptr %[[OUT]][
// 64 of the 100 elements take four whole registers, without a mask.
// CHECK: %[[WHOLE:.*]] = llvm.load %[[FROM]] {alignment = 4 : i64} : !llvm.ptr -> vector<64xf32>
// CHECK: %[[NEG:.*]] = arith.negf %[[WHOLE]] : vector<64xf32>
// CHECK: llvm.store %[[NEG]], %[[TO]] {alignment = 4 : i64} : vector<64xf32>
// The other 36 take one register at a time, with a mask of those that are left.
// CHECK: scf.for %[[J:.*]] = %c64{{.*}} to %c100{{.*}} step %c16
// CHECK: %[[REST:.*]] = arith.subi %c100{{.*}}, %[[J]]
// CHECK: %[[NARROW:.*]] = arith.trunci %[[REST]]
// CHECK: %[[COUNT:.*]] = vector.broadcast %[[NARROW]]
// CHECK: %[[MASK:.*]] = arith.cmpi sgt, %[[COUNT]], %{{.*}} : vector<16xi32>
// CHECK: %[[TAIL:.*]] = llvm.intr.masked.load %{{.*}}, %[[MASK]], %{{.*}} {alignment = 4 : i32}
// CHECK: %[[TAILNEG:.*]] = arith.negf %[[TAIL]] : vector<16xf32>
// CHECK: llvm.intr.masked.store %[[TAILNEG]], %{{.*}}, %[[MASK]]

// AVX2-LABEL: llvm.func @rows(
// AVX2: scf.for {{.*}} to %c96{{.*}} step %c32
// AVX2: llvm.load {{.*}} -> vector<32xf32>
// AVX2: llvm.intr.masked.load {{.*}} -> vector<8xf32>
tile.kernel @rows(%in: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<"N ceildiv 8">, outputs = 1, symbols = [#tenon.symbol<"N">]} {
  %block = tile.block
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %row = arith.muli %block, %c8 : index
  %from = tile.view %in offset <3> sizes <["N", 100]> strides <[100, 1]> : <f32> -> <2 x f32>
  %tile = tile.load %from[%row, %c0] : <2 x f32> -> tensor<8x128xf32>
  %neg = arith.negf %tile : tensor<8x128xf32>
  %to = tile.view %out offset <0> sizes <["N", 100]> strides <[100, 1]> : <f32> -> <2 x f32>
  tile.store %neg, %to[%row, %c0] : tensor<8x128xf32>, <2 x f32>
  tile.return
}

// An element that a row repeats is read once for the row.
// CHECK-LABEL: llvm.func @repeated(
// CHECK: scf.for
// CHECK: scf.for %[[I:.*]] = %c0
// CHECK: %[[ADDRESS:.*]] = llvm.getelementptr %{{.*}}[%[[I]]]
// CHECK: %[[ELEMENT:.*]] = llvm.load %[[ADDRESS]] : !llvm.ptr -> f32
// CHECK: scf.for
// CHECK: vector.broadcast %[[ELEMENT]] : f32 to vector<64xf32>
// CHECK: scf.for
// CHECK: vector.broadcast %[[ELEMENT]] : f32 to vector<16xf32>
tile.kernel @repeated(%in: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"N">]} {
  %c0 = arith.constant 0 : index
  %from = tile.view %in offset <0> sizes <[8, "N"]> strides <[1, 0]> : <f32> -> <2 x f32>
  %tile = tile.load %from[%c0, %c0] : <2 x f32> -> tensor<8x8192xf32>
  %to = tile.view %out offset <0> sizes <[8, "N"]> strides <["N", 1]> : <f32> -> <2 x f32>
  tile.store %tile, %to[%c0, %c0] : tensor<8x8192xf32>, <2 x f32>
  tile.return
}

// Lane k of the step at j reads element (j + k) * stride.
// CHECK-LABEL: llvm.func @gathered(
// CHECK-DAG: %[[STRIDE:.*]] = arith.constant dense<-3> : vector<32xi64>
// CHECK-DAG: %[[LANES:.*]] = arith.constant dense<[0, 1, 2, {{.*}}, 31]> : vector<32xi64>
// CHECK-DAG: %[[ALL:.*]] = arith.constant dense<true> : vector<32xi1>
// CHECK-DAG: %[[FIRST:.*]] = llvm.getelementptr %{{.*}}[300]
// CHECK: scf.for %[[J:.*]] = %c0
// CHECK: %[[COLUMN:.*]] = vector.broadcast %[[J]]
// CHECK: %[[POSITIONS:.*]] = arith.addi %[[COLUMN]], %[[LANES]]
// CHECK: %[[OFFSETS:.*]] = arith.muli %[[POSITIONS]], %[[STRIDE]]
// CHECK: %[[ADDRESSES:.*]] = llvm.getelementptr %[[FIRST]][%[[OFFSETS]]]
// CHECK: llvm.intr.masked.gather %[[ADDRESSES]], %[[ALL]], %{{.*}} {alignment = 8 : i32}
// CHECK: scf.for
// CHECK: %[[MASK:.*]] = arith.cmpi sgt
// CHECK: llvm.intr.masked.gather %{{.*}}, %[[MASK]], {{.*}} -> vector<8xf64>
tile.kernel @gathered(%in: !tile.buffer<f64>, %out: !tile.buffer<f64>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"N">]} {
  %c0 = arith.constant 0 : index
  %from = tile.view %in offset <300> sizes <["N"]> strides <[-3]> : <f64> -> <1 x f64>
  %tile = tile.load %from[%c0] : <1 x f64> -> tensor<128xf64>
  %to = tile.view %out offset <0> sizes <["N"]> strides <[1]> : <f64> -> <1 x f64>
  tile.store %tile, %to[%c0] : tensor<128xf64>, <1 x f64>
  tile.return
}

// A truth value is a byte in memory; whatever is not 0 is true.
// CHECK-LABEL: llvm.func @truth_values(
// CHECK-DAG: %[[ZERO:.*]] = arith.constant dense<0> : vector<256xi8>
// CHECK: %[[BYTES:.*]] = llvm.load %{{.*}} {alignment = 1 : i64} : !llvm.ptr -> vector<256xi8>
// CHECK: %[[TRUTH:.*]] = arith.cmpi ne, %[[BYTES]], %[[ZERO]]
// CHECK: %[[NOT:.*]] = arith.xori %[[TRUTH]], %{{.*}} : vector<256xi1>
// CHECK: %[[WIDE:.*]] = arith.extui %[[NOT]] : vector<256xi1> to vector<256xi8>
// CHECK: llvm.store %[[WIDE]]
tile.kernel @truth_values(%in: !tile.buffer<i1>, %out: !tile.buffer<i1>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %from = tile.view %in offset <0> sizes <[512]> strides <[1]> : <i1> -> <1 x i1>
  %tile = tile.load %from[%c0] : <1 x i1> -> tensor<512xi1>
  %true = arith.constant dense<true> : tensor<512xi1>
  %not = arith.xori %tile, %true : tensor<512xi1>
  %to = tile.view %out offset <0> sizes <[512]> strides <[1]> : <i1> -> <1 x i1>
  tile.store %not, %to[%c0] : tensor<512xi1>, <1 x i1>
  tile.return
}

// bf16 is its bits: the upper half of an f32. Lanes are counted by the widest type, here f32. Where all is bf16, words of two
// are loaded, and vectors hold the even elements, then the odd ones.
// CHECK-LABEL: llvm.func @bf16(
// A kernel of bf16 alone takes eight registers of them at a time. The sum of two bf16 needs no care for NaN.
// CHECK-DAG: %[[UPPER:.*]] = arith.constant dense<-65536> : vector<64xi32>
// CHECK-DAG: %[[SHIFT:.*]] = arith.constant dense<16> : vector<64xi32>
// CHECK: %[[WORDS:.*]] = llvm.load %{{.*}} {alignment = 2 : i64} : !llvm.ptr -> vector<64xi32>
// CHECK: %[[EVEN:.*]] = arith.shli %[[WORDS]], %[[SHIFT]]
// CHECK: %[[ODD:.*]] = arith.andi %[[WORDS]], %[[UPPER]]
// CHECK: %[[BOTH:.*]] = vector.shuffle %[[EVEN]], %[[ODD]]
// CHECK: %[[FLOAT:.*]] = arith.bitcast %[[BOTH]] : vector<128xi32> to vector<128xf32>
// CHECK: %[[SUM:.*]] = arith.addf %[[FLOAT]], %[[FLOAT]] : vector<128xf32>
// CHECK: arith.bitcast %[[SUM]] : vector<128xf32> to vector<128xi32>
// CHECK-NOT: arith.select
// CHECK-NOT: arith.truncf
// CHECK: %[[LOW:.*]] = arith.shrui %{{.*}}, %[[SHIFT]] : vector<64xi32>
// CHECK: %[[ROUNDED:.*]] = arith.ori %[[LOW]], %{{.*}} : vector<64xi32>
// CHECK: llvm.store %[[ROUNDED]]
tile.kernel @bf16(%in: !tile.buffer<bf16>, %out: !tile.buffer<bf16>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %from = tile.view %in offset <0> sizes <[128]> strides <[1]> : <bf16> -> <1 x bf16>
  %tile = tile.load %from[%c0] : <1 x bf16> -> tensor<128xbf16>
  %wide = arith.extf %tile : tensor<128xbf16> to tensor<128xf32>
  %sum = arith.addf %wide, %wide : tensor<128xf32>
  %narrow = arith.truncf %sum : tensor<128xf32> to tensor<128xbf16>
  %to = tile.view %out offset <0> sizes <[128]> strides <[1]> : <bf16> -> <1 x bf16>
  tile.store %narrow, %to[%c0] : tensor<128xbf16>, <1 x bf16>
  tile.return
}

// Kernels that write more than the caches hold bypass them, where rows are aligned.
// CHECK-LABEL: llvm.func @two_registers(
// CHECK: arith.cmpi sge, %{{.*}}, %c33554432_i64
// CHECK: scf.if
// CHECK: llvm.store {{.*}} {alignment = 64 : i64, nontemporal}
// CHECK: } else {
// CHECK: llvm.store {{.*}} {alignment = 4 : i64}
// CHECK: llvm.call_intrinsic "llvm.x86.sse.sfence"

// A costly body takes fewer registers at a time: four up to a cost of 16, two up to 48, then one; a math op costs 12.
// CHECK-LABEL: llvm.func @two_registers_again(
// CHECK: math.exp {{.*}} : vector<32xf32>
// CHECK-LABEL: llvm.func @one_register(
// CHECK: math.exp {{.*}} : vector<16xf32>
tile.kernel @two_registers(%in: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"N">]} {
  %c0 = arith.constant 0 : index
  %from = tile.view %in offset <0> sizes <["N"]> strides <[1]> : <f32> -> <1 x f32>
  %0 = tile.load %from[%c0] : <1 x f32> -> tensor<64xf32>
  %1 = math.exp %0 : tensor<64xf32>
  %2 = math.sqrt %1 : tensor<64xf32>
  %to = tile.view %out offset <0> sizes <["N"]> strides <[1]> : <f32> -> <1 x f32>
  tile.store %2, %to[%c0] : tensor<64xf32>, <1 x f32>
  tile.return
}
tile.kernel @two_registers_again(%in: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"N">]} {
  %c0 = arith.constant 0 : index
  %from = tile.view %in offset <0> sizes <["N"]> strides <[1]> : <f32> -> <1 x f32>
  %0 = tile.load %from[%c0] : <1 x f32> -> tensor<64xf32>
  %1 = math.exp %0 : tensor<64xf32>
  %2 = math.sqrt %1 : tensor<64xf32>
  %to = tile.view %out offset <0> sizes <["N"]> strides <[1]> : <f32> -> <1 x f32>
  tile.store %2, %to[%c0] : tensor<64xf32>, <1 x f32>
  tile.return
}
tile.kernel @one_register(%in: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"N">]} {
  %c0 = arith.constant 0 : index
  %from = tile.view %in offset <0> sizes <["N"]> strides <[1]> : <f32> -> <1 x f32>
  %0 = tile.load %from[%c0] : <1 x f32> -> tensor<64xf32>
  %1 = math.exp %0 : tensor<64xf32>
  %2 = math.sqrt %1 : tensor<64xf32>
  %3 = math.sin %2 : tensor<64xf32>
  %4 = math.cos %3 : tensor<64xf32>
  %to = tile.view %out offset <0> sizes <["N"]> strides <[1]> : <f32> -> <1 x f32>
  tile.store %4, %to[%c0] : tensor<64xf32>, <1 x f32>
  tile.return
}
