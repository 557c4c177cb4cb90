// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From the shapes of a call's inputs to the values of its symbols.
#pragma once

#include "runtime/Program.h"
#include "runtime/schema/Artifact_generated.h"

namespace tenon {

/// Checks number, types and shapes of the inputs and returns the value of each symbol of the entry. InvalidArgument
/// names the input and both shapes.
Result<std::vector<int64_t>> bindSymbols(const schema::Entry &entry, std::span<const Tensor> inputs);
/// The same from sizes by name; each symbol must be given, and no other.
Result<std::vector<int64_t>> bindSizes(const schema::Entry &entry, const Sizes &sizes);

/// A shape at those values; Data where a dimension has none. Whether it is a possible shape is not checked.
Result<Shape> evaluateShape(const schema::TensorType &type, std::span<const int64_t> symbols);

} // namespace tenon
