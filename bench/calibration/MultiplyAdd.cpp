// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Multiply-adds and dot products, from registers to registers.
#include "bench/calibration/ComputeLoop.h"
#include "runtime/cpu/CpuFeatures.h"

#include <immintrin.h>

namespace tenon::bench {

static constexpr int accumulators = 12;

/// Inlined into functions that name their target, which this has none of.
template <int Lanes> [[gnu::always_inline]] static inline void multiplyAdd(int64_t rounds) {
  using Vector = float __attribute__((ext_vector_type(Lanes)));
  Vector sums[accumulators], factor = 0.999f, term = 0.001f; // The sums stay near 1: no subnormals, no overflow.
  for (int i = 0; i < accumulators; ++i)
    sums[i] = static_cast<float>(1 + i);
  for (int64_t round = 0; round < rounds; ++round)
#pragma clang loop unroll(full)
    for (int i = 0; i < accumulators; ++i)
      sums[i] = __builtin_elementwise_fma(sums[i], factor, term);
  Vector total = 0;
  for (int i = 0; i < accumulators; ++i)
    total += sums[i];
  asm volatile("" ::"m"(total));
}

__attribute__((target("avx512f"))) static void multiplyAddAvx512(int64_t rounds) { multiplyAdd<16>(rounds); }
__attribute__((target("avx2,fma"))) static void multiplyAddAvx2(int64_t rounds) { multiplyAdd<8>(rounds); }

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
  const auto &features = hostCpu().features;
  if (features.contains("avx512f"))
    return ComputeLoop{"FMA f32, AVX-512", multiplyAddAvx512, accumulators * 16 * 2};
  if (features.contains("avx2") && features.contains("fma"))
    return ComputeLoop{"FMA f32, AVX2", multiplyAddAvx2, accumulators * 8 * 2};
  return std::nullopt;
}

std::optional<ComputeLoop> dotBf16Loop() {
  if (!hostCpu().features.contains("avx512_bf16"))
    return std::nullopt;
  return ComputeLoop{"dot bf16, AVX-512", dotBf16, accumulators * 16 * 2 * 2};
}

} // namespace tenon::bench
