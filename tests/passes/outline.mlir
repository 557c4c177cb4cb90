// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Groups become kernels: symbols are renamed by position, and equal groups share a kernel.
// RUN: tenon-opt %s --tenon-outline --split-input-file | FileCheck %s

// CHECK-LABEL: @renamed
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK: %[[OUT:.*]] = tenon.launch @map_add sizes = <["T", "B"]>(%[[X]])
// CHECK-NEXT: tenon.return %[[OUT]]
// CHECK: tenon.kernel @map_add(
// CHECK-SAME: tensor<?x?xf32, #tenon.dims<["s0", "2*s1+1"]>>
// CHECK-SAME: symbols = [#tenon.symbol<"s0", min = 2, max = 9>, #tenon.symbol<"s1">]
// CHECK: tenon.add {{.*}} : tensor<?x?xf32, #tenon.dims<["s0", "2*s1+1"]>>
tenon.entry @renamed(%x: tensor<?x?xf32, #tenon.dims<["T", "2*B+1"]>>, %b: tensor<?xf32, #tenon.dims<["B"]>>)
    -> tensor<?x?xf32, #tenon.dims<["T", "2*B+1"]>>
    attributes {symbols = [#tenon.symbol<"B">, #tenon.symbol<"T", min = 2, max = 9>]} {
  %0 = tenon.group map(%x)
      : (tensor<?x?xf32, #tenon.dims<["T", "2*B+1"]>>) -> tensor<?x?xf32, #tenon.dims<["T", "2*B+1"]>> {
  ^bb0(%a: tensor<?x?xf32, #tenon.dims<["T", "2*B+1"]>>):
    %1 = tenon.add %a, %a : tensor<?x?xf32, #tenon.dims<["T", "2*B+1"]>>
    tenon.yield %1 : tensor<?x?xf32, #tenon.dims<["T", "2*B+1"]>>
  }
  tenon.return %0 : tensor<?x?xf32, #tenon.dims<["T", "2*B+1"]>>
}

// -----

// A size that only an attribute names is the kernel's, too.
// CHECK-LABEL: @size_in_an_attribute
// CHECK: tenon.launch @map_slice sizes = <["N"]>
// CHECK: tenon.kernel @map_slice(
// CHECK: tenon.slice %{{.*}} starts = <["s0-1"]>
tenon.entry @size_in_an_attribute(%x: tensor<8xf32>, %n: tensor<?xf32, #tenon.dims<["N"]>>) -> tensor<1xf32>
    attributes {symbols = [#tenon.symbol<"N", min = 1, max = 8>]} {
  %0 = tenon.group map(%x) : (tensor<8xf32>) -> tensor<1xf32> {
  ^bb0(%a: tensor<8xf32>):
    %1 = tenon.slice %a starts = <["N-1"]> strides = [1] : tensor<8xf32> to tensor<1xf32>
    tenon.yield %1 : tensor<1xf32>
  }
  tenon.return %0 : tensor<1xf32>
}

// -----

// CHECK-LABEL: @shared
// CHECK: %[[FIRST:.*]] = tenon.launch @[[KERNEL:.*]] sizes = <["M"]>
// CHECK: tenon.launch @[[KERNEL]] sizes = <["M"]>(%[[FIRST]])
// CHECK-LABEL: @shared_by_another_entry
// CHECK: tenon.launch @[[KERNEL]] sizes = <["N"]>
// CHECK: tenon.kernel @[[KERNEL]](
// CHECK-NOT: tenon.kernel
tenon.entry @shared(%x: tensor<?xf32, #tenon.dims<["M"]>>) -> tensor<?xf32, #tenon.dims<["M"]>>
    attributes {symbols = [#tenon.symbol<"M">]} {
  %0 = tenon.group map(%x) : (tensor<?xf32, #tenon.dims<["M"]>>) -> tensor<?xf32, #tenon.dims<["M"]>> {
  ^bb0(%a: tensor<?xf32, #tenon.dims<["M"]>>):
    %1 = tenon.exp %a : tensor<?xf32, #tenon.dims<["M"]>>
    tenon.yield %1 : tensor<?xf32, #tenon.dims<["M"]>>
  }
  %2 = tenon.group map(%0) : (tensor<?xf32, #tenon.dims<["M"]>>) -> tensor<?xf32, #tenon.dims<["M"]>> {
  ^bb0(%a: tensor<?xf32, #tenon.dims<["M"]>>):
    %1 = tenon.exp %a : tensor<?xf32, #tenon.dims<["M"]>>
    tenon.yield %1 : tensor<?xf32, #tenon.dims<["M"]>>
  }
  tenon.return %2 : tensor<?xf32, #tenon.dims<["M"]>>
}
tenon.entry @shared_by_another_entry(%x: tensor<?xf32, #tenon.dims<["N"]>>) -> tensor<?xf32, #tenon.dims<["N"]>>
    attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.group map(%x) : (tensor<?xf32, #tenon.dims<["N"]>>) -> tensor<?xf32, #tenon.dims<["N"]>> {
  ^bb0(%a: tensor<?xf32, #tenon.dims<["N"]>>):
    %1 = tenon.exp %a : tensor<?xf32, #tenon.dims<["N"]>>
    tenon.yield %1 : tensor<?xf32, #tenon.dims<["N"]>>
  }
  tenon.return %0 : tensor<?xf32, #tenon.dims<["N"]>>
}

// -----

// CHECK-LABEL: @bounds
// CHECK: tenon.launch @[[ANY:.*]] sizes
// CHECK-LABEL: @other_bounds
// CHECK-NOT: tenon.launch @[[ANY]] sizes
// CHECK: tenon.launch @[[FEW:.*]] sizes
// CHECK-DAG: tenon.kernel @[[ANY]]({{.*}}symbols = [#tenon.symbol<"s0">]
// CHECK-DAG: tenon.kernel @[[FEW]]({{.*}}symbols = [#tenon.symbol<"s0", min = 1>]
tenon.entry @bounds(%x: tensor<?xf32, #tenon.dims<["N"]>>) -> tensor<?xf32, #tenon.dims<["N"]>>
    attributes {symbols = [#tenon.symbol<"N">]} {
  %0 = tenon.group map(%x) : (tensor<?xf32, #tenon.dims<["N"]>>) -> tensor<?xf32, #tenon.dims<["N"]>> {
  ^bb0(%a: tensor<?xf32, #tenon.dims<["N"]>>):
    %1 = tenon.exp %a : tensor<?xf32, #tenon.dims<["N"]>>
    tenon.yield %1 : tensor<?xf32, #tenon.dims<["N"]>>
  }
  tenon.return %0 : tensor<?xf32, #tenon.dims<["N"]>>
}
tenon.entry @other_bounds(%x: tensor<?xf32, #tenon.dims<["N"]>>) -> tensor<?xf32, #tenon.dims<["N"]>>
    attributes {symbols = [#tenon.symbol<"N", min = 1>]} {
  %0 = tenon.group map(%x) : (tensor<?xf32, #tenon.dims<["N"]>>) -> tensor<?xf32, #tenon.dims<["N"]>> {
  ^bb0(%a: tensor<?xf32, #tenon.dims<["N"]>>):
    %1 = tenon.exp %a : tensor<?xf32, #tenon.dims<["N"]>>
    tenon.yield %1 : tensor<?xf32, #tenon.dims<["N"]>>
  }
  tenon.return %0 : tensor<?xf32, #tenon.dims<["N"]>>
}

// -----

// Another number, another relation of the two sizes: other kernels.
// CHECK-LABEL: @differences
// CHECK: tenon.launch @map_add sizes = <["M", "N"]>
// CHECK: tenon.launch @map_add_0 sizes = <["M", "N"]>
// CHECK: tenon.launch @map_add_1 sizes = <["M"]>
tenon.entry @differences(%x: tensor<?x?xf32, #tenon.dims<["M", "N"]>>, %y: tensor<?x?xf32, #tenon.dims<["M", "M"]>>)
    attributes {symbols = [#tenon.symbol<"M">, #tenon.symbol<"N">]} {
  %0 = tenon.group map(%x)
      : (tensor<?x?xf32, #tenon.dims<["M", "N"]>>) -> tensor<?x?xf32, #tenon.dims<["M", "N"]>> {
  ^bb0(%a: tensor<?x?xf32, #tenon.dims<["M", "N"]>>):
    %1 = tenon.splat 1.0 : f32 : tensor<?x?xf32, #tenon.dims<["M", "N"]>>
    %2 = tenon.add %a, %1 : tensor<?x?xf32, #tenon.dims<["M", "N"]>>
    tenon.yield %2 : tensor<?x?xf32, #tenon.dims<["M", "N"]>>
  }
  %3 = tenon.group map(%x)
      : (tensor<?x?xf32, #tenon.dims<["M", "N"]>>) -> tensor<?x?xf32, #tenon.dims<["M", "N"]>> {
  ^bb0(%a: tensor<?x?xf32, #tenon.dims<["M", "N"]>>):
    %1 = tenon.splat 2.0 : f32 : tensor<?x?xf32, #tenon.dims<["M", "N"]>>
    %2 = tenon.add %a, %1 : tensor<?x?xf32, #tenon.dims<["M", "N"]>>
    tenon.yield %2 : tensor<?x?xf32, #tenon.dims<["M", "N"]>>
  }
  %4 = tenon.group map(%y)
      : (tensor<?x?xf32, #tenon.dims<["M", "M"]>>) -> tensor<?x?xf32, #tenon.dims<["M", "M"]>> {
  ^bb0(%a: tensor<?x?xf32, #tenon.dims<["M", "M"]>>):
    %1 = tenon.splat 1.0 : f32 : tensor<?x?xf32, #tenon.dims<["M", "M"]>>
    %2 = tenon.add %a, %1 : tensor<?x?xf32, #tenon.dims<["M", "M"]>>
    tenon.yield %2 : tensor<?x?xf32, #tenon.dims<["M", "M"]>>
  }
  tenon.return
}

// -----

// At most four ops name a kernel; splats, which cost nothing, are not among them. A name in use gets a number.
// CHECK-LABEL: @map_neg(
// CHECK: tenon.launch @map_neg_exp_abs_relu sizes
// CHECK: tenon.launch @map_mul_exp_abs_relu_etc sizes
// CHECK: tenon.launch @map_neg_0 sizes
tenon.entry @map_neg(%x: tensor<4xf32>) {
  %first = tenon.group map(%x) : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    %1 = tenon.neg %a : tensor<4xf32>
    %2 = tenon.exp %1 : tensor<4xf32>
    %3 = tenon.abs %2 : tensor<4xf32>
    %4 = tenon.relu %3 : tensor<4xf32>
    tenon.yield %4 : tensor<4xf32>
  }
  %second = tenon.group map(%x) : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    %s = tenon.splat 3.0 : f32 : tensor<4xf32>
    %1 = tenon.mul %a, %s : tensor<4xf32>
    %2 = tenon.exp %1 : tensor<4xf32>
    %3 = tenon.abs %2 : tensor<4xf32>
    %4 = tenon.relu %3 : tensor<4xf32>
    %5 = tenon.sin %4 : tensor<4xf32>
    tenon.yield %5 : tensor<4xf32>
  }
  %third = tenon.group map(%x) : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    %1 = tenon.neg %a : tensor<4xf32>
    tenon.yield %1 : tensor<4xf32>
  }
  tenon.return
}
