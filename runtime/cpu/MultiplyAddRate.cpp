// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Multiply-adds from registers to registers.
#include "runtime/cpu/MultiplyAddRate.h"

#include "runtime/cpu/CpuFeatures.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <system_error>
#include <thread>
#include <vector>

namespace tenon {

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

MultiplyAddLoop widestMultiplyAdd() {
  const auto &features = hostCpu().features;
  if (features.contains("avx512f"))
    return {"FMA f32, AVX-512", multiplyAddAvx512, accumulators * 16 * 2};
  if (features.contains("avx2") && features.contains("fma"))
    return {"FMA f32, AVX2", multiplyAddAvx2, accumulators * 8 * 2};
  return {};
}

/// The best of the bursts that fit into a twentieth of a second, in operations per second.
static double bestRate(const MultiplyAddLoop &loop) {
  using Clock = std::chrono::steady_clock;
  auto elapsed = [](Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); };
  constexpr int64_t rounds = int64_t(1) << 16; // Tenths of a millisecond: short against a time slice.
  constexpr double enough = 0.05;
  double best = 1e300;
  Clock::time_point begin = Clock::now();
  do {
    Clock::time_point start = Clock::now();
    loop.run(rounds);
    best = std::min(best, elapsed(start));
  } while (elapsed(begin) < enough);
  return static_cast<double>(rounds * loop.workPerRound) / best;
}

double measureMultiplyAddRate(unsigned threads) {
  MultiplyAddLoop loop = widestMultiplyAdd();
  if (!loop.run)
    return 0;
  // Each thread looks at its own clock: what others do on its core must not lower the limit.
  std::vector<double> rates(threads);
  std::vector<std::thread> others;
  for (unsigned thread = 1; thread < threads; ++thread) {
    try {
      others.emplace_back([&, thread] { rates[thread] = bestRate(loop); });
    } catch (const std::system_error &) {
      break; // The limit of the system.
    }
  }
  rates[0] = bestRate(loop);
  for (std::thread &other : others)
    other.join();
  return std::accumulate(rates.begin(), rates.end(), 0.0);
}

} // namespace tenon
