// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What compiled code may differ by from the oracle: a running error analysis that asks an op only for its value. An
// operand's error is carried through an op by evaluating the op at the ends of the operand's interval, and the op's own
// error is what its entry states (`ulps`; 0 is correctly rounded). Chains of exact ops on exact operands therefore must
// be equal bit for bit. Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, section 3.3, gives the
// idea; the ends stand for the interval where the function is monotone or the interval small.
#pragma once

#include "ir/reference/Interpreter.h"

namespace tenon::ref {

struct Bounded {
  /// In typed precision.
  Array value;
  /// For each element, the largest |difference| that is allowed; f64.
  Array error;
};

/// Distance of `value`'s neighbours in a float type; that of the smallest numbers below the normal range.
double unitInLastPlace(mlir::Type type, double value);

/// `error` of a value before it was rounded to `value` of that type, with the rounding, for machine and oracle.
/// Infinity where one may round to a number and the other one to infinity.
double addRounding(mlir::Type type, double value, double error);

/// Calls an entry of ops that are elementwise, views, without operands or bounded by themselves. Fails after an error
/// at any other op. States' new values are left out.
mlir::FailureOr<std::vector<Bounded>> evaluateWithBounds(EntryOp entry, llvm::ArrayRef<const Array *> arguments);

} // namespace tenon::ref
