// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contractions as functions of the CPU kernel ABI: register blocks, their places in the workspace, loops behind them.
// RUN: tenon-opt %s --tenon-lower-cpu --canonicalize | FileCheck %s
// RUN: tenon-opt %s --tenon-lower-cpu=target=x86-64-v3 --canonicalize | FileCheck %s --check-prefix=AVX2

// Two rows of two registers in 512 bits: four accumulators go through the loop, each step loads the right panel once.
// The panels start at element panel * stride, 100 elements after the buffer's first on the left.
// CHECK-LABEL: llvm.func @product(
// CHECK-SAME: %[[ARGUMENTS:[a-z0-9]+]]: !llvm.ptr, %{{.*}}: !llvm.ptr, %[[FIRST:.*]]: i64, %[[LAST:.*]]: i64,
// CHECK-SAME: %[[WORKSPACE:[a-z0-9]+]]: !llvm.ptr)
// CHECK-DAG: %[[X:.*]] = llvm.load %[[ARGUMENTS]] : !llvm.ptr -> !llvm.ptr
// CHECK-DAG: %[[SLOT1:.*]] = llvm.getelementptr %[[ARGUMENTS]][1]
// CHECK-DAG: %[[Y:.*]] = llvm.load %[[SLOT1]] : !llvm.ptr -> !llvm.ptr
// CHECK-DAG: %[[SLOT3:.*]] = llvm.getelementptr %[[ARGUMENTS]][3]
// CHECK-DAG: %[[K:.*]] = llvm.load %[[SLOT3]] : !llvm.ptr -> i64
// CHECK: scf.for %[[BLOCK:[a-z0-9]+]] = %[[FIRST]] to %[[LAST]] step %c1
// CHECK: %[[ROWS:.*]] = arith.minsi %{{.*}}, %c2
// CHECK: %[[STRIDE:.*]] = arith.muli %[[K]], %c2
// CHECK: %[[START:.*]] = arith.muli %[[BLOCK]], %[[STRIDE]]
// CHECK: %[[OFFSET:.*]] = arith.addi %[[START]], %c100
// CHECK: %[[LEFT:.*]] = llvm.getelementptr %[[X]][%[[OFFSET]]] : (!llvm.ptr, i64) -> !llvm.ptr, f32
// CHECK: llvm.call @[[PRODUCTS:product_products[0-9]+]](%[[LEFT]], %[[Y]], %[[K]], %[[WORKSPACE]])
// What is applied to the products reads them row by row from the workspace, which has whole registers behind the last
// row.
// CHECK: scf.for %[[I:[a-z0-9]+]] = %c0{{.*}} to %[[ROWS]]
// CHECK: %[[SCRATCHROW:.*]] = arith.muli %[[I]], %c32
// CHECK: %[[SCRATCH:.*]] = llvm.getelementptr %[[WORKSPACE]][%[[SCRATCHROW]]]
// CHECK: %[[SUMS:.*]] = llvm.load %[[SCRATCH]] {alignment = 4 : i64} : !llvm.ptr -> vector<32xf32>
// CHECK: %[[NEG:.*]] = arith.negf %[[SUMS]]
// CHECK: llvm.store %[[NEG]]
// CHECK: llvm.return
// CHECK: llvm.func internal @[[PRODUCTS]](
// CHECK-SAME: %[[A:[a-z0-9]+]]: !llvm.ptr, %[[B:[a-z0-9]+]]: !llvm.ptr, %[[STEPS:[a-z0-9]+]]: i64,
// CHECK-SAME: %[[PLACE:[a-z0-9]+]]: !llvm.ptr)
// CHECK: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<16xf32>
// CHECK: %[[ACC:.*]]:4 = scf.for %[[STEP:[a-z0-9]+]] = %c0{{.*}} to %[[STEPS]] step %c1
// CHECK-SAME: (%[[ACC00:[a-z0-9]+]] = %[[ZERO]], %[[ACC01:[a-z0-9]+]] = %[[ZERO]], %[[ACC10:[a-z0-9]+]] = %[[ZERO]],
// CHECK-SAME: %[[ACC11:[a-z0-9]+]] = %[[ZERO]])
// CHECK: %[[ROWSOFFSET:.*]] = arith.muli %[[STEP]], %c2
// CHECK: %[[AK:.*]] = llvm.getelementptr %[[A]][%[[ROWSOFFSET]]]
// CHECK: %[[COLUMNSOFFSET:.*]] = arith.muli %[[STEP]], %c32
// CHECK: %[[BK:.*]] = llvm.getelementptr %[[B]][%[[COLUMNSOFFSET]]]
// CHECK: %[[B0:.*]] = llvm.load %[[BK]] {{.*}} -> vector<16xf32>
// CHECK: %[[BNEXT:.*]] = llvm.getelementptr %[[BK]][16]
// CHECK: %[[B1:.*]] = llvm.load %[[BNEXT]] {{.*}} -> vector<16xf32>
// CHECK: %[[SCALAR0:.*]] = llvm.load %[[AK]] {{.*}} -> f32
// CHECK: %[[A0:.*]] = vector.broadcast %[[SCALAR0]] : f32 to vector<16xf32>
// CHECK: %[[FMA00:.*]] = math.fma %[[A0]], %[[B0]], %[[ACC00]]
// CHECK: %[[FMA01:.*]] = math.fma %[[A0]], %[[B1]], %[[ACC01]]
// CHECK: %[[ANEXT:.*]] = llvm.getelementptr %[[AK]][1]
// CHECK: %[[SCALAR1:.*]] = llvm.load %[[ANEXT]]
// CHECK: %[[A1:.*]] = vector.broadcast %[[SCALAR1]]
// CHECK: %[[FMA10:.*]] = math.fma %[[A1]], %[[B0]], %[[ACC10]]
// CHECK: %[[FMA11:.*]] = math.fma %[[A1]], %[[B1]], %[[ACC11]]
// CHECK: scf.yield %[[FMA00]], %[[FMA01]], %[[FMA10]], %[[FMA11]]
// CHECK: llvm.store %[[ACC]]#0, %[[PLACE]] {alignment = 4 : i64}
// CHECK: %[[PLACE1:.*]] = llvm.getelementptr %[[PLACE]][16]
// CHECK: llvm.store %[[ACC]]#1, %[[PLACE1]]
// CHECK: %[[PLACE2:.*]] = llvm.getelementptr %[[PLACE]][32]
// CHECK: llvm.store %[[ACC]]#2, %[[PLACE2]]
// CHECK: %[[PLACE3:.*]] = llvm.getelementptr %[[PLACE]][48]
// CHECK: llvm.store %[[ACC]]#3, %[[PLACE3]]
// CHECK-NEXT: llvm.return

// AVX2-LABEL: llvm.func internal @product_products
// AVX2: scf.for {{.*}} -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>,
// AVX2-SAME: vector<8xf32>, vector<8xf32>)
// AVX2-COUNT-4: llvm.load {{.*}} -> vector<8xf32>
// AVX2-COUNT-8: math.fma
// AVX2-NOT: math.fma
// AVX2-COUNT-8: llvm.store
tile.kernel @product(%x: !tile.buffer<f32>, %y: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<3>, outputs = 1, symbols = [#tenon.symbol<"K">]} {
  %block = tile.block
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %steps = tile.size <"K">
  %zero = arith.constant dense<0.0> : tensor<2x32xf32>
  %left = tile.view %x offset <100> sizes <[3, "K", 2, 1]> strides <["2*K", 2, 1, 1]> : <f32> -> <4 x f32>
  %right = tile.view %y offset <0> sizes <[1, "K", 32, 1]> strides <["32*K", 32, 1, 1]> : <f32> -> <4 x f32>
  %sum = scf.for %k = %c0 to %steps step %c1 iter_args(%acc = %zero) -> tensor<2x32xf32> {
    %a = tile.load %left[%block, %k, %c0, %c0] : <4 x f32> -> tensor<1x1x2x1xf32>
    %b = tile.load %right[%c0, %k, %c0, %c0] : <4 x f32> -> tensor<1x1x32x1xf32>
    %dot = tile.dot %a, %b, %acc : tensor<1x1x2x1xf32>, tensor<1x1x32x1xf32>, tensor<2x32xf32>
    scf.yield %dot : tensor<2x32xf32>
  }
  %neg = arith.negf %sum : tensor<2x32xf32>
  %row = arith.muli %block, %c2 : index
  %to = tile.view %out offset <0> sizes <[6, 32]> strides <[32, 1]> : <f32> -> <2 x f32>
  tile.store %neg, %to[%row, %c0] : tensor<2x32xf32>, <2 x f32>
  tile.return
}

// Two loops in one kernel have two places: the second behind the 2 * 16 * 4 bytes of the first.
// CHECK-LABEL: llvm.func @two_products(
// CHECK-SAME: %[[WORKSPACE:[a-z0-9]+]]: !llvm.ptr)
// CHECK: llvm.call @[[ONE:two_products_products[0-9]+]](%[[X:.*]], %[[Y:.*]], %[[K:.*]], %[[WORKSPACE]])
// CHECK: %[[SECOND:.*]] = llvm.getelementptr %[[WORKSPACE]][128] : (!llvm.ptr) -> !llvm.ptr, i8
// CHECK: %[[PANEL:.*]] = llvm.getelementptr %[[X]][16]
// CHECK: llvm.call @[[TWO:two_products_products[0-9]+]](%[[PANEL]], %[[Y]], %[[K]], %[[SECOND]])
// CHECK: scf.for
// CHECK-DAG: llvm.getelementptr %[[WORKSPACE]][%{{.*}}] : (!llvm.ptr, i64) -> !llvm.ptr, f32
// CHECK-DAG: llvm.getelementptr %[[SECOND]][%{{.*}}] : (!llvm.ptr, i64) -> !llvm.ptr, f32
// CHECK: arith.subf
// CHECK: llvm.func internal @[[ONE]](
// CHECK: llvm.func internal @[[TWO]](
tile.kernel @two_products(%x: !tile.buffer<f32>, %y: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant dense<0.0> : tensor<2x16xf32>
  %left = tile.view %x offset <0> sizes <[2, 8, 2, 1]> strides <[16, 2, 1, 1]> : <f32> -> <4 x f32>
  %right = tile.view %y offset <0> sizes <[1, 8, 16, 1]> strides <[128, 16, 1, 1]> : <f32> -> <4 x f32>
  %0 = scf.for %k = %c0 to %c8 step %c1 iter_args(%acc = %zero) -> tensor<2x16xf32> {
    %a = tile.load %left[%c0, %k, %c0, %c0] : <4 x f32> -> tensor<1x1x2x1xf32>
    %b = tile.load %right[%c0, %k, %c0, %c0] : <4 x f32> -> tensor<1x1x16x1xf32>
    %dot = tile.dot %a, %b, %acc : tensor<1x1x2x1xf32>, tensor<1x1x16x1xf32>, tensor<2x16xf32>
    scf.yield %dot : tensor<2x16xf32>
  }
  %1 = scf.for %k = %c0 to %c8 step %c1 iter_args(%acc = %zero) -> tensor<2x16xf32> {
    %a = tile.load %left[%c1, %k, %c0, %c0] : <4 x f32> -> tensor<1x1x2x1xf32>
    %b = tile.load %right[%c0, %k, %c0, %c0] : <4 x f32> -> tensor<1x1x16x1xf32>
    %dot = tile.dot %a, %b, %acc : tensor<1x1x2x1xf32>, tensor<1x1x16x1xf32>, tensor<2x16xf32>
    scf.yield %dot : tensor<2x16xf32>
  }
  %2 = arith.subf %0, %1 : tensor<2x16xf32>
  %to = tile.view %out offset <0> sizes <[2, 16]> strides <[16, 1]> : <f32> -> <2 x f32>
  tile.store %2, %to[%c0, %c0] : tensor<2x16xf32>, <2 x f32>
  tile.return
}

// The loops run over what the first store writes. Another view has a limit of its own: the elements of the row that it
// has, none where the row lies outside.
// CHECK-LABEL: llvm.func @limits(
// CHECK: scf.for
// CHECK: %[[FIRST:.*]] = arith.muli %{{.*}}, %c8
// CHECK: %[[ROWS:.*]] = arith.minsi
// CHECK: scf.for %[[I:[a-z0-9]+]] = %c0{{.*}} to %[[ROWS]]
// CHECK: %[[COLUMN:.*]] = arith.index_cast %[[FIRST]]
// CHECK: %[[LEFT:.*]] = arith.subi %c30{{.*}}, %[[COLUMN]]
// CHECK: %[[LIMIT:.*]] = arith.minsi %[[LEFT]], %c8
// CHECK: %[[INSIDE:.*]] = arith.cmpi slt, %[[I]], %c5
// CHECK: %[[COUNT:.*]] = arith.select %[[INSIDE]], %[[LIMIT]], %c0
// CHECK: %[[NARROW:.*]] = arith.trunci %[[COUNT]]
// CHECK: %[[REPEATED:.*]] = vector.broadcast %[[NARROW]]
// CHECK: %[[MASK:.*]] = arith.cmpi sgt, %[[REPEATED]],
// CHECK: %[[BOTH:.*]] = arith.andi %[[MASK]],
// CHECK: llvm.intr.masked.load %{{.*}}, %[[BOTH]],
tile.kernel @limits(%x: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<4>, outputs = 1, symbols = []} {
  %block = tile.block
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %column = arith.muli %block, %c8 : index
  %from = tile.view %x offset <0> sizes <[5, 30]> strides <[30, 1]> : <f32> -> <2 x f32>
  %tile = tile.load %from[%c0, %column] : <2 x f32> -> tensor<8x8xf32>
  %to = tile.view %out offset <0> sizes <[32, 8]> strides <[8, 1]> : <f32> -> <2 x f32>
  tile.store %tile, %to[%column, %c0] : tensor<8x8xf32>, <2 x f32>
  tile.return
}

// What repeats along the row is read once for the row only where the row is known to exist; else with the mask.
// CHECK-LABEL: llvm.func @repeated_beyond_the_end(
// CHECK-NOT: -> f32
// CHECK: llvm.intr.masked.gather
tile.kernel @repeated_beyond_the_end(%x: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %from = tile.view %x offset <0> sizes <[3, 16]> strides <[1, 0]> : <f32> -> <2 x f32>
  %tile = tile.load %from[%c0, %c0] : <2 x f32> -> tensor<4x16xf32>
  %to = tile.view %out offset <0> sizes <[4, 16]> strides <[16, 1]> : <f32> -> <2 x f32>
  tile.store %tile, %to[%c0, %c0] : tensor<4x16xf32>, <2 x f32>
  tile.return
}

// A row that is stored with a stride is scattered: lane l of the step at j goes to element (j + l) * 12.
// CHECK-LABEL: llvm.func @scattered(
// CHECK-DAG: %[[STRIDE:.*]] = arith.constant dense<12> : vector<64xi64>
// CHECK-DAG: %[[ALL:.*]] = arith.constant dense<true> : vector<64xi1>
// CHECK: scf.for
// CHECK: scf.for %[[J:[a-z0-9]+]] = %c0
// CHECK: %[[VALUES:.*]] = llvm.load %{{.*}} -> vector<64xf32>
// CHECK: %[[COLUMN:.*]] = vector.broadcast %[[J]]
// CHECK: %[[POSITIONS:.*]] = arith.addi %[[COLUMN]], %{{.*}}
// CHECK: %[[OFFSETS:.*]] = arith.muli %[[POSITIONS]], %[[STRIDE]]
// CHECK: %[[ADDRESSES:.*]] = llvm.getelementptr %{{.*}}[%[[OFFSETS]]] : {{.*}} -> vector<64x!llvm.ptr>, f32
// CHECK: llvm.intr.masked.scatter %[[VALUES]], %[[ADDRESSES]], %[[ALL]] {alignment = 4 : i32}
// CHECK: scf.for
// CHECK: %[[MASK:.*]] = arith.cmpi sgt
// CHECK: llvm.intr.masked.scatter %{{.*}}, %{{.*}}, %[[MASK]] {alignment = 4 : i32} : vector<16xf32>
tile.kernel @scattered(%x: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"N">]} {
  %c0 = arith.constant 0 : index
  %from = tile.view %x offset <0> sizes <["N"]> strides <[1]> : <f32> -> <1 x f32>
  %tile = tile.load %from[%c0] : <1 x f32> -> tensor<256xf32>
  %to = tile.view %out offset <5> sizes <["N"]> strides <[12]> : <f32> -> <1 x f32>
  tile.store %tile, %to[%c0] : tensor<256xf32>, <1 x f32>
  tile.return
}

// A tile that is contiguous down its columns is turned round in square blocks, to the workspace, before the loops,
// which then read rows of 16.
// CHECK-LABEL: llvm.func @transposed(
// CHECK-SAME: %[[WORKSPACE:[a-z0-9]+]]: !llvm.ptr)
// CHECK-COUNT-16: llvm.intr.masked.load {{.*}} -> vector<16xf32>
// CHECK-COUNT-64: vector.shuffle
// CHECK-NOT: vector.shuffle
// CHECK: scf.for %[[I:[a-z0-9]+]] = %c0
// CHECK: %[[ROW:.*]] = arith.muli %[[I]], %c16
// CHECK: %[[COPY:.*]] = llvm.getelementptr %[[WORKSPACE]][%[[ROW]]] : (!llvm.ptr, i64) -> !llvm.ptr, f32
// CHECK-NOT: gather
// CHECK: llvm.intr.masked.load %[[COPY]],
// AVX2-LABEL: llvm.func @transposed(
// AVX2-COUNT-8: llvm.intr.masked.load {{.*}} -> vector<8xf32>
// AVX2-COUNT-24: vector.shuffle
// AVX2-NOT: vector.shuffle
tile.kernel @transposed(%x: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"N">]} {
  %c0 = arith.constant 0 : index
  %from = tile.view %x offset <0> sizes <["N", 12]> strides <[1, "N"]> : <f32> -> <2 x f32>
  %tile = tile.load %from[%c0, %c0] : <2 x f32> -> tensor<64x12xf32>
  %to = tile.view %out offset <0> sizes <["N", 12]> strides <[12, 1]> : <f32> -> <2 x f32>
  tile.store %tile, %to[%c0, %c0] : tensor<64x12xf32>, <2 x f32>
  tile.return
}
