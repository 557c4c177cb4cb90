// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: tenon-opt %s --verify-diagnostics --split-input-file

// expected-error@+1 {{size expression "T+": column 3: expected a number, a symbol, min, max or '(', found the end}}
tenon.entry @malformed_size(%x: tensor<?xf32, #tenon.dims<["T+"]>>) {
  tenon.return
}

// -----

// expected-error@+1 {{the encoding names 1 sizes, the tensor has 2 dimensions}}
tenon.entry @too_few_sizes(%x: tensor<?x?xf32, #tenon.dims<["T"]>>) {
  tenon.return
}

// -----

// expected-error@+1 {{dimension 0 is 4 in the encoding, but ? in the shape}}
tenon.entry @number_for_dynamic(%x: tensor<?x?xf32, #tenon.dims<[4, "T"]>>) {
  tenon.return
}

// -----

// expected-error@+1 {{dimension 1 is T in the encoding, but 4 in the shape}}
tenon.entry @symbol_for_number(%x: tensor<?x4xf32, #tenon.dims<["T", "T"]>>) {
  tenon.return
}

// -----

// expected-error@+1 {{an encoding is only for tensors with symbolic sizes}}
tenon.entry @needless_encoding(%x: tensor<4xf32, #tenon.dims<[4]>>) {
  tenon.return
}

// -----

tenon.entry @malformed_name(%x: tensor<4xf32>) attributes {
// expected-error@+1 {{"T+1" is not a name of a size: expected letters, digits and underscores}}
    symbols = [#tenon.symbol<"T+1">]} {
  tenon.return
}

// -----

tenon.entry @reversed_bounds(%x: tensor<4xf32>) attributes {
// expected-error@+1 {{size T has bounds 8 to 4: expected 0 <= min <= max}}
    symbols = [#tenon.symbol<"T", min = 8, max = 4>]} {
  tenon.return
}

// -----

tenon.entry @negative_minimum(%x: tensor<4xf32>) attributes {
// expected-error@+1 {{size T has bounds -1 to 4: expected 0 <= min <= max}}
    symbols = [#tenon.symbol<"T", min = -1, max = 4>]} {
  tenon.return
}

// -----

tenon.entry @no_divisor(%x: tensor<4xf32>) attributes {
// expected-error@+1 {{size T has divisor 0: expected at least 1}}
    symbols = [#tenon.symbol<"T", min = 0, max = 8, divisor = 0>]} {
  tenon.return
}
