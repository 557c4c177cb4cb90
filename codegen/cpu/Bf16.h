// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// bf16 on x86: LLVM would call a library for it, and the instruction there is flushes subnormals. Values of bf16 are
// therefore i16 in machine code, and these conversions are integer arithmetic.
#pragma once

#include "ir/tenon/Body.h"

namespace tenon::cpu {

/// i16 bits of a bf16 as f32.
body::Term extendBf16(const body::Term &bits);
/// An f32 or f64 rounded once, to nearest even, to a bf16, as an f32.
body::Term roundToBf16(const body::Term &x);
/// The same of an f32 whose low 16 bits are 0 where it is NaN: it needs no care then.
body::Term roundNumberToBf16(const body::Term &x);
/// The i16 bits of an f32 that is a bf16.
body::Term takeBf16(const body::Term &x);
/// An f64 rounded to odd, in f32: the rounding to a 16-bit float after it is then the only one. Boldo and Melquiond,
/// "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd", 2008.
body::Term roundToOdd(const body::Term &x);

} // namespace tenon::cpu
