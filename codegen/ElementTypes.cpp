// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/ElementTypes.h"

#include "mlir/AsmParser/AsmParser.h"

using namespace mlir;

namespace tenon {

mlir::Type toMlir(MLIRContext *context, ElementType type) {
  // Those of Tenon_Element in TenonBase.td; their names are MLIR's.
  constexpr ElementType known[] = {ElementType::F64, ElementType::F32, ElementType::F16, ElementType::BF16, ElementType::I64,
                                   ElementType::I32, ElementType::I16, ElementType::I8,  ElementType::I1};
  if (!llvm::is_contained(known, type))
    return {};
  return parseType(elementTypeName(type), context);
}

ElementType fromMlir(mlir::Type element) {
  std::string name;
  llvm::raw_string_ostream(name) << element;
  std::optional<ElementType> type = elementTypeNamed(name);
  assert(type && "an op's verifier let another element type through");
  return *type;
}

} // namespace tenon
