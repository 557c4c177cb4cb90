// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How far computed elements are from expected ones, against what is allowed.
#pragma once

#include "runtime/Tensor.h"

namespace tenon {

struct Deviation {
  /// At the element where difference / allowed is largest, of several with the same ratio where the difference is: its
  /// row-major position, the difference there, and what is allowed there. All 0 where everything is equal.
  int64_t position = 0;
  double difference = 0, allowed = 0;
  /// Elements that differ by more than is allowed.
  int64_t exceeding = 0;
  bool isWithin = true;

  /// Takes one more element into account. Two NaN are equal, and so are the two zeros; a difference that is no finite
  /// number exceeds every bound but infinity.
  void add(int64_t at, double computed, double expected, double allowedThere);
  /// The same of an element that is known to differ.
  void addUnequal(int64_t at, double differenceThere, double allowedThere);

private:
  double ratio = 0; ///< difference / allowed.
};

/// Compares tensors of the same type and shape. `allowed` holds the largest |difference| for each element, as f64 or
/// f32 of the same shape; without it elements must be equal bit for bit. InvalidArgument, about `name`, where types or
/// shapes do not fit.
Result<Deviation> compareTensors(const std::string &name, const Tensor &computed, const Tensor &expected,
                                 const Tensor *allowed);

} // namespace tenon
