// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What TableGen makes of the ops: among it each entry's reference, body and gradient.
#include "ir/tenon/TenonOps.h"

#include "ir/reference/Elementwise.h"
#include "ir/tenon/Body.h"
#include "ir/tenon/Gradient.h"

using namespace mlir;

#include "ir/tenon/Interfaces.cpp.inc"
#define GET_OP_CLASSES
#include "ir/tenon/TenonOps.cpp.inc"
