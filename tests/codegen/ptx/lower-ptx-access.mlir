// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Accesses to global memory: how wide they are, and what they are predicated by.
// RUN: tenon-opt %s --tenon-assign-registers=target=sm_80 --tenon-lower-ptx=target=sm_80 | FileCheck %s

// Parameters are the buffers, then the sizes; 128 threads. A multiple of the tile needs no predicate for its elements, only
// for the tile as a whole. What separates the registers is an immediate: 512 elements.
// CHECK-LABEL: llvm.func @whole(
// CHECK-SAME: %{{[a-z0-9]+}}: !llvm.ptr<1> {llvm.noalias, llvm.readonly}, %{{[a-z0-9]+}}: !llvm.ptr<1> {llvm.noalias})
// CHECK-SAME: attributes {nvvm.kernel, nvvm.reqntid = array<i32: 128>}
// CHECK: %[[THREAD:.*]] = nvvm.read.ptx.sreg.tid.x : i32
// CHECK: %[[TIMES4:.*]] = arith.shli %[[THREAD]], %c2_i32
// CHECK: %[[MINE:.*]] = arith.andi %[[TIMES4]], %c508_i32
// CHECK: %[[LEFT:.*]] = arith.subi %c2048_i64, %{{.*}} : i64
// CHECK: %[[BEGINS:.*]] = arith.cmpi sgt, %[[LEFT]], %c0_i64{{.*}} : i64
// CHECK-NOT: arith.minsi
// CHECK-NOT: arith.cmpi slt
// CHECK: llvm.inline_asm has_side_effects "mov.b32 $0, 0; mov.b32 $1, 0; mov.b32 $2, 0; mov.b32 $3, 0; @$4 ld.global.v4.b32 {$0, $1, $2, $3}, [$5];", "=&r,=&r,=&r,=&r,b,l,~{memory}" %[[BEGINS]], %[[FIRST:.*]] :
// CHECK: %[[SECOND:.*]] = llvm.getelementptr %[[FIRST]][%c512_i64] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f32
// CHECK: llvm.inline_asm {{.*}} %[[BEGINS]], %[[SECOND]] :
// CHECK: arith.negf %{{.*}} : vector<2xf32>
// CHECK: llvm.inline_asm has_side_effects "@$0 st.global.v4.b32 [$1], {$2, $3, $4, $5};", "b,l,r,r,r,r,~{memory}"
// CHECK: llvm.return
tile.kernel @whole(%x: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<2>, outputs = 1, symbols = []} {
  %block = tile.block
  %c1024 = arith.constant 1024 : index
  %at = arith.muli %block, %c1024 : index
  %from = tile.view %x offset <0> sizes <[2048]> strides <[1]> : <f32> -> <1 x f32>
  %t = tile.load %from[%at] : <1 x f32> -> tensor<1024xf32>
  %n = arith.negf %t : tensor<1024xf32>
  %to = tile.view %out offset <0> sizes <[2048]> strides <[1]> : <f32> -> <1 x f32>
  tile.store %n, %to[%at] : tensor<1024xf32>, <1 x f32>
  tile.return
}

// A multiple of eight elements of 16 bits: still 16 bytes at once, each where its first element is.
// CHECK-LABEL: llvm.func @divisible(
// CHECK-SAME: %[[SIZE:[a-z0-9]+]]: i64) attributes
// CHECK: %[[LEFT:.*]] = arith.subi %[[SIZE]], %{{.*}} : i64
// CHECK: %[[BEGINS:.*]] = arith.cmpi sgt, %[[LEFT]],
// CHECK: %[[MOST:.*]] = arith.minsi %[[LEFT]], %c1024_i64 : i64
// CHECK: %[[LEAST:.*]] = arith.maxsi %[[MOST]], %c0_i64{{.*}} : i64
// CHECK: %[[LIMIT:.*]] = arith.trunci %[[LEAST]] : i64 to i32
// CHECK: %[[HAS:.*]] = arith.cmpi slt, %{{.*}}, %[[LIMIT]] : i32
// CHECK: %[[INSIDE:.*]] = arith.andi %[[BEGINS]], %[[HAS]] : i1
// CHECK: "mov.b32 $0, 0; {{.*}}@$4 ld.global.v4.b32 {$0, $1, $2, $3}, [$5];", {{.*}} %[[INSIDE]],
// CHECK-NOT: ld.global
// CHECK: "@$0 st.global.v4.b32 [$1], {$2, $3, $4, $5};"
// CHECK-NOT: st.global
// CHECK: llvm.return
tile.kernel @divisible(%x: !tile.buffer<bf16>, %out: !tile.buffer<bf16>)
    attributes {grid = #tenon.dim<"N ceildiv 1024">, outputs = 1, symbols = [#tenon.symbol<"N", divisor = 8>]} {
  %block = tile.block
  %c1024 = arith.constant 1024 : index
  %at = arith.muli %block, %c1024 : index
  %from = tile.view %x offset <0> sizes <["N"]> strides <[1]> : <bf16> -> <1 x bf16>
  %t = tile.load %from[%at] : <1 x bf16> -> tensor<1024xbf16>
  %to = tile.view %out offset <0> sizes <["N"]> strides <[1]> : <bf16> -> <1 x bf16>
  tile.store %t, %to[%at] : tensor<1024xbf16>, <1 x bf16>
  tile.return
}

// Of an unknown size each element has its own access and predicate; the limit of the second register is one less.
// CHECK-LABEL: llvm.func @any_size(
// CHECK: %[[LIMIT:.*]] = arith.trunci
// CHECK: arith.cmpi slt, %[[MINE:.*]], %[[LIMIT]] : i32
// CHECK: "mov.b16 $0, 0; @$1 ld.global.b16 $0, [$2];", "=&h,b,l,~{memory}"
// CHECK: %[[LESS:.*]] = arith.subi %[[LIMIT]], %c1_i32{{.*}} : i32
// CHECK: arith.cmpi slt, %[[MINE]], %[[LESS]] : i32
// CHECK: "mov.b16 $0, 0; @$1 ld.global.b16
// CHECK: "@$0 st.global.b16 [$1], $2;", "b,l,h,~{memory}"
tile.kernel @any_size(%x: !tile.buffer<f16>, %out: !tile.buffer<f16>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"N">]} {
  %c0 = arith.constant 0 : index
  %from = tile.view %x offset <0> sizes <["N"]> strides <[1]> : <f16> -> <1 x f16>
  %t = tile.load %from[%c0] : <1 x f16> -> tensor<256xf16>
  %to = tile.view %out offset <0> sizes <["N"]> strides <[1]> : <f16> -> <1 x f16>
  tile.store %t, %to[%c0] : tensor<256xf16>, <1 x f16>
  tile.return
}

// Truth values are bytes: what is not 0 is true, and 1 is stored. A byte is the low half of a register.
// CHECK-LABEL: llvm.func @bytes(
// CHECK: %[[WORD:.*]] = llvm.inline_asm has_side_effects "mov.b16 $0, 0; @$1 ld.global.u8 $0, [$2];", "=&h,b,l,~{memory}"
// CHECK: %[[BYTE:.*]] = llvm.trunc %[[WORD]] : i16 to i8
// CHECK: %[[TRUE:.*]] = arith.cmpi ne, %[[BYTE]], %c0_i8 : i8
// CHECK: %[[STORED:.*]] = arith.extui %{{.*}} : i1 to i8
// CHECK: %[[WIDE:.*]] = llvm.zext %[[STORED]] : i8 to i16
// CHECK: "@$0 st.global.u8 [$1], $2;", "b,l,h,~{memory}" %{{.*}}, %{{.*}}, %[[WIDE]]
tile.kernel @bytes(%x: !tile.buffer<i1>, %out: !tile.buffer<i1>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"N">]} {
  %c0 = arith.constant 0 : index
  %from = tile.view %x offset <0> sizes <["N"]> strides <[1]> : <i1> -> <1 x i1>
  %t = tile.load %from[%c0] : <1 x i1> -> tensor<128xi1>
  %to = tile.view %out offset <0> sizes <["N"]> strides <[1]> : <i1> -> <1 x i1>
  tile.store %t, %to[%c0] : tensor<128xi1>, <1 x i1>
  tile.return
}

// Each of offset, row stride and beginning may make accesses narrower: 8, 4, and 2 bytes here. Two f64 are 16 bytes.
// CHECK-LABEL: llvm.func @offset(
// CHECK: "mov.b64 $0, 0; @$1 ld.global.b64 $0, [$2];", "=&l,b,l,~{memory}"
// CHECK: "@$0 st.global.b64 [$1], $2;", "b,l,l,~{memory}"
// CHECK-LABEL: llvm.func @row_stride(
// CHECK-COUNT-2: "mov.b32 $0, 0; @$1 ld.global.b32 $0, [$2];", "=&r,b,l,~{memory}"
// CHECK-NOT: ld.global
// CHECK: "@$0 st.global.b64 [$1], $2;", "b,l,l,~{memory}"
// CHECK-LABEL: llvm.func @beginning(
// CHECK-COUNT-4: "mov.b16 $0, 0; @$1 ld.global.b16 $0, [$2];", "=&h,b,l,~{memory}"
// CHECK-LABEL: llvm.func @f64(
// CHECK: "{{.*}}@$4 ld.global.v4.b32 {$0, $1, $2, $3}, [$5];"
// CHECK: llvm.bitcast %{{.*}} : vector<4xi32> to vector<2xf64>
tile.kernel @offset(%x: !tile.buffer<bf16>, %out: !tile.buffer<bf16>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %from = tile.view %x offset <4> sizes <[512]> strides <[1]> : <bf16> -> <1 x bf16>
  %t = tile.load %from[%c0] : <1 x bf16> -> tensor<512xbf16>
  %to = tile.view %out offset <4> sizes <[512]> strides <[1]> : <bf16> -> <1 x bf16>
  tile.store %t, %to[%c0] : tensor<512xbf16>, <1 x bf16>
  tile.return
}
tile.kernel @row_stride(%x: !tile.buffer<bf16>, %out: !tile.buffer<bf16>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %from = tile.view %x offset <0> sizes <[16, 32]> strides <[34, 1]> : <bf16> -> <2 x bf16>
  %t = tile.load %from[%c0, %c0] : <2 x bf16> -> tensor<16x32xbf16>
  %to = tile.view %out offset <0> sizes <[16, 32]> strides <[36, 1]> : <bf16> -> <2 x bf16>
  tile.store %t, %to[%c0, %c0] : tensor<16x32xbf16>, <2 x bf16>
  tile.return
}
tile.kernel @beginning(%x: !tile.buffer<bf16>, %out: !tile.buffer<bf16>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %from = tile.view %x offset <0> sizes <[1024]> strides <[1]> : <bf16> -> <1 x bf16>
  %t = tile.load %from[%c1] : <1 x bf16> -> tensor<512xbf16>
  %to = tile.view %out offset <0> sizes <[1024]> strides <[1]> : <bf16> -> <1 x bf16>
  tile.store %t, %to[%c0] : tensor<512xbf16>, <1 x bf16>
  tile.return
}
tile.kernel @f64(%x: !tile.buffer<f64>, %out: !tile.buffer<f64>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %from = tile.view %x offset <2> sizes <[256]> strides <[1]> : <f64> -> <1 x f64>
  %t = tile.load %from[%c0] : <1 x f64> -> tensor<256xf64>
  %to = tile.view %out offset <2> sizes <[256]> strides <[1]> : <f64> -> <1 x f64>
  tile.store %t, %to[%c0] : tensor<256xf64>, <1 x f64>
  tile.return
}

// A stride that is known at run time only is multiplied in 64 bits; the thread's part is unsigned.
// CHECK-LABEL: llvm.func @strided(
// CHECK-SAME: %[[N:[a-z0-9]+]]: i64) attributes
// CHECK: %[[COLUMN:.*]] = arith.extui %{{.*}} : i32 to i64
// CHECK: arith.muli %[[COLUMN]], %[[N]] : i64
// CHECK: ld.global.b32
tile.kernel @strided(%x: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = [#tenon.symbol<"N">]} {
  %c0 = arith.constant 0 : index
  %from = tile.view %x offset <0> sizes <["N"]> strides <["N"]> : <f32> -> <1 x f32>
  %t = tile.load %from[%c0] : <1 x f32> -> tensor<128xf32>
  %to = tile.view %out offset <0> sizes <["N"]> strides <[1]> : <f32> -> <1 x f32>
  tile.store %t, %to[%c0] : tensor<128xf32>, <1 x f32>
  tile.return
}

// Sixteen elements: lane 4 and the warps hold copies, of which the first is stored. All of them load.
// CHECK-LABEL: llvm.func @copies(
// CHECK: %[[COPY:.*]] = arith.andi %{{.*}}, %c112_i32 : i32
// CHECK: %[[ISFIRST:.*]] = arith.cmpi eq, %[[COPY]], %c0_i32{{.*}} : i32
// CHECK: %[[BEGINS:.*]] = arith.cmpi sgt,
// CHECK: %[[MINE:.*]] = arith.andi %{{.*}}, %[[ISFIRST]] : i1
// CHECK: ld.global.b32 $0, [$2];", "=&r,b,l,~{memory}" %[[BEGINS]],
// CHECK: "@$0 st.global.b32 [$1], $2;", "b,l,r,~{memory}" %[[MINE]],
tile.kernel @copies(%x: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %from = tile.view %x offset <0> sizes <[16]> strides <[1]> : <f32> -> <1 x f32>
  %t = tile.load %from[%c0] : <1 x f32> -> tensor<16xf32>
  %to = tile.view %out offset <0> sizes <[16]> strides <[1]> : <f32> -> <1 x f32>
  tile.store %t, %to[%c0] : tensor<16xf32>, <1 x f32>
  tile.return
}

// Up to 32 registers are loaded at once, before anything is computed; more are loaded as they are needed.
// CHECK-LABEL: llvm.func @few_registers(
// CHECK-COUNT-8: ld.global.v4
// CHECK-NOT: ld.global
// CHECK-COUNT-8: st.global.v4
// CHECK-LABEL: llvm.func @many_registers(
// CHECK: ld.global.v4
// CHECK: arith.negf
// CHECK: st.global.v4
// CHECK: ld.global.v4
// CHECK: st.global.v4
tile.kernel @few_registers(%x: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %from = tile.view %x offset <0> sizes <[4096]> strides <[1]> : <f32> -> <1 x f32>
  %t = tile.load %from[%c0] : <1 x f32> -> tensor<4096xf32>
  %n = arith.negf %t : tensor<4096xf32>
  %to = tile.view %out offset <0> sizes <[4096]> strides <[1]> : <f32> -> <1 x f32>
  tile.store %n, %to[%c0] : tensor<4096xf32>, <1 x f32>
  tile.return
}
tile.kernel @many_registers(%x: !tile.buffer<f32>, %out: !tile.buffer<f32>)
    attributes {grid = #tenon.dim<1>, outputs = 1, symbols = []} {
  %c0 = arith.constant 0 : index
  %from = tile.view %x offset <0> sizes <[8192]> strides <[1]> : <f32> -> <1 x f32>
  %t = tile.load %from[%c0] : <1 x f32> -> tensor<8192xf32>
  %n = arith.negf %t : tensor<8192xf32>
  %to = tile.view %out offset <0> sizes <[8192]> strides <[1]> : <f32> -> <1 x f32>
  tile.store %n, %to[%c0] : tensor<8192xf32>, <1 x f32>
  tile.return
}
