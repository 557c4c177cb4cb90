// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stream loops for each number of arrays and each way to store.
#include "bench/calibration/StreamLoop.h"

#include "bench/calibration/Burst.h"
#include "bench/calibration/CacheSizes.h"
#include "runtime/Tensor.h"
#include "runtime/cpu/CpuFeatures.h"

#include <algorithm>
#include <cstring>
#include <immintrin.h>

namespace tenon::bench {

static constexpr size_t block = 256;

enum class Store : uint8_t { None, Plain, NonTemporal };

/// `bytes` is a multiple of `block`. Inlined into functions that name their target, which this has none of.
template <int Lanes, unsigned Reads, Store Kind>
[[gnu::always_inline]] static inline void stream(std::byte *to, const std::byte *const *from, size_t bytes) {
  using Vector = int64_t __attribute__((ext_vector_type(Lanes)));
  constexpr size_t steps = block / sizeof(Vector);
  const std::byte *in[Reads];
  for (unsigned r = 0; r < Reads; ++r)
    in[r] = from[r];
  Vector sums[4] = {0, 0, 0, 0}; // Of loops that only read.
  for (size_t i = 0; i < bytes; i += block) {
#pragma clang loop unroll(full)
    for (size_t k = 0; k < steps; ++k) {
      size_t at = i + k * sizeof(Vector);
      Vector value = *reinterpret_cast<const Vector *>(in[0] + at);
#pragma clang loop unroll(full)
      for (unsigned r = 1; r < Reads; ++r)
        value ^= *reinterpret_cast<const Vector *>(in[r] + at);
      if constexpr (Kind == Store::None)
        sums[k % 4] ^= value;
      else if constexpr (Kind == Store::Plain)
        *reinterpret_cast<Vector *>(to + at) = value;
      else
        __builtin_nontemporal_store(value, reinterpret_cast<Vector *>(to + at));
    }
    // Keeps a copy from becoming a call of memcpy, which stores as it likes.
    asm volatile("" ::: "memory");
  }
  if constexpr (Kind == Store::None) {
    Vector total = sums[0] ^ sums[1] ^ sums[2] ^ sums[3];
    asm volatile("" ::"m"(total));
  }
  if constexpr (Kind == Store::NonTemporal)
    _mm_sfence();
}

template <unsigned Reads, Store Kind>
__attribute__((target("avx512f"))) static void streamAvx512(std::byte *to, const std::byte *const *from, size_t bytes) {
  stream<8, Reads, Kind>(to, from, bytes);
}
template <unsigned Reads, Store Kind>
__attribute__((target("avx"))) static void streamAvx(std::byte *to, const std::byte *const *from, size_t bytes) {
  stream<4, Reads, Kind>(to, from, bytes);
}
template <unsigned Reads, Store Kind> static void streamSse(std::byte *to, const std::byte *const *from, size_t bytes) {
  stream<2, Reads, Kind>(to, from, bytes);
}

using Loop = void (*)(std::byte *to, const std::byte *const *from, size_t bytes);

template <unsigned Reads, Store Kind> static Loop widest() {
  if (hostCpu().features.contains("avx512f"))
    return streamAvx512<Reads, Kind>;
  if (hostCpu().features.contains("avx"))
    return streamAvx<Reads, Kind>;
  return streamSse<Reads, Kind>;
}

template <unsigned Reads> static Loop withReads(bool writes, bool bypass) {
  if (!writes)
    return widest<Reads, Store::None>();
  return bypass ? widest<Reads, Store::NonTemporal>() : widest<Reads, Store::Plain>();
}

StreamLoop::Loop StreamLoop::pick(unsigned reads, bool writes, bool bypass) {
  switch (reads) {
  case 1:
    return withReads<1>(writes, bypass);
  case 2:
    return withReads<2>(writes, bypass);
  default:
    return withReads<3>(writes, bypass);
  }
}

Result<StreamLoop> StreamLoop::create(const StreamShape &shape) {
  if (shape.reads < 1 || shape.reads > 3 || shape.threads < 1)
    return invalidArgument("a stream loop reads 1 to 3 arrays on at least one thread, not " +
                           std::to_string(shape.reads) + " on " + std::to_string(shape.threads));
  StreamLoop result;
  result.shape = shape;
  size_t count = shape.reads + shape.writes, unit = block * shape.threads;
  result.arrayBytes = (shape.workingSet / count + unit - 1) / unit * unit;
  for (size_t i = 0; i < count; ++i) {
    result.arrays.push_back(TENON_TRY(allocateStorage(result.arrayBytes)));
    std::memset(result.arrays.back().get(), static_cast<int>(i + 1), result.arrayBytes);
  }
  result.loop = pick(shape.reads, shape.writes, false);
  // What a cache holds is to stay there: around it goes only what does not fit.
  if (!shape.writes || shape.workingSet <= cacheSizes().l3)
    return result;
  constexpr double glance = 0.02;    // Seconds.
  TENON_TRY(result.measure(glance)); // Until caches and clock have settled.
  double plain = TENON_TRY(result.measure(glance));
  result.loop = pick(shape.reads, true, true);
  double bypassing = TENON_TRY(result.measure(glance));
  result.bypass = bypassing > plain;
  result.loop = pick(shape.reads, true, result.bypass);
  return result;
}

Result<double> StreamLoop::measure(double seconds) const {
  size_t part = arrayBytes / shape.threads, traffic = part * arrays.size();
  // About 0.1 ms in the second-level cache.
  int passes = static_cast<int>(std::max<size_t>(1, (size_t(16) << 20) / std::max<size_t>(traffic, 1)));
  auto burst = [&](unsigned thread) {
    const std::byte *from[3] = {};
    for (unsigned r = 0; r < shape.reads; ++r)
      from[r] = arrays[r].get() + thread * part;
    for (int i = 0; i < passes; ++i)
      loop(arrays.back().get() + thread * part, from, part);
  };
  auto times = TENON_TRY(medianBursts(shape.threads, seconds, burst));
  double rate = 0;
  for (double time : times)
    rate += static_cast<double>(traffic) * passes / time;
  return rate;
}

} // namespace tenon::bench
