// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Each of a symbol's properties may be left out, where it is printed and where it is read.
// RUN: tenon-opt %s -o %t.once
// RUN: FileCheck %s --input-file=%t.once
// RUN: tenon-opt %t.once -o %t.twice && diff %t.once %t.twice

// CHECK: #tenon.symbol<"A">
// CHECK-SAME: #tenon.symbol<"B", max = 7>
// CHECK-SAME: #tenon.symbol<"C", divisor = 8>
// CHECK-SAME: #tenon.symbol<"D", min = 1, divisor = 8>
// CHECK-SAME: #tenon.symbol<"E", max = 64, divisor = 8>
tenon.entry @symbols(%x: tensor<?x?x?x?x?xf32, #tenon.dims<["A", "B", "C", "D", "E"]>>)
    attributes {symbols = [#tenon.symbol<"A", min = 0, max = 9223372036854775807, divisor = 1>,
                           #tenon.symbol<"B", min = 0, max = 7>,
                           #tenon.symbol<"C", min = 0, max = 9223372036854775807, divisor = 8>,
                           #tenon.symbol<"D", min = 1, max = 9223372036854775807, divisor = 8>,
                           #tenon.symbol<"E", min = 0, max = 64, divisor = 8>]} {
  tenon.return
}
