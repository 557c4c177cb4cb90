// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Instances of every registered op of the dialect: found by asking the verifier which types an op accepts.
#pragma once

#include "codegen/Target.h"
#include "ir/tenon/TenonOps.h"
#include "runtime/Device.h"
#include <random>
#include <string>
#include <vector>

namespace tenon::sweep {

/// One op on tensors of these types.
struct OpCase {
  mlir::OperationName name;
  llvm::SmallVector<mlir::Type> operands;
  mlir::Type result;
  llvm::SmallVector<mlir::NamedAttribute> attributes;

  /// `add(f32, f32)`.
  std::string text() const;
};

/// All ops of the dialect, sorted by name.
std::vector<mlir::OperationName> getOps(mlir::MLIRContext *context);
/// Every accepted combination of element types and enumeration values of an elementwise op, on tensors of shape ["N"];
/// for other ops the instances that are written down. Empty: the sweep does not know how to run the op.
std::vector<OpCase> getCases(mlir::OperationName op);
/// `op` under this kind in tests/exclusions.txt.
bool isExcluded(const std::string &kind, llvm::StringRef op);

/// The case's op at the builder's position.
mlir::Operation *build(const OpCase &opCase, mlir::OpBuilder &builder, mlir::ValueRange operands);
/// An entry named `name` whose only op is the case's, on its arguments.
EntryOp buildEntry(const OpCase &opCase, const std::string &name, mlir::OpBuilder &builder);

/// Random elements from the op's domain for operand `index`; with `special`, numbers from the edges of the type as well.
ref::Array randomOperand(Domain domain, unsigned index, mlir::Type element, llvm::ArrayRef<int64_t> shape, bool special,
                         std::mt19937_64 &random);

/// What runs code for a target here: GPUs are simulated.
Device deviceOf(llvm::StringRef target);

} // namespace tenon::sweep
