// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Multiply-adds and dot products, from registers to registers.
#include "bench/calibration/ComputeLoop.h"
#include "runtime/cpu/CpuFeatures.h"
#include "runtime/cpu/MultiplyAddRate.h"

#include <immintrin.h>

namespace tenon::bench {

static constexpr int accumulators = 12;

__attribute__((target("avx512f,avx512bf16"))) static void dotBf16(int64_t rounds) {
  __m512 sums[accumulators];
  for (int i = 0; i < accumulators; ++i)
    sums[i] = _mm512_set1_ps(static_cast<float>(i));
  // 0x3c00 is 2^-7 in bf16: the sums grow slowly.
  auto factors = __builtin_bit_cast(__m512bh, _mm512_set1_epi16(0x3c00));
  for (int64_t round = 0; round < rounds; ++round)
#pragma clang loop unroll(full)
    for (int i = 0; i < accumulators; ++i)
      sums[i] = _mm512_dpbf16_ps(sums[i], factors, factors);
  __m512 total = sums[0];
  for (int i = 1; i < accumulators; ++i)
    total = _mm512_add_ps(total, sums[i]);
  asm volatile("" ::"m"(total));
}

std::optional<ComputeLoop> fmaLoop() {
  MultiplyAddLoop loop = widestMultiplyAdd();
  if (!loop.run)
    return std::nullopt;
  return ComputeLoop{loop.name, loop.run, static_cast<double>(loop.workPerRound)};
}

std::optional<ComputeLoop> dotBf16Loop() {
  if (!hostCpu().features.contains("avx512_bf16"))
    return std::nullopt;
  return ComputeLoop{"dot bf16, AVX-512", dotBf16, accumulators * 16 * 2 * 2};
}

} // namespace tenon::bench
