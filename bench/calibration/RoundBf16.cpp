// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Additions that round to bf16, by the cheapest exact arithmetic known here: words hold pairs, whose halves are widened
// by a shift and a mask, and a sum's half of the last kept bit is added with ties to even. A sum of bf16 is NaN only
// with 16 zero bits at its end, which that leaves alone. The conversion of AVX-512 BF16 would flush subnormals.
#include "bench/calibration/ComputeLoop.h"
#include "runtime/cpu/CpuFeatures.h"

#include <array>
#include <cstring>

namespace tenon::bench {

static constexpr size_t loopValues = 1024;
static constexpr int additions = 8;
/// Of each half of the words: eight vectors in all hide the latencies.
static constexpr int vectors = 4;

template <int Lanes> using Floats = float __attribute__((ext_vector_type(Lanes)));
template <int Lanes> using Words = uint32_t __attribute__((ext_vector_type(Lanes)));

template <int Lanes> [[gnu::always_inline]] static inline void addRounded(Words<Lanes> &bits) {
  Floats<Lanes> sum = __builtin_bit_cast(Floats<Lanes>, bits) + 0.25f;
  Words<Lanes> exact = __builtin_bit_cast(Words<Lanes>, sum);
  bits = (exact + 0x7FFFu + ((exact >> 16) & 1u)) & 0xFFFF0000u;
}

/// `Lanes` words are `vectors` registers.
template <int Lanes> [[gnu::always_inline]] static inline void addArray(uint16_t *to, const uint16_t *from) {
  for (size_t i = 0; i < loopValues; i += 2 * Lanes) {
    Words<Lanes> pairs, even, odd;
    std::memcpy(&pairs, from + i, sizeof(pairs));
    even = pairs << 16;
    odd = pairs & 0xFFFF0000u;
#pragma clang loop unroll(full)
    for (int k = 0; k < additions; ++k) {
      addRounded<Lanes>(even);
      addRounded<Lanes>(odd);
    }
    pairs = even >> 16 | odd;
    std::memcpy(to + i, &pairs, sizeof(pairs));
  }
}

// Flattened: a function that is not inlined would be compiled for a CPU without these vectors.
__attribute__((target("avx512f"), flatten)) static void addWide(uint16_t *to, const uint16_t *from) {
  addArray<vectors * 16>(to, from);
}
__attribute__((target("avx2"), flatten)) static void addNarrow(uint16_t *to, const uint16_t *from) {
  addArray<vectors * 8>(to, from);
}

template <void (*add)(uint16_t *, const uint16_t *)> static void repeat(int64_t rounds) {
  alignas(64) std::array<uint16_t, loopValues> from, to;
  from.fill(0x3F80); // 1.0
  for (int64_t round = 0; round < rounds; ++round) {
    add(to.data(), from.data());
    asm volatile("" ::"r"(to.data()) : "memory");
  }
}

std::optional<ComputeLoop> roundBf16Loop() {
  if (hostCpu().features.contains("avx512f"))
    return ComputeLoop{"rounding to bf16, AVX-512", repeat<addWide>, loopValues * additions};
  if (hostCpu().features.contains("avx2"))
    return ComputeLoop{"rounding to bf16, AVX2", repeat<addNarrow>, loopValues * additions};
  return std::nullopt;
}

} // namespace tenon::bench
