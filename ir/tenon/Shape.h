// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Symbolic shapes of tensor types, and tensors as ranges of memory.
#pragma once

#include "ir/DimExpr.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/SmallVector.h"
#include <limits>
#include <string>

namespace tenon {

inline constexpr int64_t largestSize = std::numeric_limits<int64_t>::max();

using SymbolicShape = llvm::SmallVector<DimExpr, 4>;

/// The sizes of a ranked tensor type. A dynamic dimension without an encoding is the invalid expression; verifiers
/// reject such types.
SymbolicShape getShape(mlir::Type type);

/// The tensor type of these sizes: an encoding is set only where a size is not a number.
mlir::RankedTensorType getTensorType(mlir::MLIRContext *context, llvm::ArrayRef<DimExpr> shape, mlir::Type element);

/// `tensor` with other elements.
mlir::RankedTensorType withElementType(mlir::Type tensor, mlir::Type element);

/// The number of elements.
DimExpr getElementCount(llvm::ArrayRef<DimExpr> shape);

/// Bytes that one element takes in memory; i1 takes one.
int64_t getElementBytes(mlir::Type element);

/// Bytes that a row-major tensor takes in memory.
DimExpr getBytes(mlir::Type tensor);

/// `[B, T+1, 64]`, for messages.
std::string toString(llvm::ArrayRef<DimExpr> shape);

/// A tensor in memory: element (i0, i1, ...) is at `offset + i0 * strides[0] + ...`, all in elements.
struct StridedView {
  DimExpr offset;
  SymbolicShape sizes, strides;

  /// The whole of a row-major tensor.
  static StridedView rowMajor(llvm::ArrayRef<DimExpr> shape);
  /// A row-major tensor of the sizes that remain of `shape` without `dims`, repeated along these.
  static StridedView repeated(llvm::ArrayRef<DimExpr> shape, llvm::ArrayRef<int64_t> dims);

  /// Whether both address the same elements at each index: along dimensions of size 1 strides do not count.
  bool isLike(const StridedView &other) const;
  /// Whether elements are the same along each of `dims`.
  bool isConstantAlong(llvm::ArrayRef<int64_t> dims) const;
};

/// Where legal random inputs of an op come from. Ordered: y <= z, x anywhere. Shift: 0 to width - 1 for y.
enum class Domain { Any, Positive, NonZero, Unit, AboveOne, Shift, Ordered };

} // namespace tenon
