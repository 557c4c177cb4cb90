// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The elementwise ops as functions of graph values, generated from their entries in ir/tenon/ElementwiseOps.td. Operands
// of different shapes are broadcast as in NumPy; a number stands for itself everywhere.
#pragma once

#include "frontend/Graph.h"

namespace tenon {

#include "frontend/Ops.h.inc"

/// An operand of an operator with the place where it is used, which operators cannot take themselves.
struct Operand {
  Operand(const Value &value, Place place = Place::current()) : value(value), place(place) {}

  const Value &value;
  Place place;
};

inline Value operator+(Operand x, const Value &y) { return add(x.value, y, x.place); }
inline Value operator-(Operand x, const Value &y) { return sub(x.value, y, x.place); }
inline Value operator*(Operand x, const Value &y) { return mul(x.value, y, x.place); }
inline Value operator/(Operand x, const Value &y) { return div(x.value, y, x.place); }
inline Value operator-(Operand x) { return neg(x.value, x.place); }
inline Value operator+(Operand x, double y) { return add(x.value, splat(y, x.value, x.place), x.place); }
inline Value operator-(Operand x, double y) { return sub(x.value, splat(y, x.value, x.place), x.place); }
inline Value operator*(Operand x, double y) { return mul(x.value, splat(y, x.value, x.place), x.place); }
inline Value operator/(Operand x, double y) { return div(x.value, splat(y, x.value, x.place), x.place); }
inline Value operator+(double x, Operand y) { return add(splat(x, y.value, y.place), y.value, y.place); }
inline Value operator-(double x, Operand y) { return sub(splat(x, y.value, y.place), y.value, y.place); }
inline Value operator*(double x, Operand y) { return mul(splat(x, y.value, y.place), y.value, y.place); }
inline Value operator/(double x, Operand y) { return div(splat(x, y.value, y.place), y.value, y.place); }

} // namespace tenon
