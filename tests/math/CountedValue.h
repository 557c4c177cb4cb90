// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A float value that computes nothing and counts the operations that compiled code would execute.
#pragma once
#include "codegen/math/FloatValue.h"

namespace tenon::math {

/// The current count; not for several threads.
struct OperationCount {
  static inline int value = 0;
  static inline int onConstantsAlone = 0; // which no compiler could emit; must stay 0
};

enum class CountedKind { Float, Int, Mask };

template <int Bits, CountedKind Kind> struct Counted {
  static constexpr int bits = Bits;
  using Int = Counted<Bits, CountedKind::Int>;
  using Mask = Counted<0, CountedKind::Mask>;
  using Float = Counted<Bits, CountedKind::Float>;
  using Wide = Counted<64, CountedKind::Float>;
  bool constant = false; // and free, as are bit casts

  Counted() = default;
  Counted(double) requires(Kind == CountedKind::Float) : constant(true) {}
  Counted(std::int64_t) requires(Kind == CountedKind::Int) : constant(true) {}

  template <class... Operands> static Counted count(const Operands &...operands) {
    ++((operands.constant && ...) ? OperationCount::onConstantsAlone : OperationCount::value);
    return Counted();
  }

  friend Counted operator+(Counted a, Counted b) { return count(a, b); }
  friend Counted operator-(Counted a, Counted b) { return count(a, b); }
  friend Counted operator*(Counted a, Counted b) { return count(a, b); }
  friend Counted operator/(Counted a, Counted b) { return count(a, b); }
  friend Counted operator&(Counted a, Counted b) { return count(a, b); }
  friend Counted operator|(Counted a, Counted b) { return count(a, b); }
  friend Counted operator^(Counted a, Counted b) { return count(a, b); }
  friend Counted operator<<(Counted a, int) { return count(a); }
  friend Counted operator>>(Counted a, int) { return count(a); }
  friend Counted operator-(Counted a) { return count(a); }
  friend Counted operator!(Counted a) { return count(a); }
  friend Mask operator<(Counted a, Counted b) { return Mask::count(a, b); }
  friend Mask operator>(Counted a, Counted b) { return Mask::count(a, b); }
  friend Mask operator==(Counted a, Counted b) { return Mask::count(a, b); }
  friend Counted fma(Counted a, Counted b, Counted c) { return count(a, b, c); }
  friend Counted sqrt(Counted a) { return count(a); }
  friend Counted roundEven(Counted a) { return count(a); }
  friend Counted abs(Counted a) { return count(a); }
  friend Counted copySign(Counted a, Counted b) { return count(a, b); }
  friend Counted select(Mask m, Counted a, Counted b) { return count(m, a, b); }
  friend Int toBits(Counted a) { return a.free<Int>(); }
  friend Float fromBits(Counted a) { return a.free<Float>(); }
  friend Float toFloat(Counted a) { return Float::count(a); }
  friend Counted<64, Kind> widen(Counted a) { return Counted<64, Kind>::count(a); }
  friend Counted<32, Kind> narrow(Counted a) { return Counted<32, Kind>::count(a); }
  friend Counted<32, Kind> lowHalf(Counted a) { return Counted<32, Kind>::count(a); }

private:
  template <class Other> Other free() const {
    OperationCount::onConstantsAlone += constant;
    return Other();
  }
};

/// The operations of function(x).
template <int Bits, class F> int countOperations(F function) {
  OperationCount::value = 0;
  function(Counted<Bits, CountedKind::Float>());
  return OperationCount::value;
}

} // namespace tenon::math
