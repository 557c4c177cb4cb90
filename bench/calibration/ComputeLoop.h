// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops that find what one core computes in a second, from registers or the first-level cache.
#pragma once

#include "runtime/Result.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace tenon::bench {

/// `run(rounds)` does rounds * workPerRound units of work: floating-point operations, or values of a function.
struct ComputeLoop {
  std::string_view name;
  void (*run)(int64_t rounds) = nullptr;
  double workPerRound = 0;
};

/// Each is the widest form that this CPU has; nothing where it has none.
///
/// f32 multiply-adds, those of runtime/cpu/MultiplyAddRate.h: 12 * lanes * 2 operations a round.
std::optional<ComputeLoop> fmaLoop();
/// AVX-512's dot products of pairs of bf16, summed in f32, on 12 vectors: 12 * 16 * 2 * 2 operations a round.
std::optional<ComputeLoop> dotBf16Loop();
/// exp and GELU of 1024 f32 in the first-level cache, by the templates that kernels are generated from: 1024
/// values a round.
std::optional<ComputeLoop> expLoop();
std::optional<ComputeLoop> geluLoop();
/// Additions that round to bf16: eight on each of 1024 bf16 in the first-level cache, 8192 a round.
std::optional<ComputeLoop> roundBf16Loop();

/// Units of work a second of `threads` cores together, measured for about `seconds`.
Result<double> measureRate(const ComputeLoop &loop, unsigned threads, double seconds);

} // namespace tenon::bench
