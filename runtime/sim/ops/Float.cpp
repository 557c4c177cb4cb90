// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arithmetic of f32 and f64.
#include "runtime/sim/ops/Arithmetic.h"
#include "runtime/sim/ops/Rounding.h"
#include <algorithm>
#include <cfenv>

namespace tenon::sim {
namespace {

struct FloatMode {
  Rounding rounding = Rounding::Nearest;
  bool flushes = false, saturates = false;

  bool isPlain() const { return rounding == Rounding::Nearest && !flushes && !saturates; }
  uint32_t pack() const { return static_cast<uint32_t>(rounding) | flushes << 4 | saturates << 5; }
  static FloatMode unpack(uint32_t m) { return {Rounding(m & 15), (m & 16) != 0, (m & 32) != 0}; }
};

struct Add {
  template <class T> static T of(T a, T b) { return a + b; }
};
struct Sub {
  template <class T> static T of(T a, T b) { return a - b; }
};
struct Mul {
  template <class T> static T of(T a, T b) { return a * b; }
};
struct Fma {
  template <class T> static T of(T a, T b, T c) { return std::fma(a, b, c); }
};
struct Div {
  template <class T> static T of(T a, T b) { return a / b; }
};
struct Rcp {
  template <class T> static T of(T a) { return T(1) / a; }
};
struct Sqrt {
  template <class T> static T of(T a) { return std::sqrt(a); }
};
struct Abs {
  template <class T> static T of(T a) { return std::fabs(a); }
};
struct Neg {
  template <class T> static T of(T a) { return -a; }
};
/// The smaller of two; -0 is smaller than +0, a NaN gives way to a number.
struct Min {
  template <class T> static T of(T a, T b) {
    if (a != a || b != b)
      return a != a ? b : a;
    return a < b || (a == b && std::signbit(a)) ? a : b;
  }
};
struct Max {
  template <class T> static T of(T a, T b) {
    if (a != a || b != b)
      return a != a ? b : a;
    return a > b || (a == b && !std::signbit(a)) ? a : b;
  }
};
template <class F> struct PropagateNan {
  template <class T> static T of(T a, T b) {
    return a != a || b != b ? std::numeric_limits<T>::quiet_NaN() : F::of(a, b);
  }
};
/// .xorsign.abs: of the magnitudes, with the product of the signs.
template <class F> struct OfMagnitudes {
  template <class T> static T of(T a, T b) {
    T result = F::of(std::fabs(a), std::fabs(b));
    return std::signbit(a) != std::signbit(b) ? -result : result;
  }
};
struct CopySign {
  template <class T> static T of(T a, T b) { return std::copysign(b, a); }
};

inline double flush(double value) { return value; }
using tenon::sim::flush;

template <class F, class T, bool Canonical, class... Sources>
void apply(Warp &warp, const Op &op, uint32_t mask, Sources... rows) {
  FloatMode mode = FloatMode::unpack(op.modifiers);
  uint32_t *r = warp.row(op.result(0));
  auto finish = [](T value) { return Canonical ? canonical(value) : value; };
  if (mode.isPlain()) {
    forLanes(mask, [&](unsigned lane) { writeLane<T>(r, lane, finish(F::of(readLane<T>(rows, lane)...))); });
    return;
  }
  // The CPU rounds as asked. The compiler cannot move the arithmetic across the calls, since it depends on memory that
  // they might change.
  constexpr int hostModes[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD, FE_UPWARD};
  std::fesetround(hostModes[static_cast<unsigned>(mode.rounding)]);
  auto input = [&](T value) { return mode.flushes ? flush(value) : value; };
  forLanes(mask, [&](unsigned lane) {
    T value = F::of(input(readLane<T>(rows, lane))...);
    value = mode.saturates ? saturate(value) : finish(value);
    writeLane<T>(r, lane, mode.flushes ? flush(value) : value);
  });
  std::fesetround(FE_TONEAREST);
}

template <class F, class T, unsigned Arity, bool Canonical = true>
void floatHandler(Warp &warp, const Op &op, uint32_t mask) {
  const uint32_t *a = warp.row(op.source(0));
  if constexpr (Arity == 1)
    apply<F, T, Canonical>(warp, op, mask, a);
  else if constexpr (Arity == 2)
    apply<F, T, Canonical>(warp, op, mask, a, static_cast<const uint32_t *>(warp.row(op.source(1))));
  else
    apply<F, T, Canonical>(warp, op, mask, a, static_cast<const uint32_t *>(warp.row(op.source(1))),
                           static_cast<const uint32_t *>(warp.row(op.source(2))));
}

template <class F, unsigned Arity, bool Canonical = true> void decode(OpBuilder &b, PtxType type) {
  FloatMode mode;
  mode.rounding = takeRounding(b);
  if (mode.rounding == Rounding::NearestAway)
    b.fail("the simulator does not know '.rna' here");
  mode.flushes = type == PtxType::F32 && b.take("ftz");
  mode.saturates = type == PtxType::F32 && b.take("sat");
  b.result(0, bitsOf(type));
  for (unsigned i = 1; i <= Arity; ++i)
    b.source(i, type);
  b.op.modifiers = mode.pack();
  b.op.run = type == PtxType::F32   ? floatHandler<F, float, Arity, Canonical>
             : type == PtxType::F64 ? floatHandler<F, double, Arity, Canonical>
                                    : nullptr;
}

template <class F> void decodeMinMax(OpBuilder &b, PtxType type) {
  bool propagates = b.take("NaN");
  bool magnitudes = b.take("xorsign") && b.take("abs");
  if (magnitudes)
    return propagates ? decode<OfMagnitudes<PropagateNan<F>>, 2>(b, type) : decode<OfMagnitudes<F>, 2>(b, type);
  return propagates ? decode<PropagateNan<F>, 2>(b, type) : decode<F, 2>(b, type);
}

void decodeDivision(OpBuilder &b, PtxType type) {
  // The approximations are computed as well as can be: two units in the last place are allowed.
  b.takeOneOf({"approx", "full"});
  decode<Div, 2>(b, type);
}

void decodeFma(OpBuilder &b) {
  PtxType type = b.takeType();
  if (type == PtxType::F32 || type == PtxType::F64)
    return decode<Fma, 3>(b, type);
  decodeHalfArithmetic(b, type);
}

template <class F> void decodeRoot(OpBuilder &b) {
  PtxType type = b.takeType();
  if (b.take("approx") && type == PtxType::F64)
    return decodeApproximateDouble(b);
  decode<F, 1>(b, type);
}

void decodeCopySign(OpBuilder &b) { decode<CopySign, 2, false>(b, b.takeType()); }

template <class T> bool testProperty(T value, uint32_t property) {
  int kind = std::fpclassify(value);
  switch (property) {
  case 0:
    return std::isfinite(value);
  case 1:
    return kind == FP_INFINITE;
  case 2:
    return kind != FP_NAN;
  case 3:
    return kind == FP_NAN;
  case 4:
    return kind == FP_NORMAL;
  default:
    return kind == FP_SUBNORMAL;
  }
}

template <class T> void testHandler(Warp &warp, const Op &op, uint32_t mask) {
  uint32_t *r = warp.row(op.result(0));
  const uint32_t *a = warp.row(op.source(0));
  uint32_t bits = 0;
  forLanes(mask, [&](unsigned lane) { bits |= uint32_t(testProperty(readLane<T>(a, lane), op.modifiers)) << lane; });
  *r = (*r & ~mask) | bits;
}

void decodeTest(OpBuilder &b) {
  int property = b.takeOneOf({"finite", "infinite", "number", "notanumber", "normal", "subnormal"});
  PtxType type = b.takeType();
  if (property < 0)
    b.fail("a property is missing");
  b.result(0, 1);
  b.source(1, type);
  b.op.modifiers = static_cast<uint32_t>(property);
  b.op.run = type == PtxType::F32 ? testHandler<float> : type == PtxType::F64 ? testHandler<double> : nullptr;
}

constexpr InstructionRule table[] = {
    {"fma", decodeFma},           {"rcp", decodeRoot<Rcp>}, {"sqrt", decodeRoot<Sqrt>},
    {"copysign", decodeCopySign}, {"testp", decodeTest},
};

} // namespace

/// The mnemonics that integers have too.
void decodeFloatArithmetic(OpBuilder &b, PtxType type) {
  if (type != PtxType::F32 && type != PtxType::F64)
    return decodeHalfArithmetic(b, type);
  std::string_view name = b.instruction.mnemonic;
  if (name == "add")
    decode<Add, 2>(b, type);
  else if (name == "sub")
    decode<Sub, 2>(b, type);
  else if (name == "mul")
    decode<Mul, 2>(b, type);
  else if (name == "mad")
    decode<Fma, 3>(b, type);
  else if (name == "div")
    decodeDivision(b, type);
  else if (name == "min")
    decodeMinMax<Min>(b, type);
  else if (name == "max")
    decodeMinMax<Max>(b, type);
  else if (name == "abs")
    decode<Abs, 1, false>(b, type);
  else if (name == "neg")
    decode<Neg, 1, false>(b, type);
  else
    b.fail("the simulator does not know this form");
}

std::span<const InstructionRule> floatRules() { return table; }

} // namespace tenon::sim
