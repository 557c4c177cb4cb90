// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How one target executes one entry: buffers with lifetimes, and the steps that launch kernels.
#pragma once

#include "ir/tenon/TenonOps.h"
#include "ir/tile/TileDialect.h"
#include "runtime/schema/Artifact_generated.h"

namespace tenon {

/// Symbols of an entry by their position in the artifact.
using SymbolIndices = std::map<std::string, int64_t, std::less<>>;

/// `expr` in postfix order.
std::unique_ptr<schema::ExprT> toSchema(const DimExpr &expr, const SymbolIndices &symbols);
/// A tensor type; its element type must be one that artifacts know.
std::unique_ptr<schema::TensorTypeT> toSchema(mlir::Type type, const SymbolIndices &symbols);
SymbolIndices getSymbolIndices(EntryOp entry);

/// Positions in the artifact of what plans name.
struct ArtifactIndices {
  /// Equal constants are one.
  llvm::DenseMap<mlir::Attribute, uint32_t> constants;
  llvm::StringMap<uint32_t> states;
  /// Sizes of tensors inside of each entry's graph, which must exist although fused kernels may never make the tensors.
  llvm::StringMap<SymbolicShape> innerSizes;
};

/// Sizes of the values inside of an entry that its inputs do not have, each once.
SymbolicShape collectInnerSizes(EntryOp entry);

/// The plan of `entry`, whose launches name the tile programs of its module. Fails after an error.
mlir::FailureOr<std::unique_ptr<schema::PlanT>> buildPlan(EntryOp entry, const ArtifactIndices &indices,
                                                          uint32_t target);

} // namespace tenon
