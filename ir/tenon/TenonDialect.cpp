// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/tenon/TenonDialect.h"

#include "ir/tenon/TenonOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

#include "ir/tenon/TenonDialect.cpp.inc"
#include "ir/tenon/TenonEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "ir/tenon/TenonAttrs.cpp.inc"

namespace tenon {

llvm::hash_code hash_value(const DimExpr &expr) { return llvm::hash_code(expr.hash()); }

/// `"T+1"` or `64`.
static FailureOr<DimExpr> parseDim(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  int64_t number;
  OptionalParseResult parsed = parser.parseOptionalInteger(number);
  if (parsed.has_value()) {
    if (failed(*parsed))
      return failure();
    return DimExpr(number);
  }
  std::string text, error;
  if (parser.parseString(&text))
    return failure();
  DimExpr expr = DimExpr::parse(text, error);
  if (!expr.isValid())
    return parser.emitError(loc, "size expression \"") << text << "\": " << error;
  return expr;
}

static void printDim(AsmPrinter &printer, const DimExpr &expr) {
  if (auto number = expr.constant())
    printer << *number;
  else
    printer.printString(expr.str());
}

Attribute DimAttr::parse(AsmParser &parser, Type) {
  if (parser.parseLess())
    return {};
  FailureOr<DimExpr> expr = parseDim(parser);
  if (failed(expr) || parser.parseGreater())
    return {};
  return get(parser.getContext(), *expr);
}

void DimAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printDim(printer, getExpr());
  printer << ">";
}

Attribute DimsAttr::parse(AsmParser &parser, Type) {
  SmallVector<DimExpr> exprs;
  auto parseOne = [&]() -> ParseResult {
    FailureOr<DimExpr> expr = parseDim(parser);
    if (failed(expr))
      return failure();
    exprs.push_back(*expr);
    return success();
  };
  if (parser.parseLess() || parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseOne) ||
      parser.parseGreater())
    return {};
  return get(parser.getContext(), exprs);
}

void DimsAttr::print(AsmPrinter &printer) const {
  printer << "<[";
  llvm::interleaveComma(getDims(), printer, [&](DimAttr dim) { printDim(printer, dim.getExpr()); });
  printer << "]>";
}

SymbolicShape DimsAttr::getShape() const {
  SymbolicShape shape;
  for (DimAttr dim : getDims())
    shape.push_back(dim.getExpr());
  return shape;
}

LogicalResult DimsAttr::verifyEncoding(ArrayRef<int64_t> shape, Type,
                                       function_ref<InFlightDiagnostic()> emitError) const {
  if (shape.size() != getDims().size())
    return emitError() << "the encoding names " << getDims().size() << " sizes, the tensor has " << shape.size()
                       << " dimensions";
  bool anySymbolic = false;
  for (auto [index, size, dim] : llvm::enumerate(shape, getDims())) {
    std::optional<int64_t> number = dim.getExpr().constant();
    anySymbolic |= !number;
    if (number.value_or(ShapedType::kDynamic) != size)
      return emitError() << "dimension " << index << " is " << dim.getExpr().str() << " in the encoding, but "
                         << (ShapedType::isDynamic(size) ? "?" : std::to_string(size))
                         << " in the shape (`?` stands for a symbolic size, a number for itself)";
  }
  if (!anySymbolic)
    return emitError() << "an encoding is only for tensors with symbolic sizes";
  return success();
}

/// Each of the properties may be left out.
Attribute SymbolAttr::parse(AsmParser &parser, Type) {
  std::string name;
  if (parser.parseLess() || parser.parseString(&name))
    return {};
  int64_t minimum = 0, maximum = largestSize, divisor = 1;
  while (succeeded(parser.parseOptionalComma())) {
    StringRef keyword;
    SMLoc loc = parser.getCurrentLocation();
    if (parser.parseKeyword(&keyword) || parser.parseEqual())
      return {};
    int64_t *value = keyword == "min" ? &minimum : keyword == "max" ? &maximum : keyword == "divisor" ? &divisor : nullptr;
    if (!value) {
      parser.emitError(loc, "expected min, max or divisor, found ") << keyword;
      return {};
    }
    if (parser.parseInteger(*value))
      return {};
  }
  if (parser.parseGreater())
    return {};
  return parser.getChecked<SymbolAttr>(parser.getContext(), name, minimum, maximum, divisor);
}

void SymbolAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printer.printString(getName());
  if (getMinimum() != 0)
    printer << ", min = " << getMinimum();
  if (getMaximum() != largestSize)
    printer << ", max = " << getMaximum();
  if (getDivisor() != 1)
    printer << ", divisor = " << getDivisor();
  printer << ">";
}

LogicalResult SymbolAttr::verify(function_ref<InFlightDiagnostic()> emitError, StringRef name, int64_t minimum,
                                 int64_t maximum, int64_t divisor) {
  std::string error;
  DimExpr expr = DimExpr::parse(name, error);
  if (!expr.isValid() || !expr.isSymbol())
    return emitError() << "\"" << name << "\" is not a name of a size: expected letters, digits and underscores";
  if (minimum < 0 || maximum < minimum)
    return emitError() << "size " << name << " has bounds " << minimum << " to " << maximum
                       << ": expected 0 <= min <= max";
  if (divisor < 1)
    return emitError() << "size " << name << " has divisor " << divisor << ": expected at least 1";
  return success();
}

void TenonDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "ir/tenon/TenonAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "ir/tenon/TenonOps.cpp.inc"
      >();
}

} // namespace tenon
