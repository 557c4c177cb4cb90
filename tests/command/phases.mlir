// Phases: where they stop and start, what they leave, and a pass of the user's between them.
// RUN: rm -rf %t && mkdir -p %t
// RUN: tenon compile %s --emit tenon --stop-after fuse > %t/fused.mlir && FileCheck %s --check-prefix=FUSED < %t/fused.mlir
// RUN: tenon compile %t/fused.mlir --emit tile --start-from outline | FileCheck %s --check-prefix=TILE
// RUN: tenon compile %s --emit llvm | FileCheck %s --check-prefix=LLVM
// RUN: tenon compile %s --emit asm --target x86-64-v3 | FileCheck %s --check-prefix=ASM
// RUN: tenon compile %s -o %t/a.tenon --dump-ir %t/ir && ls %t/ir | FileCheck %s --check-prefix=DUMP
// RUN: tenon-opt --list-phases | FileCheck %s --check-prefix=LIST
// RUN: tenon compile %s --emit tenon --stop-after simplify --pass-plugin %plugin --insert 'after:simplify=negate-adds{times=3}' | FileCheck %s --check-prefix=PLUGIN
// RUN: tenon compile %s --emit tenon --stop-after simplify --pass-plugin %plugin --insert 'before:simplify=negate-adds{times=3}' | FileCheck %s --check-prefix=BEFORE
// RUN: not tenon compile %s -o %t/b.tenon --insert 'after:nowhere=cse' 2>&1 | FileCheck %s --check-prefix=NOWHERE
// RUN: not tenon compile %s -o %t/b.tenon --insert 'after:fuse=no-such-pass' 2>&1 | FileCheck %s --check-prefix=NOPASS
// RUN: not tenon compile %s --emit tile --start-from schedule 2>&1 | FileCheck %s --check-prefix=TOOLATE

// FUSED: tenon.group map
// FUSED-NOT: tenon.launch
// TILE: tile.kernel @map_add
// LLVM: define void @map_add(ptr
// ASM: vaddps {{.*}}%ymm
// DUMP: {{[0-9]+}}-simplify.mlir
// DUMP: {{[0-9]+}}-schedule.mlir
// DUMP: {{[0-9]+}}-llvm.mlir
// LIST: expand-composites
// LIST-NEXT: simplify
// LIST-NEXT: fuse
// PLUGIN-COUNT-3: tenon.neg
// BEFORE-COUNT-1: tenon.neg
// BEFORE-NOT: tenon.neg
// NOWHERE: tenon: error: there is no phase "nowhere"; the phases are expand-composites simplify fuse
// NOPASS: tenon: error: cannot insert "no-such-pass"
// TOOLATE: must not be left after phase schedule
tenon.entry @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = tenon.add %x, %x : tensor<8xf32>
  tenon.return %0 : tensor<8xf32>
}
