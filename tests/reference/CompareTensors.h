// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Computed tensors against recorded ones.
#pragma once

#include "runtime/Tensor.h"

#include <string>

namespace tenon::reference {

/// "float64 against float64: 1e-10 relative to the largest value of the tensor", says the README of the data. It covers
/// PyTorch's own errors and sums in another order; our functions are within 2 units in the last place, about 4e-16.
inline constexpr double tolerance = 1e-10;

/// Gradients are held against this part of the largest cotangent where their own largest value is below it. Where the
/// exact gradient is 0 PyTorch records noise: a norm over one element with eps = 1e-5 scales rounding, 2^-53 of operand
/// times cotangent, by 1 / sqrt(eps), to 3.5e-14 for each row; this allows 1e-12.
inline constexpr double leastGradient = 1e-2;

/// The largest finite magnitude; 0 where there is none.
double largestOf(const Tensor &tensor);

/// Empty where `computed` is right, else what differs first. Differences are relative to the largest value of
/// `expected`, or to `leastScale` where that is more; raises `worst`, the largest one.
std::string compareTensors(const Tensor &computed, const Tensor &expected, double leastScale, double &worst);

} // namespace tenon::reference
