// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of elementary functions under test: each in both types, evaluated over arrays, with its reference.
#pragma once
#include <cstddef>
#include <span>

namespace tenon::math {

/// float is judged by the C library's double functions (error below 1 unit in the last place of double, 2^-29 of
/// float's), double by its long double functions, whose significand has 64 bits (at most 5 units in its last place by
/// the C library's manual, 0.0025 of double's).
template <class T> struct ReferenceType;
template <> struct ReferenceType<float> { using Type = double; };
template <> struct ReferenceType<double> { using Type = long double; };
template <class T> using Reference = typename ReferenceType<T>::Type;

template <class T> struct Unary {
  const char *name;
  void (*evaluate)(const T *x, T *result, std::size_t count);
  Reference<T> (*reference)(Reference<T> x);
  int operations; // per element; constants and the operations on them are free
};

template <class T> struct Binary {
  const char *name;
  void (*evaluate)(const T *x, const T *y, T *result, std::size_t count);
  Reference<T> (*reference)(Reference<T> x, Reference<T> y);
  int operations;
};

/// How many operations of all functions had only constants as operands, which value types need not support.
int operationsOnConstantsAlone();

/// Those of one argument with docs/math-functions.md's general bound.
template <class T> std::span<const Unary<T>> unaryFunctions();
/// erfc(-x / sqrt 2), of which another error is allowed.
const Unary<float> &twiceNormalCdfFunction();
template <class T> std::span<const Binary<T>> binaryFunctions();

} // namespace tenon::math
