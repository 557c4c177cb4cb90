// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A timed copy loop.
#include "runtime/cpu/MemoryBandwidth.h"

#include "runtime/Tensor.h"
#include "runtime/cpu/CpuFeatures.h"
#include "runtime/cpu/ThreadPool.h"

#include <algorithm>
#include <chrono>
#include <immintrin.h>

namespace tenon {

using Copy = void (*)(std::byte *, const std::byte *, size_t);

/// Copies whole vectors; sizes are multiples of 64.
__attribute__((target("avx512f"))) static void copyAvx512(std::byte *to, const std::byte *from, size_t bytes) {
  for (size_t i = 0; i < bytes; i += 64)
    _mm512_store_si512(to + i, _mm512_load_si512(from + i));
}
__attribute__((target("avx"))) static void copyAvx(std::byte *to, const std::byte *from, size_t bytes) {
  for (size_t i = 0; i < bytes; i += 32)
    _mm256_store_si256(reinterpret_cast<__m256i *>(to + i),
                       _mm256_load_si256(reinterpret_cast<const __m256i *>(from + i)));
}
static void copyLibrary(std::byte *to, const std::byte *from, size_t bytes) { std::memcpy(to, from, bytes); }

/// The best of the repetitions that fit into `seconds`, at least three.
static double bestSeconds(ThreadPool &pool, Copy copy, std::byte *to, const std::byte *from, size_t bytes,
                          double seconds) {
  using Clock = std::chrono::steady_clock;
  auto lines = static_cast<int64_t>(bytes / 64);
  auto elapsed = [](Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); };
  // Many copies for each reading of the clock where the working set is small.
  int inner = static_cast<int>(std::max<size_t>(1, (size_t(1) << 20) / bytes));
  double best = 1e300;
  Clock::time_point begin = Clock::now();
  for (int repeat = 0; repeat < 3 || elapsed(begin) < seconds; ++repeat) {
    Clock::time_point start = Clock::now();
    pool.run(pool.threadCount(), [&](int64_t first, int64_t last, unsigned) {
      auto threads = static_cast<int64_t>(pool.threadCount());
      size_t low = static_cast<size_t>(lines * first / threads) * 64;
      size_t high = static_cast<size_t>(lines * last / threads) * 64;
      for (int i = 0; i < inner; ++i) {
        copy(to + low, from + low, high - low);
        asm volatile("" ::: "memory"); // The copies are all the same; none may be left out.
      }
    });
    best = std::min(best, elapsed(start) / inner);
  }
  return best;
}

Result<double> measureCopyBandwidth(uint64_t workingSet, unsigned threads) {
  size_t bytes = std::max<size_t>(workingSet / 2, 2048) / 64 * 64;
  auto from = TENON_TRY(allocateStorage(bytes)), to = TENON_TRY(allocateStorage(bytes));
  std::memset(from.get(), 1, bytes);
  std::memset(to.get(), 0, bytes);
  ThreadPool pool(threads);
  Copy vectorCopy = hostCpu().features.contains("avx512f") ? copyAvx512
                    : hostCpu().features.contains("avx")   ? copyAvx
                                                           : copyLibrary;
  double best = std::min(bestSeconds(pool, vectorCopy, to.get(), from.get(), bytes, 0.05),
                         bestSeconds(pool, copyLibrary, to.get(), from.get(), bytes, 0.05));
  return 2.0 * static_cast<double>(bytes) / best;
}

} // namespace tenon
