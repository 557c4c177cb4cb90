// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Distance of a result from its reference in units in the last place.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>

namespace tenon::math {

/// |got - expected| in units in the last place of T at `expected` (the smallest subnormal at least). A result beyond
/// the largest finite number counts as the power of two there, so that an overflow that should have rounded to
/// infinity, or should not, costs what it is off. Infinity where one is not a number and the other is, where an exact
/// zero has the wrong sign or is missed, or where a zero has the sign of the other side.
template <class T, class R> double ulpError(T got, R expected) {
  using Limits = std::numeric_limits<T>;
  constexpr double wrong = std::numeric_limits<double>::infinity();
  if (std::isnan(expected) || std::isnan(got))
    return std::isnan(expected) && std::isnan(got) ? 0 : wrong;
  if (got == 0 && std::signbit(got) != std::signbit(expected))
    return wrong;
  if (expected == 0)
    return got == 0 ? 0 : wrong;
  if (std::isinf(expected))
    return R(got) == expected ? 0 : wrong;
  R limit = std::ldexp(R(1), Limits::max_exponent);
  auto bounded = [limit](R x) { return std::fabs(x) > limit ? std::copysign(limit, x) : x; };
  int exponent = std::max(std::ilogb(bounded(expected)), Limits::min_exponent - 1);
  exponent = std::min(exponent, Limits::max_exponent - 1);
  return double(std::ldexp(std::fabs(bounded(R(got)) - bounded(expected)), Limits::digits - 1 - exponent));
}

} // namespace tenon::math
