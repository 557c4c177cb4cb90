// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "frontend/Ops.h"

#include "frontend/BuildElementwise.h"

namespace tenon {

#include "frontend/Ops.cpp.inc"

} // namespace tenon
