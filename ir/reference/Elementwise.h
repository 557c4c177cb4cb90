// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The vocabulary of the `reference` expressions in ElementwiseOps.td: functions of one element on double and on Int.
#pragma once

#include "ir/reference/Array.h"
#include "ir/tenon/Interfaces.h"
#include <array>
#include <cmath>
#include <type_traits>
#include <utility>
#include <variant>

namespace tenon {
enum class Comparison : uint32_t;
}

namespace tenon::ref {

Int operator+(Int x, Int y);
Int operator-(Int x, Int y);
Int operator*(Int x, Int y);
Int operator&(Int x, Int y);
Int operator|(Int x, Int y);
Int operator^(Int x, Int y);
Int operator-(Int x);
Int operator~(Int x);

inline double divide(double x, double y) { return x / y; }
Int divide(Int x, Int y);
Int floorDivide(Int x, Int y);
Int ceilDivide(Int x, Int y);
Int divideUnsigned(Int x, Int y);
inline double remainder(double x, double y) { return std::fmod(x, y); }
Int remainder(Int x, Int y);
Int remainderUnsigned(Int x, Int y);
inline double magnitude(double x) { return std::fabs(x); }
Int magnitude(Int x);
double signOf(double x);
Int signOf(Int x);
double maximumOf(double x, double y);
Int maximumOf(Int x, Int y);
double minimumOf(double x, double y);
Int minimumOf(Int x, Int y);
double maxNum(double x, double y);
double minNum(double x, double y);
bool compareBy(Comparison relation, double x, double y);
bool compareBy(Comparison relation, Int x, Int y);
/// In the range of normal numbers of `tensor`'s element type.
bool isNormal(double x, mlir::Type tensor);
/// x * y + z so that rounding it to the type of `tensor` gives what one rounding of the exact value gives; for 16-bit
/// floats, what one rounding to f32 gives.
double fusedMultiplyAdd(mlir::Type tensor, double x, double y, double z);
Int shiftLeft(Int x, Int y);
Int shiftRight(Int x, Int y);
Int shiftRightLogical(Int x, Int y);
Int leadingZeros(Int x);
Int trailingZeros(Int x);
Int population(Int x);
Int power(Int x, Int y);
/// Conversions to the element type of the tensor type `to`.
Scalar castTo(mlir::Type to, double x);
Scalar castTo(mlir::Type to, Int x);
Scalar castUnsigned(mlir::Type to, double x);
Scalar castUnsigned(mlir::Type to, Int x);
Scalar bitcastTo(mlir::Type to, mlir::Type from, double x);
Scalar bitcastTo(mlir::Type to, mlir::Type from, Int x);

inline Scalar toScalar(double value) { return Scalar::of(value); }
inline Scalar toScalar(Int value) { return Scalar::of(value); }
inline Scalar toScalar(bool value) { return Scalar::of(value); }
inline Scalar toScalar(Scalar value) { return value; }

[[noreturn]] void unsupportedOperands(mlir::Operation *op);

/// Calls `function` on the operands as doubles or Ints. The function accepts the kinds that its op's types allow; the op's
/// verifier has rejected the others.
template <size_t count, typename Function>
Scalar apply(llvm::ArrayRef<Scalar> operands, mlir::Operation *op, Function function) {
  using Number = std::variant<double, Int>;
  std::array<Number, count> numbers;
  for (size_t i = 0; i < count; ++i)
    numbers[i] = operands[i].isFloat ? Number(operands[i].number) : Number(operands[i].integer);
  auto call = [&](auto... values) -> Scalar {
    if constexpr (std::is_invocable_v<Function, decltype(values)...>)
      return toScalar(function(values...));
    else
      unsupportedOperands(op);
  };
  return [&]<size_t... i>(std::index_sequence<i...>) {
    return std::visit(call, numbers[i]...);
  }(std::make_index_sequence<count>());
}

/// Applies the op's `evaluateScalar` to each index; rounds to the result's type where the context asks for it.
mlir::FailureOr<llvm::SmallVector<Array>> evaluateElementwise(ElementwiseOpInterface op,
                                                              llvm::ArrayRef<const Array *> operands,
                                                              Context &context);

} // namespace tenon::ref
