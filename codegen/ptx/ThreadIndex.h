// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The number of the thread in its block, and linear maps of it, as code at the entry of a kernel.
#pragma once

#include "codegen/ptx/LinearMap.h"
#include "mlir/IR/Builders.h"
#include <map>

namespace tenon::ptx {

/// Each value is computed once, where it is seen by the whole kernel.
class ThreadIndex {
public:
  /// At the builder's position, the beginning of the kernel.
  ThreadIndex(mlir::OpBuilder &builder, mlir::Location loc);

  /// lane | warp << 5, an i32.
  mlir::Value get() const { return thread; }
  /// `map` of it, an i32.
  mlir::Value apply(const LinearMap &map);
  /// Whether the bits of `mask` are 0 in it, an i1.
  mlir::Value isZero(uint32_t mask);

private:
  mlir::Value remember(std::vector<uint32_t> key, llvm::function_ref<mlir::Value(mlir::OpBuilder &)> emit);

  mlir::Location loc;
  mlir::Value thread;
  mlir::Operation *last;
  std::map<std::vector<uint32_t>, mlir::Value> known;
};

} // namespace tenon::ptx
