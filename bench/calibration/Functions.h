// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementary functions over arrays, in each width that a CPU may have: what the calibration loops time.
#pragma once

#include <cstddef>

namespace tenon::bench {

/// Values that vectors of 16 lanes fill four at a time.
inline constexpr size_t functionBatch = 64;

/// Computes `count` values, a multiple of functionBatch. The arrays may be the same.
using FunctionLoop = void (*)(float *to, const float *from, size_t count);

/// Null where this CPU lacks AVX2 with FMA.
FunctionLoop expArray();
FunctionLoop geluArray();
/// Whether these use AVX-512.
bool functionsAreWide();

} // namespace tenon::bench
