// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// All ops of the dialect, in one place for TableGen.
include "ir/tenon/ContractOps.td"
include "ir/tenon/ElementwiseOps.td"
include "ir/tenon/ReduceOps.td"
include "ir/tenon/StructureOps.td"
include "ir/tenon/ViewOps.td"
