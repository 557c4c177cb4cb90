// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Conversion between double and the floating-point types that C++ lacks.
#pragma once

#include "runtime/ElementType.h"

namespace tenon {

/// Bits of `value` rounded to nearest, ties to even, in F16, BF16, F8E4M3FN or F8E5M2. A value beyond the largest
/// becomes infinity, or NaN in F8E4M3FN, which has no infinity.
uint16_t encodeFloat(double value, ElementType type);
/// The exact value of such bits.
double decodeFloat(uint16_t bits, ElementType type);

} // namespace tenon
