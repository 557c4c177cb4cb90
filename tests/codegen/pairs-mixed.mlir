// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Vectors that hold even elements, then odd ones, beside tiles of f32 in memory: loads, stores, sums of rows, and the masked rest.
// RUN: tenon run %s --entry load --random 1 --size N=70 --check
// RUN: tenon run %s --entry store --random 2 --size N=70 --check
// RUN: tenon run %s --entry rows --random 3 --size N=70 --check
// RUN: tenon run %s --entry rows --random 4 --size N=256 --check

!narrow = tensor<3x?xbf16, #tenon.dims<[3, "N"]>>
!wide = tensor<3x?xf32, #tenon.dims<[3, "N"]>>
!sums = tensor<3xf32>

tenon.entry @load(%x: !narrow {tenon.name = "x"}, %w: !wide {tenon.name = "w"}) -> (!narrow {tenon.name = "y"})
    attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.cast %x : !narrow to !wide
  %1 = tenon.mul %0, %w : !wide
  %2 = tenon.cast %1 : !wide to !narrow
  tenon.return %2 : !narrow
}

tenon.entry @store(%x: !narrow {tenon.name = "x"}, %z: !narrow {tenon.name = "z"}) -> (!wide {tenon.name = "y"})
    attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.cast %x : !narrow to !wide
  %1 = tenon.cast %z : !narrow to !wide
  %2 = tenon.sub %0, %1 : !wide
  tenon.return %2 : !wide
}

tenon.entry @rows(%x: !narrow {tenon.name = "x"}) -> (!sums {tenon.name = "s"}, !narrow {tenon.name = "y"})
    attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.cast %x : !narrow to !wide
  %1 = tenon.reduce add %0 dims = [1] : !wide -> !sums
  %2 = tenon.broadcast %1 dimensions = [0] : !sums to !wide
  %3 = tenon.div %0, %2 : !wide
  %4 = tenon.cast %3 : !wide to !narrow
  tenon.return %1, %4 : !sums, !narrow
}
