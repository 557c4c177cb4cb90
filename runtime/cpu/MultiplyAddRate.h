// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What this machine's CPU can compute, as a limit to measure kernels against.
#pragma once

#include <cstdint>
#include <string_view>

namespace tenon {

/// f32 multiply-adds on 12 vectors in registers, enough to hide a latency of 4 on two units.
struct MultiplyAddLoop {
  std::string_view name;
  /// Null where the CPU has no multiply-add on vectors.
  void (*run)(int64_t rounds) = nullptr;
  /// Floating-point operations.
  int64_t workPerRound = 0;
};

/// With the widest vectors that this CPU has.
MultiplyAddLoop widestMultiplyAdd();

/// Operations per second of `threads` (at least 1) threads together; 0 where the CPU has no multiply-add on vectors. Takes about a
/// twentieth of a second.
double measureMultiplyAddRate(unsigned threads);

} // namespace tenon
