// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// exp and GELU by the templates of codegen/math, on host vectors.
#include "bench/calibration/Functions.h"

#include "bench/calibration/ComputeLoop.h"
#include "bench/calibration/VectorValue.h"
#include "codegen/math/ErrorFunction.h"
#include "codegen/math/ExpLog.h"
#include "runtime/cpu/CpuFeatures.h"

#include <array>
#include <cstring>

namespace tenon::bench {

struct Exp {
  template <class V> [[gnu::always_inline]] static V of(V x) { return math::exp(x); }
};
struct Gelu {
  template <class V> [[gnu::always_inline]] static V of(V x) { return x * 0.5 * math::twiceNormalCdf(x); }
};

/// `Lanes` are several vectors of the CPU, whose steps the compiler interleaves, as it does in kernels: there is always
/// something to do while a polynomial waits for its last step. Of GELU two already fill the registers with its
/// constants.
template <class Function, int Lanes>
[[gnu::always_inline]] static inline void apply(float *to, const float *from, size_t count) {
  for (size_t i = 0; i < count; i += Lanes) {
    VectorFloat<Lanes> value = 0;
    std::memcpy(&value.value, from + i, sizeof(value.value));
    value = Function::of(value);
    std::memcpy(to + i, &value.value, sizeof(value.value));
  }
}

// Flattened: a function that is not inlined would be compiled for a CPU without these vectors.
#define TENON_WIDE __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"), flatten))
#define TENON_NARROW __attribute__((target("avx2,fma"), flatten))
TENON_WIDE static void expWide(float *to, const float *from, size_t count) { apply<Exp, 64>(to, from, count); }
TENON_NARROW static void expNarrow(float *to, const float *from, size_t count) { apply<Exp, 32>(to, from, count); }
TENON_WIDE static void geluWide(float *to, const float *from, size_t count) { apply<Gelu, 32>(to, from, count); }
TENON_NARROW static void geluNarrow(float *to, const float *from, size_t count) { apply<Gelu, 16>(to, from, count); }

static bool hasAll(std::initializer_list<const char *> names) {
  for (const char *name : names)
    if (!hostCpu().features.contains(name))
      return false;
  return true;
}

bool functionsAreWide() { return hasAll({"avx512f", "avx512vl", "avx512dq", "avx512bw", "avx2", "fma"}); }

FunctionLoop expArray() { return functionsAreWide() ? expWide : hasAll({"avx2", "fma"}) ? expNarrow : nullptr; }
FunctionLoop geluArray() { return functionsAreWide() ? geluWide : hasAll({"avx2", "fma"}) ? geluNarrow : nullptr; }

static constexpr size_t loopValues = 1024;

/// Of numbers in [-2, 2), where no branch of the polynomials is special.
template <FunctionLoop (*array)()> static void repeat(int64_t rounds) {
  alignas(64) std::array<float, loopValues> from, to;
  for (size_t i = 0; i < loopValues; ++i)
    from[i] = static_cast<float>(i) / (loopValues / 4) - 2;
  FunctionLoop loop = array();
  for (int64_t round = 0; round < rounds; ++round) {
    loop(to.data(), from.data(), loopValues);
    asm volatile("" ::"r"(to.data()) : "memory");
  }
}

std::optional<ComputeLoop> expLoop() {
  if (!expArray())
    return std::nullopt;
  return ComputeLoop{functionsAreWide() ? "exp f32, AVX-512" : "exp f32, AVX2", repeat<expArray>, loopValues};
}

std::optional<ComputeLoop> geluLoop() {
  if (!geluArray())
    return std::nullopt;
  return ComputeLoop{functionsAreWide() ? "GELU f32, AVX-512" : "GELU f32, AVX2", repeat<geluArray>, loopValues};
}

} // namespace tenon::bench
