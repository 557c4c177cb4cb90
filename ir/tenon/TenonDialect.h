// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The dialect `tenon` and its attributes.
#pragma once

#include "ir/DimExpr.h"
#include "ir/DimFacts.h"
#include "ir/tenon/Shape.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TensorEncoding.h"

namespace tenon {
llvm::hash_code hash_value(const DimExpr &expr);
} // namespace tenon

#include "ir/tenon/TenonDialect.h.inc"
#include "ir/tenon/TenonEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "ir/tenon/TenonAttrs.h.inc"
