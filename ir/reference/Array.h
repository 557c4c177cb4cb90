// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensors of the reference interpreter: every float as a double, every integer exactly.
#pragma once

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tenon::ref {

/// Wide: floats are computed in double precision, and only casts round. Typed: every result rounds to its type.
enum class Precision { Wide, Typed };

/// An integer of 1 to 64 bits in two's complement, sign-extended; arithmetic wraps at its width. i1 is 0 or 1.
struct Int {
  int64_t value = 0;
  unsigned width = 64;

  static Int wrap(uint64_t bits, unsigned width);
  uint64_t bits() const { return width == 64 ? uint64_t(value) : uint64_t(value) & ((uint64_t(1) << width) - 1); }
  bool isTrue() const { return value != 0; }
};

/// One element: a float or an integer, by its type.
struct Scalar {
  double number = 0;
  Int integer;
  bool isFloat = false;

  static Scalar of(double value);
  static Scalar of(Int value);
  static Scalar of(bool value) { return of(Int{value, 1}); }
};

/// A row-major tensor. Floats live in `numbers`, integers in `integers`; the other vector is empty.
struct Array {
  mlir::Type element;
  llvm::SmallVector<int64_t> shape;
  std::vector<double> numbers;
  std::vector<int64_t> integers;

  Array() = default;
  Array(mlir::Type element, llvm::ArrayRef<int64_t> shape);
  bool isFloat() const { return llvm::isa<mlir::FloatType>(element); }
  int64_t size() const;
  Scalar get(int64_t index) const;
  void set(int64_t index, const Scalar &value);
};

/// A float of at most 64 bits, exactly.
double toDouble(llvm::APFloat value);
/// `value` rounded to nearest even to the float type `type`.
double roundTo(mlir::Type type, double value);

/// What an op's `evaluate` may ask for.
class Context {
public:
  using Symbols = std::map<std::string, int64_t, std::less<>>;

  Context(Precision precision, Symbols symbols) : precision(precision), symbols(std::move(symbols)) {}

  Precision precision;
  /// Values of the symbolic sizes.
  Symbols symbols;

  /// Called with every value that an op computes, where set.
  std::function<void(mlir::Value, const Array &)> probe;

  /// The sizes of a tensor type; fails after an error at `op` where a symbol has no value or a size is negative.
  mlir::FailureOr<llvm::SmallVector<int64_t>> shapeOf(mlir::Operation *op, mlir::Type type) const;
};

} // namespace tenon::ref
