// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Integer arithmetic whose result is as wide as its sources.
#include "runtime/sim/ops/Arithmetic.h"
#include "runtime/sim/ops/LaneMap.h"
#include <algorithm>
#include <limits>

namespace tenon::sim {
namespace {

/// Arithmetic wraps; it is done unsigned and wide enough that 16-bit values do not become signed.
template <class T> using Wide = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;

template <class T> struct Add {
  T operator()(T a, T b) const { return static_cast<T>(Wide<T>(a) + Wide<T>(b)); }
};
template <class T> struct Sub {
  T operator()(T a, T b) const { return static_cast<T>(Wide<T>(a) - Wide<T>(b)); }
};
template <class T> struct MulLow {
  T operator()(T a, T b) const { return static_cast<T>(Wide<T>(a) * Wide<T>(b)); }
};
template <class T> struct MulHigh {
  T operator()(T a, T b) const {
    using Double = std::conditional_t<std::is_signed_v<T>, __int128, unsigned __int128>;
    return static_cast<T>(static_cast<Double>(a) * static_cast<Double>(b) >> (8 * sizeof(T)));
  }
};
template <class T> struct MadLow {
  T operator()(T a, T b, T c) const { return Add<T>()(MulLow<T>()(a, b), c); }
};
template <class T> struct MadHigh {
  T operator()(T a, T b, T c) const { return Add<T>()(MulHigh<T>()(a, b), c); }
};
/// Division by zero gives all ones, as the hardware's instruction sequences do.
template <class T> struct Div {
  T operator()(T a, T b) const {
    if (b == 0)
      return static_cast<T>(-1);
    if constexpr (std::is_signed_v<T>)
      if (b == -1)
        return Sub<T>()(0, a);
    return static_cast<T>(a / b);
  }
};
template <class T> struct Rem {
  T operator()(T a, T b) const {
    if (b == 0)
      return a;
    if constexpr (std::is_signed_v<T>)
      if (b == -1)
        return 0;
    return static_cast<T>(a % b);
  }
};
template <class T> struct Min {
  T operator()(T a, T b) const { return std::min(a, b); }
};
template <class T> struct Max {
  T operator()(T a, T b) const { return std::max(a, b); }
};
template <class T> struct Abs {
  T operator()(T a) const { return a < 0 ? Sub<T>()(0, a) : a; }
};
template <class T> struct Neg {
  T operator()(T a) const { return Sub<T>()(0, a); }
};
template <class T> struct SumOfDifference {
  T operator()(T a, T b, T c) const { return Add<T>()(a < b ? Sub<T>()(b, a) : Sub<T>()(a, b), c); }
};

/// add.sat, sub.sat: of s32 only.
template <int Sign> struct Saturated {
  int32_t operator()(int32_t a, int32_t b) const {
    int64_t sum = int64_t(a) + Sign * int64_t(b);
    return static_cast<int32_t>(std::clamp<int64_t>(sum, INT32_MIN, INT32_MAX));
  }
};
/// The product is exact, its high half and the sum saturate.
struct MadHighSaturated {
  int32_t operator()(int32_t a, int32_t b, int32_t c) const {
    return static_cast<int32_t>(std::clamp<int64_t>((int64_t(a) * b >> 32) + c, INT32_MIN, INT32_MAX));
  }
};
template <bool High, class T> struct Mul24 {
  T operator()(T a, T b) const {
    // The low 24 bits, with the sign of bit 23 where signed; the product has 48.
    int64_t x = std::is_signed_v<T> ? int64_t(int32_t(uint32_t(a) << 8) >> 8) : int64_t(uint32_t(a) & 0xffffff);
    int64_t y = std::is_signed_v<T> ? int64_t(int32_t(uint32_t(b) << 8) >> 8) : int64_t(uint32_t(b) & 0xffffff);
    return static_cast<T>(x * y >> (High ? 16 : 0));
  }
};
template <bool High, class T> struct Mad24 {
  T operator()(T a, T b, T c) const { return Add<T>()(Mul24<High, T>()(a, b), c); }
};

void takeSources(OpBuilder &b, PtxType type, unsigned count) {
  b.result(0, bitsOf(type));
  for (unsigned i = 1; i <= count; ++i)
    b.source(i, type);
}

template <template <class> class F, unsigned Arity> void decodePlain(OpBuilder &b) {
  PtxType type = b.takeType();
  if (isFloating(type))
    return decodeFloatArithmetic(b, type);
  takeSources(b, type, Arity);
  b.op.run = pickInteger<F, Arity>(type);
}

template <template <class> class F, int Sign> void decodeAddSub(OpBuilder &b) {
  const std::vector<std::string_view> &modifiers = b.instruction.modifiers;
  if (!modifiers.empty() && modifiers[0] == "cc")
    return decodeAddSubCarryOut(b, b.takeType());
  bool saturates = modifiers.size() == 2 && modifiers[1] == "s32" && b.take("sat");
  if (!saturates)
    return decodePlain<F, 2>(b);
  takeSources(b, b.takeType(), 2);
  b.op.run = binary<Saturated<Sign>, int32_t, int32_t, int32_t>;
}

template <template <class> class F> void decodeAbsNeg(OpBuilder &b) {
  PtxType type = b.takeType();
  if (isFloating(type))
    return decodeFloatArithmetic(b, type);
  takeSources(b, type, 1);
  if (isSigned(type))
    b.op.run = pickInteger<F, 1>(type);
}

} // namespace

void decodeMulSameWidth(OpBuilder &b, PtxType type) {
  bool high = b.takeOneOf({"lo", "hi"}) == 1;
  takeSources(b, type, 2);
  b.op.run = high ? pickInteger<MulHigh, 2>(type) : pickInteger<MulLow, 2>(type);
}

void decodeMadSameWidth(OpBuilder &b, PtxType type) {
  bool high = b.takeOneOf({"lo", "hi"}) == 1;
  bool saturates = b.take("sat");
  takeSources(b, type, 3);
  b.op.run = high ? pickInteger<MadHigh, 3>(type) : pickInteger<MadLow, 3>(type);
  if (saturates)
    b.op.run = high && type == PtxType::S32 ? ternary<MadHighSaturated, int32_t, int32_t, int32_t, int32_t> : nullptr;
}

namespace {

template <bool High> Handler mul24(PtxType type) {
  return type == PtxType::S32   ? binary<Mul24<High, int32_t>, int32_t, int32_t, int32_t>
         : type == PtxType::U32 ? binary<Mul24<High, uint32_t>, uint32_t, uint32_t, uint32_t>
                                : nullptr;
}
template <bool High> Handler mad24(PtxType type) {
  return type == PtxType::S32   ? ternary<Mad24<High, int32_t>, int32_t, int32_t, int32_t, int32_t>
         : type == PtxType::U32 ? ternary<Mad24<High, uint32_t>, uint32_t, uint32_t, uint32_t, uint32_t>
                                : nullptr;
}

void decodeMul24(OpBuilder &b) {
  bool high = b.takeOneOf({"lo", "hi"}) == 1;
  PtxType type = b.takeType();
  bool adds = b.instruction.mnemonic == "mad24";
  takeSources(b, type, adds ? 3 : 2);
  if (adds)
    b.op.run = high ? mad24<true>(type) : mad24<false>(type);
  else
    b.op.run = high ? mul24<true>(type) : mul24<false>(type);
}

constexpr InstructionRule table[] = {
    {"add", decodeAddSub<Add, 1>}, {"sub", decodeAddSub<Sub, -1>}, {"div", decodePlain<Div, 2>},
    {"rem", decodePlain<Rem, 2>},  {"min", decodePlain<Min, 2>},   {"max", decodePlain<Max, 2>},
    {"abs", decodeAbsNeg<Abs>},    {"neg", decodeAbsNeg<Neg>},     {"sad", decodePlain<SumOfDifference, 3>},
    {"mul24", decodeMul24},        {"mad24", decodeMul24},
};

} // namespace

std::span<const InstructionRule> integerRules() { return table; }

} // namespace tenon::sim
