// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Size expressions as code on i64.
#pragma once

#include "ir/DimExpr.h"
#include "mlir/IR/Builders.h"
#include <map>

namespace tenon {

/// Emits expressions over symbols whose values are known; each expression once for a block.
class SizeArithmetic {
public:
  SizeArithmetic(mlir::OpBuilder &builder, mlir::Location loc, std::map<std::string, mlir::Value, std::less<>> symbols)
      : builder(builder), loc(loc), symbols(std::move(symbols)) {}

  mlir::Value emit(const DimExpr &expr);
  mlir::Value constant(int64_t value);

private:
  mlir::Value emitAtom(const DimAtom &atom);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  std::map<std::string, mlir::Value, std::less<>> symbols;
};

} // namespace tenon
