// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: tenon-opt %s --verify-diagnostics --split-input-file

tenon.entry @shapes(%x: tensor<?x4xi1, #tenon.dims<["N", 4]>>, %y: tensor<4x?xf32, #tenon.dims<[4, "N"]>>)
    attributes {symbols = [#tenon.symbol<"N">]} {
  // expected-error@+1 {{operand 0 has shape [N, 4], but the result has shape [4, N]; elementwise ops}}
  %0 = tenon.select %x, %y, %y : tensor<?x4xi1, #tenon.dims<["N", 4]>>, tensor<4x?xf32, #tenon.dims<[4, "N"]>>
  tenon.return
}

// -----

tenon.entry @cast_of_another_shape(%x: tensor<4xf32>) {
  // expected-error@+1 {{but the result has shape [5]; elementwise ops take equal shapes, insert a broadcast}}
  %0 = tenon.cast %x : tensor<4xf32> to tensor<5xf32>
  tenon.return
}

// -----

tenon.entry @unsigned_relation_of_floats(%x: tensor<4xf32>) {
  // expected-error@+1 {{relation ult takes integers, found 'f32'}}
  %0 = tenon.compare ult, %x, %x : tensor<4xf32>
  tenon.return
}

// -----

tenon.entry @bitcast_of_another_width(%x: tensor<4xf32>) {
  // expected-error@+1 {{from 'f32' to 'i64': the types have different widths}}
  %0 = tenon.bitcast %x : tensor<4xf32> to tensor<4xi64>
  tenon.return
}

// -----

tenon.entry @splat_of_another_type() {
  // expected-error@+1 {{value 1.000000e+00 : f32 is not a number of the result's element type 'f64'}}
  %0 = tenon.splat 1.0 : f32 : tensor<4xf64>
  tenon.return
}

// -----

tenon.entry @splat_of_a_tensor() {
  // expected-error@+1 {{is not a number of the result's element type 'f32'}}
  %0 = tenon.splat dense<1.0> : tensor<4xf32> : tensor<4xf32>
  tenon.return
}

// -----

tenon.entry @floats_only(%x: tensor<4xi32>) {
  // expected-error@+1 {{operand #0 must be ranked tensor of 64-bit float or 32-bit float or 16-bit float or bfloat16}}
  %0 = tenon.exp %x : tensor<4xi32>
  tenon.return
}

// -----

tenon.entry @numbers_only(%x: tensor<4xi1>) {
  // expected-error@+1 {{operand #0 must be ranked tensor of}}
  %0 = tenon.add %x, %x : tensor<4xi1>
  tenon.return
}

// -----

tenon.entry @truth_values_only(%x: tensor<4xi8>) {
  // expected-error@+1 {{operand #0 must be ranked tensor of 1-bit signless integer values}}
  %0 = tenon.select %x, %x, %x : tensor<4xi8>, tensor<4xi8>
  tenon.return
}

// -----

tenon.entry @unsigned_elements(%x: tensor<4xi32>) {
  // expected-error@+1 {{result #0 must be ranked tensor of}}
  %0 = tenon.cast %x : tensor<4xi32> to tensor<4xui8>
  tenon.return
}

// -----

tenon.entry @another_result_type(%x: tensor<4xf32>) {
  // expected-error@+1 {{requires the same type for all operands and results}}
  %0 = "tenon.add"(%x, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf64>
  tenon.return
}
