// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// rsqrt, cbrt, pow.
#pragma once
#include "codegen/math/DoubleDouble.h"
#include "codegen/math/ExpLog.h"

namespace tenon::math {

template <FloatValue V> V rsqrt(V x) { return 1 / sqrt(x); }

} // namespace tenon::math
