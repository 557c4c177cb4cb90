// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The elementwise ops as functions of graph values, generated from their entries in ir/tenon/ElementwiseOps.td. Operands
// of different shapes are broadcast as in NumPy; a number stands for itself everywhere.
#pragma once

#include "frontend/Graph.h"

namespace tenon {

#include "frontend/Ops.h.inc"

inline Value operator+(const Value &x, const Value &y) { return add(x, y); }
inline Value operator-(const Value &x, const Value &y) { return sub(x, y); }
inline Value operator*(const Value &x, const Value &y) { return mul(x, y); }
inline Value operator/(const Value &x, const Value &y) { return div(x, y); }
inline Value operator-(const Value &x) { return neg(x); }
inline Value operator+(const Value &x, double y) { return add(x, splat(y, x)); }
inline Value operator-(const Value &x, double y) { return sub(x, splat(y, x)); }
inline Value operator*(const Value &x, double y) { return mul(x, splat(y, x)); }
inline Value operator/(const Value &x, double y) { return div(x, splat(y, x)); }
inline Value operator+(double x, const Value &y) { return add(splat(x, y), y); }
inline Value operator-(double x, const Value &y) { return sub(splat(x, y), y); }
inline Value operator*(double x, const Value &y) { return mul(splat(x, y), y); }
inline Value operator/(double x, const Value &y) { return div(splat(x, y), y); }

} // namespace tenon
