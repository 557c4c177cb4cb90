// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The dialect `tile`; TileOps.td documents it.
#pragma once

#include "ir/tenon/TenonDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "ir/tile/TileDialect.h.inc"

#define GET_TYPEDEF_CLASSES
#include "ir/tile/TileTypes.h.inc"

#define GET_OP_CLASSES
#include "ir/tile/TileOps.h.inc"

namespace tenon::tile {

/// Bytes that the loads or stores of a kernel move in one launch, over the kernel's symbols: each view counted once, a
/// repeated element (stride 0) once.
struct Traffic {
  DimExpr read, written;
};
Traffic getTraffic(KernelOp kernel);

/// The dimension along which a load's elements are contiguous, where that is another than the last and the tile is a matrix
/// of it and the last. Such tiles are transposed in blocks; their copies have sizes that are multiples of the granule.
std::optional<unsigned> getTransposedDimension(LoadOp load);
inline constexpr int64_t transposeGranule = 16;

/// Bytes that a thread needs for the accumulators and transposed tiles of a kernel on a CPU; rows may be read past their
/// end by a register.
uint64_t getWorkspaceBytes(KernelOp kernel);

} // namespace tenon::tile
