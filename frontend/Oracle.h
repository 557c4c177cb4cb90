// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The reference interpreter on the runtime's tensors.
#pragma once

#include "ir/reference/ErrorBound.h"
#include "runtime/Deviation.h"

namespace tenon {

/// The same elements; floats widen exactly.
ref::Array toArray(const Tensor &tensor, mlir::MLIRContext *context);
/// Floats are rounded to the array's element type.
Result<Tensor> toTensor(const ref::Array &array);

/// The entry of that name, or the only one where `name` is empty.
Result<EntryOp> findEntry(mlir::ModuleOp module, const std::string &name);

/// Calls an entry on its inputs, in order, with its states as they start. Gives the outputs, in order.
/// `probe`, where set, sees every value that an op computes.
Result<std::vector<ref::Array>> interpret(EntryOp entry, const std::vector<Tensor> &inputs, ref::Precision precision,
                                          std::function<void(mlir::Value, const ref::Array &)> probe = nullptr);
/// As interpret() in typed precision, with what machine code may differ by.
Result<std::vector<ref::Bounded>> interpretWithBounds(EntryOp entry, const std::vector<Tensor> &inputs);

/// How far a computed tensor is from the oracle.
Deviation compare(const Tensor &computed, const ref::Bounded &expected, mlir::MLIRContext *context);

} // namespace tenon
