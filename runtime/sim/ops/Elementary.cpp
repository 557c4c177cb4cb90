// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The approximations: reciprocal root, sine, cosine, logarithm, exponential, tangent. They are computed in double and
// rounded once, so they are better than the hardware's (of about 2^-22; sine, cosine and tanh about 2^-20 and 2^-11),
// whose tables are not public: results differ in the last bits.
#include "runtime/sim/ops/Arithmetic.h"
#include "runtime/sim/ops/Rounding.h"

namespace tenon::sim {
namespace {

struct RootReciprocal {
  static double of(double a) { return 1 / std::sqrt(a); }
};
struct Reciprocal {
  static double of(double a) { return 1 / a; }
};
struct Sine {
  static double of(double a) { return std::sin(a); }
};
struct Cosine {
  static double of(double a) { return std::cos(a); }
};
struct Log2 {
  static double of(double a) { return std::log2(a); }
};
struct Exp2 {
  static double of(double a) { return std::exp2(a); }
};
struct Tanh {
  static double of(double a) { return std::tanh(a); }
};

template <class F> void singleHandler(Warp &warp, const Op &op, uint32_t mask) {
  uint32_t *r = warp.row(op.result(0));
  const uint32_t *a = warp.row(op.source(0));
  bool flushes = op.modifiers & 1;
  forLanes(mask, [&](unsigned lane) {
    auto value = readLane<float>(a, lane);
    auto result = canonical(static_cast<float>(F::of(flushes ? flush(value) : value)));
    writeLane<float>(r, lane, flushes ? flush(result) : result);
  });
}

/// With .ftz, rcp and rsqrt of f64 set only the upper half of the result.
template <class F> void doubleHandler(Warp &warp, const Op &op, uint32_t mask) {
  bool coarse = op.modifiers & 1;
  forLanes(mask, [&](unsigned lane) {
    double result = F::of(readLane<double>(warp.row(op.source(0)), lane));
    uint64_t upper = std::bit_cast<uint64_t>(result) & ~uint64_t(UINT32_MAX);
    writeLane<double>(warp.row(op.result(0)), lane, coarse && result == result ? std::bit_cast<double>(upper) : result);
  });
}

template <class F, class T, unsigned Count> void halfHandler(Warp &warp, const Op &op, uint32_t mask) {
  uint32_t *r = warp.row(op.result(0));
  const uint32_t *a = warp.row(op.source(0));
  forLanes(mask, [&](unsigned lane) {
    uint32_t result = 0;
    for (unsigned i = 0; i < Count; ++i) {
      T value{static_cast<uint16_t>(a[lane] >> (16 * i))};
      result |= uint32_t(toHalf<T>(F::of(toFloat(value))).bits) << (16 * i);
    }
    r[lane] = result;
  });
}

template <class F> void decode(OpBuilder &b) {
  PtxType type = b.takeType();
  b.take("approx");
  b.op.modifiers = b.take("ftz");
  b.result(0, bitsOf(type));
  b.source(1, type);
  if (type == PtxType::F32)
    b.op.run = singleHandler<F>;
  else if (type == PtxType::F64 && b.instruction.mnemonic == "rsqrt")
    b.op.run = doubleHandler<F>;
  if (b.instruction.mnemonic != "ex2" && b.instruction.mnemonic != "tanh")
    return;
  if (type == PtxType::F16)
    b.op.run = halfHandler<F, Half, 1>;
  else if (type == PtxType::F16x2)
    b.op.run = halfHandler<F, Half, 2>;
  else if (type == PtxType::BF16)
    b.op.run = halfHandler<F, BFloat, 1>;
  else if (type == PtxType::BF16x2)
    b.op.run = halfHandler<F, BFloat, 2>;
}

constexpr InstructionRule table[] = {
    {"rsqrt", decode<RootReciprocal>},
    {"sin", decode<Sine>},
    {"cos", decode<Cosine>},
    {"lg2", decode<Log2>},
    {"ex2", decode<Exp2>},
    {"tanh", decode<Tanh>},
};

} // namespace

void decodeApproximateDouble(OpBuilder &b) {
  b.op.modifiers = b.take("ftz");
  b.result(0, 64);
  b.source(1, PtxType::F64);
  if (b.instruction.mnemonic == "rcp")
    b.op.run = doubleHandler<Reciprocal>;
}

std::span<const InstructionRule> elementaryRules() { return table; }

} // namespace tenon::sim
