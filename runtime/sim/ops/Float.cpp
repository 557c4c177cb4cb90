// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arithmetic of f32 and f64.
#include "runtime/sim/ops/Arithmetic.h"
#include "runtime/sim/ops/Rounding.h"
#include <algorithm>

namespace tenon::sim {
namespace {

struct FloatMode {
  Rounding rounding = Rounding::Nearest;
  bool flushes = false, saturates = false;

  bool isPlain() const { return rounding == Rounding::Nearest && !flushes && !saturates; }
  uint32_t pack() const { return static_cast<uint32_t>(rounding) | flushes << 4 | saturates << 5; }
  static FloatMode unpack(uint32_t m) { return {Rounding(m & 15), (m & 16) != 0, (m & 32) != 0}; }
};

// Each has a form for float and one for double, with a rounding that is a constant on the fast path.
struct Add {
  static float of(float a, float b, Rounding r) {
    return r == Rounding::Nearest ? a + b : toFloat(addToOdd(a, b), r);
  }
  static double of(double a, double b, Rounding r) {
    double sum = a + b;
    return r == Rounding::Nearest ? sum : adjust(sum, sumError(a, b, sum), r);
  }
};
struct Sub {
  template <class T> static T of(T a, T b, Rounding r) {
    return r == Rounding::Nearest ? a - b : Add::of(a, -b, r);
  }
};
struct Mul {
  static float of(float a, float b, Rounding r) {
    return r == Rounding::Nearest ? a * b : toFloat(static_cast<double>(a) * b, r);
  }
  static double of(double a, double b, Rounding r) {
    double product = a * b;
    return r == Rounding::Nearest ? product : adjust(product, std::fma(a, b, -product), r);
  }
};
struct Fma {
  static float of(float a, float b, float c, Rounding r) {
    return toFloat(addToOdd(static_cast<double>(a) * b, c), r);
  }
  static double of(double a, double b, double c, Rounding r) {
    double nearest = std::fma(a, b, c);
    if (r == Rounding::Nearest || !std::isfinite(nearest))
      return nearest;
    // The product has 106 bits and is exact in 113; the sum is a pair of such.
    __float128 product = static_cast<__float128>(a) * b, addend = c, sum = product + addend;
    __float128 part = sum - product, rest = (product - (sum - part)) + (addend - part);
    __float128 difference = sum - nearest;
    return adjust(nearest, difference != 0 ? (difference > 0 ? 1.0 : -1.0) : rest > 0 ? 1.0 : rest < 0 ? -1.0 : 0.0, r);
  }
};
struct Div {
  static float of(float a, float b, Rounding r) {
    if (r == Rounding::Nearest)
      return a / b;
    double quotient = static_cast<double>(a) / b;
    double rest = std::fma(-quotient, static_cast<double>(b), static_cast<double>(a));
    return toFloat(roundedToOdd(quotient, b < 0 ? -rest : rest), r);
  }
  static double of(double a, double b, Rounding r) {
    double quotient = a / b;
    double rest = r == Rounding::Nearest ? 0 : std::fma(-quotient, b, a);
    return adjust(quotient, b < 0 ? -rest : rest, r);
  }
};
struct Rcp {
  template <class T> static T of(T a, Rounding r) { return Div::of(T(1), a, r); }
};
struct Sqrt {
  static float of(float a, Rounding r) {
    if (r == Rounding::Nearest)
      return std::sqrt(a);
    double root = std::sqrt(static_cast<double>(a));
    return toFloat(roundedToOdd(root, std::fma(-root, root, static_cast<double>(a))), r);
  }
  static double of(double a, Rounding r) {
    double root = std::sqrt(a);
    return r == Rounding::Nearest ? root : adjust(root, std::fma(-root, root, a), r);
  }
};
struct Abs {
  template <class T> static T of(T a, Rounding) { return std::fabs(a); }
};
struct Neg {
  template <class T> static T of(T a, Rounding) { return -a; }
};
/// The smaller of two; -0 is smaller than +0, a NaN gives way to a number.
struct Min {
  template <class T> static T of(T a, T b, Rounding) {
    if (a != a || b != b)
      return a != a ? b : a;
    return a < b || (a == b && std::signbit(a)) ? a : b;
  }
};
struct Max {
  template <class T> static T of(T a, T b, Rounding) {
    if (a != a || b != b)
      return a != a ? b : a;
    return a > b || (a == b && !std::signbit(a)) ? a : b;
  }
};
template <class F> struct PropagateNan {
  template <class T> static T of(T a, T b, Rounding r) {
    return a != a || b != b ? std::numeric_limits<T>::quiet_NaN() : F::of(a, b, r);
  }
};
/// .xorsign.abs: of the magnitudes, with the product of the signs.
template <class F> struct OfMagnitudes {
  template <class T> static T of(T a, T b, Rounding r) {
    T result = F::of(std::fabs(a), std::fabs(b), r);
    return std::signbit(a) != std::signbit(b) ? -result : result;
  }
};
struct CopySign {
  template <class T> static T of(T a, T b, Rounding) { return std::copysign(b, a); }
};

inline double flush(double value) { return value; }
using tenon::sim::flush;

template <class F, class T, bool Canonical, class... Sources>
void apply(Warp &warp, const Op &op, uint32_t mask, Sources... rows) {
  FloatMode mode = FloatMode::unpack(op.modifiers);
  uint32_t *r = warp.row(op.result(0));
  auto finish = [](T value) { return Canonical ? canonical(value) : value; };
  if (mode.isPlain()) {
    forLanes(mask, [&](unsigned lane) {
      writeLane<T>(r, lane, finish(F::of(readLane<T>(rows, lane)..., Rounding::Nearest)));
    });
    return;
  }
  auto input = [&](T value) { return mode.flushes ? flush(value) : value; };
  forLanes(mask, [&](unsigned lane) {
    T value = F::of(input(readLane<T>(rows, lane))..., mode.rounding);
    value = mode.saturates ? saturate(value) : finish(value);
    writeLane<T>(r, lane, mode.flushes ? flush(value) : value);
  });
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
  forLanes(mask, [&](unsigned lane) {
    bits |= uint32_t(testProperty(readLane<T>(a, lane), op.modifiers)) << lane;
  });
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
    {"fma", decodeFma},
    {"rcp", decodeRoot<Rcp>},
    {"sqrt", decodeRoot<Sqrt>},
    {"copysign", decodeCopySign},
    {"testp", decodeTest},
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
