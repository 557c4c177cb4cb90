// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The oracle: executes any function of the dialect `tenon` op by op, through ReferenceOpInterface.
#pragma once

#include "ir/reference/Array.h"
#include "ir/tenon/TenonOps.h"

namespace tenon::ref {

/// What one call of an entry gives back.
struct EntryResults {
  std::vector<Array> outputs;
  /// New values of states, by name.
  std::map<std::string, Array> states;
};

/// Evaluates the ops of `block` with these values of its arguments; gives the operands of the terminator. Checks the
/// operands' shapes against their types. Fails after having reported an error.
mlir::FailureOr<std::vector<Array>> evaluateBlock(mlir::Block &block, llvm::ArrayRef<const Array *> arguments,
                                                  Context &context);

/// Binds the sizes of `entry`, from the arguments' shapes. Fails with an error at the entry that names both shapes.
mlir::FailureOr<Context::Symbols> bindSymbols(EntryOp entry, llvm::ArrayRef<const Array *> arguments);

/// Calls an entry: `arguments` are all of them, states included, in order.
mlir::FailureOr<EntryResults> evaluateEntry(EntryOp entry, llvm::ArrayRef<const Array *> arguments,
                                            Precision precision,
                                            std::function<void(mlir::Value, const Array &)> probe = nullptr);

/// `attr` as an array; null for attributes that hold no numbers.
mlir::FailureOr<Array> toArray(mlir::Operation *op, mlir::ElementsAttr attr);
/// The array, whose numbers `type` holds exactly, as a constant.
mlir::DenseElementsAttr toAttribute(const Array &array, mlir::RankedTensorType type);

} // namespace tenon::ref
