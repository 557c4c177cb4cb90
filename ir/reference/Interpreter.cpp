// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/reference/Interpreter.h"

using namespace mlir;

namespace tenon::ref {

static std::string toString(ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << "[";
  llvm::interleaveComma(shape, stream);
  stream << "]";
  return text;
}

/// Every value must have the shape its type promises: otherwise the op before it is wrong.
static LogicalResult checkShape(Operation *op, Type type, const Array &array, Context &context) {
  auto expected = context.shapeOf(op, type);
  if (failed(expected))
    return failure();
  if (array.element != getElementTypeOrSelf(type) || ArrayRef<int64_t>(array.shape) != ArrayRef<int64_t>(*expected))
    return op->emitError("computed a tensor of shape ")
           << toString(array.shape) << " and element type " << array.element << ", but its type " << type
           << " means shape " << toString(*expected);
  return success();
}

FailureOr<std::vector<Array>> evaluateBlock(Block &block, ArrayRef<const Array *> arguments, Context &context) {
  DenseMap<Value, const Array *> values;
  std::vector<std::unique_ptr<Array>> owned;
  for (auto [argument, array] : llvm::zip_equal(block.getArguments(), arguments))
    values[argument] = array;
  for (Operation &op : block.without_terminator()) {
    auto reference = dyn_cast<ReferenceOpInterface>(op);
    if (!reference)
      return op.emitError("has no reference evaluation");
    SmallVector<const Array *> operands;
    for (Value operand : op.getOperands())
      operands.push_back(values.at(operand));
    FailureOr<SmallVector<Array>> results = reference.evaluate(operands, context);
    if (failed(results))
      return failure();
    for (auto [value, array] : llvm::zip_equal(op.getResults(), *results)) {
      if (failed(checkShape(&op, value.getType(), array, context)))
        return failure();
      if (context.probe)
        context.probe(value, array);
      owned.push_back(std::make_unique<Array>(std::move(array)));
      values[value] = owned.back().get();
    }
  }
  std::vector<Array> outputs;
  for (Value operand : block.getTerminator()->getOperands())
    outputs.push_back(*values.at(operand));
  return outputs;
}

/// An error that names argument, its type and the shape it was given.
static InFlightDiagnostic shapeError(EntryOp entry, unsigned index, ArrayRef<int64_t> shape) {
  return entry.emitError("argument ") << index << " (" << entry.getArgumentName(index) << ") has shape "
                                      << toString(shape) << ", expected "
                                      << tenon::toString(getShape(entry.getArgumentTypes()[index]));
}

FailureOr<Context::Symbols> bindSymbols(EntryOp entry, ArrayRef<const Array *> arguments) {
  Context::Symbols symbols;
  for (auto [index, type, array] : llvm::enumerate(entry.getArgumentTypes(), arguments)) {
    SymbolicShape shape = getShape(type);
    if (shape.size() != array->shape.size() || array->element != getElementTypeOrSelf(type)) {
      shapeError(entry, index, array->shape) << " of " << getElementTypeOrSelf(type);
      return failure();
    }
    for (auto [dim, size] : llvm::zip(shape, array->shape))
      if (dim.isSymbol())
        symbols.try_emplace(std::string(dim.symbolName()), size);
  }
  for (auto [index, type, array] : llvm::enumerate(entry.getArgumentTypes(), arguments))
    for (auto [dim, size] : llvm::zip(getShape(type), array->shape))
      if (dim.evaluate(symbols) != size) {
        shapeError(entry, index, array->shape) << ": " << dim.str() << " is not " << size;
        return failure();
      }
  for (auto symbol : entry.getSymbols().getAsRange<SymbolAttr>()) {
    auto found = symbols.find(symbol.getName());
    if (found == symbols.end())
      continue;
    int64_t size = found->second;
    if (size < symbol.getMinimum() || size > symbol.getMaximum() || size % symbol.getDivisor() != 0)
      return entry.emitError("size ") << symbol.getName() << " is " << size << ", declared between "
                                      << symbol.getMinimum() << " and " << symbol.getMaximum() << ", a multiple of "
                                      << symbol.getDivisor();
  }
  return symbols;
}

FailureOr<EntryResults> evaluateEntry(EntryOp entry, ArrayRef<const Array *> arguments, Precision precision,
                                      std::function<void(Value, const Array &)> probe) {
  if (arguments.size() != entry.getArgumentTypes().size())
    return entry.emitError("takes ") << entry.getArgumentTypes().size() << " arguments, got " << arguments.size();
  auto symbols = bindSymbols(entry, arguments);
  if (failed(symbols))
    return failure();
  Context context(precision, std::move(*symbols));
  context.probe = std::move(probe);
  Block &block = entry.getBody().front();
  auto values = evaluateBlock(block, arguments, context);
  if (failed(values))
    return failure();
  auto terminator = cast<ReturnOp>(block.getTerminator());
  EntryResults results;
  size_t outputs = terminator.getOutputs().size();
  for (size_t i = 0; i < outputs; ++i)
    results.outputs.push_back(std::move((*values)[i]));
  for (auto [i, state] : llvm::enumerate(terminator.getStates().getAsRange<FlatSymbolRefAttr>()))
    results.states[state.getValue().str()] = std::move((*values)[outputs + i]);
  return results;
}

FailureOr<Array> toArray(Operation *op, ElementsAttr attr) {
  auto dense = dyn_cast<DenseElementsAttr>(attr);
  auto type = dyn_cast<RankedTensorType>(attr.getType());
  if (!dense || !type || !type.hasStaticShape())
    return op->emitError("expected a dense constant of fixed shape");
  Array array(type.getElementType(), type.getShape());
  if (array.isFloat()) {
    for (auto [number, value] : llvm::zip_equal(array.numbers, dense.getValues<APFloat>()))
      number = toDouble(value);
    return array;
  }
  for (auto [number, value] : llvm::zip_equal(array.integers, dense.getValues<APInt>()))
    number = Int::wrap(value.getZExtValue(), value.getBitWidth()).value;
  return array;
}

DenseElementsAttr toAttribute(const Array &array, RankedTensorType type) {
  if (!array.isFloat()) {
    SmallVector<APInt> values;
    for (int64_t number : array.integers)
      values.emplace_back(array.element.getIntOrFloatBitWidth(), uint64_t(number), /*isSigned=*/true,
                          /*implicitTrunc=*/true);
    return DenseElementsAttr::get(type, values);
  }
  const llvm::fltSemantics &semantics = cast<FloatType>(array.element).getFloatSemantics();
  SmallVector<APFloat> values;
  for (double number : array.numbers) {
    bool losesInfo = false;
    values.emplace_back(number);
    values.back().convert(semantics, APFloat::rmNearestTiesToEven, &losesInfo);
  }
  return DenseElementsAttr::get(type, values);
}

} // namespace tenon::ref
