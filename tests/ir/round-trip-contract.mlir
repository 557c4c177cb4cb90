// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contractions, panels and tile.dot, in their own syntax and in the generic one.
// RUN: tenon-opt %s -o %t.once
// RUN: FileCheck %s --input-file=%t.once
// RUN: tenon-opt %t.once -o %t.twice && diff %t.once %t.twice
// RUN: tenon-opt %s --mlir-print-op-generic -o %t.generic
// RUN: tenon-opt %t.generic -o %t.back && diff %t.once %t.back

// CHECK-LABEL: tenon.entry @products
tenon.entry @products(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>, %v: tensor<3xf64>,
                      %a: tensor<?x5x?x6xbf16, #tenon.dims<["B", 5, "K", 6]>>,
                      %b: tensor<6x?x?xbf16, #tenon.dims<[6, "K", "B"]>>)
    attributes {symbols = [#tenon.symbol<"B">, #tenon.symbol<"K">]} {
  // CHECK: tenon.dot_general %{{.*}}, %{{.*}} batch = [] x [] contract = [1] x [0] :
  // CHECK-SAME: tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  %0 = tenon.dot_general %x, %y batch = [] x [] contract = [1] x [0]
      : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  // Nothing summed, and nothing left: an outer and an inner product.
  // CHECK: tenon.dot_general %{{.*}}, %{{.*}} batch = [] x [] contract = [] x [] :
  // CHECK-SAME: tensor<3xf64>, tensor<3xf64> -> tensor<3x3xf64>
  %1 = tenon.dot_general %v, %v batch = [] x [] contract = [] x [] : tensor<3xf64>, tensor<3xf64> -> tensor<3x3xf64>
  // CHECK: tenon.dot_general %{{.*}}, %{{.*}} batch = [] x [] contract = [0] x [0] :
  // CHECK-SAME: tensor<3xf64>, tensor<3xf64> -> tensor<f64>
  %2 = tenon.dot_general %v, %v batch = [] x [] contract = [0] x [0] : tensor<3xf64>, tensor<3xf64> -> tensor<f64>
  // Two pairs are summed, one runs along; the result may be wider than the operands.
  // CHECK: tenon.dot_general %{{.*}}, %{{.*}} batch = [0] x [2] contract = [2, 3] x [1, 0] :
  // CHECK-SAME: -> tensor<?x5xf32, #tenon.dims<["B", 5]>>
  %3 = tenon.dot_general %a, %b batch = [0] x [2] contract = [2, 3] x [1, 0]
      : tensor<?x5x?x6xbf16, #tenon.dims<["B", 5, "K", 6]>>, tensor<6x?x?xbf16, #tenon.dims<[6, "K", "B"]>>
      -> tensor<?x5xf32, #tenon.dims<["B", 5]>>
  tenon.return
}

// CHECK-LABEL: tenon.entry @panels
tenon.entry @panels(%x: tensor<?x5x6xbf16, #tenon.dims<["N", 5, 6]>>) attributes {symbols = [#tenon.symbol<"N">]} {
  // Thirty columns in eight of four, the rows in panels of twelve, widened.
  // CHECK: tenon.pack %{{.*}} batch = [] rows = [0] columns = [1, 2] height = 12 depth = 4 :
  // CHECK-SAME: to tensor<?x8x12x4xf32, #tenon.dims<["N ceildiv 12", 8, 12, 4]>>
  %0 = tenon.pack %x batch = [] rows = [0] columns = [1, 2] height = 12 depth = 4
      : tensor<?x5x6xbf16, #tenon.dims<["N", 5, 6]>> to tensor<?x8x12x4xf32, #tenon.dims<["N ceildiv 12", 8, 12, 4]>>
  // CHECK: tenon.unpack %{{.*}} batch = [] rows = [0] columns = [1, 2] height = 12 depth = 4 :
  // CHECK-SAME: to tensor<?x5x6xf32, #tenon.dims<["N", 5, 6]>>
  %1 = tenon.unpack %0 batch = [] rows = [0] columns = [1, 2] height = 12 depth = 4
      : tensor<?x8x12x4xf32, #tenon.dims<["N ceildiv 12", 8, 12, 4]>> to tensor<?x5x6xf32, #tenon.dims<["N", 5, 6]>>
  // CHECK: tenon.pack %{{.*}} batch = [1] rows = [] columns = [2, 0] height = 1 depth = 1 :
  // CHECK-SAME: to tensor<5x1x?x1x1xbf16, #tenon.dims<[5, 1, "6*N", 1, 1]>>
  %2 = tenon.pack %x batch = [1] rows = [] columns = [2, 0] height = 1 depth = 1
      : tensor<?x5x6xbf16, #tenon.dims<["N", 5, 6]>> to tensor<5x1x?x1x1xbf16, #tenon.dims<[5, 1, "6*N", 1, 1]>>
  tenon.return
}

// CHECK-LABEL: tenon.entry @anchors
tenon.entry @anchors(%x: tensor<4x5xf32>) -> tensor<4x4xf32> {
  // CHECK: tenon.group pack(%{{.*}}) : (tensor<4x5xf32>) -> tensor<2x5x2x1xf32>
  %0 = tenon.group pack(%x) : (tensor<4x5xf32>) -> tensor<2x5x2x1xf32> {
  ^bb0(%a: tensor<4x5xf32>):
    %2 = tenon.pack %a batch = [] rows = [0] columns = [1] height = 2 depth = 1 : tensor<4x5xf32> to tensor<2x5x2x1xf32>
    tenon.yield %2 : tensor<2x5x2x1xf32>
  }
  // CHECK: tenon.group contract(%{{.*}}) : (tensor<2x5x2x1xf32>) -> tensor<4x4xf32>
  %1 = tenon.group contract(%0) : (tensor<2x5x2x1xf32>) -> tensor<4x4xf32> {
  ^bb0(%a: tensor<2x5x2x1xf32>):
    %2 = tenon.unpack %a batch = [] rows = [0] columns = [1] height = 2 depth = 1
        : tensor<2x5x2x1xf32> to tensor<4x5xf32>
    %3 = tenon.dot_general %2, %2 batch = [] x [] contract = [1] x [1]
        : tensor<4x5xf32>, tensor<4x5xf32> -> tensor<4x4xf32>
    tenon.yield %3 : tensor<4x4xf32>
  }
  tenon.return %1 : tensor<4x4xf32>
}

// CHECK-LABEL: tile.kernel @dot
tile.kernel @dot(%b: !tile.buffer<f32>) attributes {grid = #tenon.dim<1>, outputs = 0, symbols = []} {
  %x = arith.constant dense<0.0> : tensor<1x2x3xf32>
  %y = arith.constant dense<0.0> : tensor<4x3xf32>
  %sum = arith.constant dense<0.0> : tensor<1x1x2x4xf32>
  // CHECK: tile.dot %{{.*}}, %{{.*}}, %{{.*}} : tensor<1x2x3xf32>, tensor<4x3xf32>, tensor<1x1x2x4xf32>
  %0 = tile.dot %x, %y, %sum : tensor<1x2x3xf32>, tensor<4x3xf32>, tensor<1x1x2x4xf32>
  tile.return
}
