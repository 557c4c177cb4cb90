// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "frontend/GraphBuilder.h"

#include "codegen/ElementTypes.h"
#include "codegen/Registration.h"
#include "frontend/BuildElementwise.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;

namespace tenon::detail {

static std::unique_ptr<MLIRContext> createContext() {
  DialectRegistry registry;
  registerDialects(registry);
  auto context = std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  context->loadDialect<TenonDialect>();
  return context;
}

GraphBuilder::GraphBuilder()
    : context(createContext()), module(ModuleOp::create(UnknownLoc::get(context.get()))), builder(context.get()) {
  builder.setInsertionPointToEnd(module->getBody());
  entry = EntryOp::create(builder, module->getLoc(), "main", builder.getFunctionType({}, {}), builder.getArrayAttr({}),
                          nullptr, nullptr);
  builder.setInsertionPointToStart(&entry.getBody().emplaceBlock());
}

mlir::Location GraphBuilder::locationOf(const Place &place) {
  return FileLineColLoc::get(context.get(), place.file_name(), place.line(), place.column());
}

static std::string at(const Place &place) {
  return std::string(place.file_name()) + ":" + std::to_string(place.line()) + ": ";
}

Value GraphBuilder::fail(const Place &place, const std::string &message) {
  if (!mistake)
    mistake = invalidArgument(at(place) + message);
  return {};
}

bool GraphBuilder::areUsable(std::initializer_list<const Value *> values, const Place &place) {
  for (const Value *value : values) {
    if (value->isEmpty()) {
      fail(place, "an operand is an empty value");
      return false;
    }
    if (value->graph.get() != this) {
      fail(place, "an operand belongs to another graph");
      return false;
    }
  }
  return true;
}

//===- Dims and types --------------------------------------------------------------------------------------------------===//

std::optional<SymbolicShape> GraphBuilder::toShape(const Dims &sizes, const Place &place) {
  SymbolicShape shape;
  std::vector<std::string> names;
  for (const Dim &size : sizes) {
    std::string error;
    DimExpr expr = DimExpr::parse(size.text, error);
    if (!expr.isValid()) {
      fail(place, "size \"" + size.text + "\": " + error);
      return std::nullopt;
    }
    if (expr.constant().value_or(0) < 0) {
      fail(place, "size " + expr.str() + " is negative");
      return std::nullopt;
    }
    expr.collectSymbols(names);
    shape.push_back(expr);
  }
  DimFacts facts = getFacts(entry.getSymbols());
  for (const std::string &name : names)
    if (!facts.isDeclared(name))
      declareSize(name, 0, largestSize, 1, place);
  return shape;
}

std::optional<RankedTensorType> GraphBuilder::toType(ElementType type, const Dims &sizes, const Place &place) {
  std::optional<SymbolicShape> shape = toShape(sizes, place);
  mlir::Type element = toMlir(context.get(), type);
  if (!element)
    fail(place, "graphs have no tensors of " + std::string(elementTypeName(type)) + " yet");
  if (!shape || !element)
    return std::nullopt;
  return getTensorType(context.get(), *shape, element);
}

void GraphBuilder::declareSize(const std::string &name, int64_t minimum, int64_t maximum, int64_t divisor,
                               Place place) {
  if (getFacts(entry.getSymbols()).isDeclared(name)) {
    fail(place, "size " + name + " is already declared or used");
    return;
  }
  std::string message;
  ScopedDiagnosticHandler handler(context.get(), [&](Diagnostic &diagnostic) { message = diagnostic.str(); });
  if (failed(SymbolAttr::verify([&] { return emitError(locationOf(place)); }, name, minimum, maximum, divisor))) {
    fail(place, message);
    return;
  }
  auto symbol = SymbolAttr::get(context.get(), name, minimum, maximum, divisor);
  SmallVector<Attribute> symbols(entry.getSymbols().getValue());
  symbols.push_back(symbol);
  entry.setSymbolsAttr(builder.getArrayAttr(symbols));
}

void GraphBuilder::assumeEqual(const Dim &left, const Dim &right, Place place) {
  std::optional<SymbolicShape> sizes = toShape({left, right}, place);
  if (sizes)
    AssumeDimsOp::create(builder, locationOf(place), DimAttr::get(context.get(), (*sizes)[0]),
                         DimAttr::get(context.get(), (*sizes)[1]));
}

//===- Values of the graph ----------------------------------------------------------------------------------------------===//

/// Appends an argument with one attribute that names it.
static BlockArgument addArgument(EntryOp entry, mlir::Type type, StringRef attribute, Attribute name, mlir::Location loc) {
  auto attributes = DictionaryAttr::get(type.getContext(), NamedAttribute(attribute, name));
  unsigned index = entry.getArgumentTypes().size();
  (void)entry.insertArgument(index, type, attributes, loc);
  return entry.getArgument(index);
}

bool GraphBuilder::isFreeName(const std::string &name, const Place &place) {
  if (!isPrintableName(name)) {
    fail(place, "an input or state has a name that is empty or not printable");
    return false;
  }
  bool isTaken = false;
  for (unsigned i = 0; i < entry.getArgumentTypes().size(); ++i)
    isTaken |= entry.getArgumentName(i) == name;
  if (isTaken)
    fail(place, "the graph already has an input or state named \"" + name + "\"");
  return !isTaken;
}

Value GraphBuilder::input(const std::string &name, ElementType type, const Dims &shape, Place place) {
  std::optional<RankedTensorType> tensor = toType(type, shape, place);
  if (!tensor)
    return {};
  if (!isFreeName(name, place))
    return {};
  return wrap(addArgument(entry, *tensor, nameAttr, builder.getStringAttr(name), locationOf(place)));
}

Value GraphBuilder::state(const std::string &name, ElementType type, const Dims &shape, Place place) {
  std::optional<RankedTensorType> tensor = toType(type, shape, place);
  if (!tensor)
    return {};
  if (!tensor->hasStaticShape())
    return fail(place, "state \"" + name + "\" needs sizes that are numbers");
  if (!isFreeName(name, place))
    return {};
  if (module->lookupSymbol(name))
    return fail(place, "a state cannot be named \"" + name + "\"");
  OpBuilder outer(entry);
  StateOp::create(outer, locationOf(place), name, *tensor, ElementsAttr());
  return wrap(addArgument(entry, *tensor, stateAttr, FlatSymbolRefAttr::get(context.get(), name), locationOf(place)));
}

void GraphBuilder::update(const Value &state, const Value &newValue, Place place) {
  if (!areUsable({&state, &newValue}, place))
    return;
  auto argument = dyn_cast<BlockArgument>(get(state));
  auto name = argument ? entry.getArgAttrOfType<FlatSymbolRefAttr>(argument.getArgNumber(), stateAttr) : nullptr;
  if (!name)
    fail(place, "only a state can be updated");
  else if (get(newValue).getType() != get(state).getType())
    fail(place, "the new value of " + name.getValue().str() + " has shape " + newValue.shape() + ", the state has " +
                    state.shape());
  else if (llvm::any_of(updates, [&](auto &update) { return update.first == name; }))
    fail(place, "state " + name.getValue().str() + " is updated twice");
  else
    updates.emplace_back(name, get(newValue));
}

Value GraphBuilder::constant(const Tensor &tensor, Place place) {
  mlir::Type element = toMlir(context.get(), tensor.type());
  if (!element)
    return fail(place, "graphs have no tensors of " + std::string(elementTypeName(tensor.type())) + " yet");
  auto type = RankedTensorType::get(tensor.shape(), element);
  auto bytes = reinterpret_cast<const char *>(tensor.bytes());
  DenseElementsAttr value;
  if (element.isInteger(1)) {
    SmallVector<bool> truths(bytes, bytes + tensor.byteCount());
    value = DenseElementsAttr::get(type, ArrayRef<bool>(truths));
  } else {
    value = DenseElementsAttr::getFromRawBuffer(type, {bytes, tensor.byteCount()});
  }
  return wrap(ConstantOp::create(builder, locationOf(place), type, value));
}

/// Whether signed or unsigned integers of that width hold the value.
static bool fitsInteger(double value, unsigned bits) {
  return value == std::trunc(value) && value >= -std::ldexp(1.0, bits - 1) &&
         value < std::ldexp(1.0, bits == 64 ? 63 : bits);
}

Value GraphBuilder::splat(double value, const Value &like, Place place) {
  if (!areUsable({&like}, place))
    return {};
  mlir::Type type = get(like).getType(), element = getElementTypeOrSelf(type);
  TypedAttr number;
  if (isa<FloatType>(element))
    number = FloatAttr::get(element, ref::roundTo(element, value));
  else if (fitsInteger(value, element.getIntOrFloatBitWidth()))
    number = IntegerAttr::get(element, APInt(element.getIntOrFloatBitWidth(), int64_t(value), true, true));
  else
    return fail(place, llvm::formatv("{0} is no number of an integer tensor of type {1}", value, element).str());
  return wrap(SplatOp::create(builder, locationOf(place), type, number));
}

Value GraphBuilder::checked(Operation *op, const Place &place, const std::string &operands) {
  std::string message;
  ScopedDiagnosticHandler handler(context.get(), [&](Diagnostic &diagnostic) { message = diagnostic.str(); });
  if (failed(verify(op)))
    return fail(place, message + operands);
  return wrap(op->getResult(0));
}

//===- Broadcasting -----------------------------------------------------------------------------------------------------===//

DimFacts GraphBuilder::facts() {
  Block &body = entry.getBody().front();
  return body.empty() ? getFacts(entry.getSymbols()) : getFactsAround(&body.front());
}

std::optional<SymbolicShape> GraphBuilder::commonShape(const SymbolicShape &left, const SymbolicShape &right) {
  const SymbolicShape &longer = left.size() >= right.size() ? left : right, &shorter = left.size() >= right.size() ? right : left;
  SymbolicShape shape = longer;
  size_t offset = longer.size() - shorter.size();
  for (size_t i = 0; i < shorter.size(); ++i) {
    DimExpr &dim = shape[offset + i];
    if (dim == DimExpr(1))
      dim = shorter[i];
    else if (dim != shorter[i] && shorter[i] != DimExpr(1) && !facts().provablyEqual(dim, shorter[i]))
      return std::nullopt;
  }
  return shape;
}

/// `value` in a shape that commonShape() gave: sizes that are equal by assumption are written alike first.
mlir::Value GraphBuilder::broadcastTo(mlir::Value value, const SymbolicShape &shape, mlir::Location loc) {
  SymbolicShape from = getShape(value.getType());
  mlir::Type element = getElementTypeOrSelf(value);
  size_t offset = shape.size() - from.size();
  SymbolicShape refined = from;
  SmallVector<int64_t> dimensions;
  for (size_t i = 0; i < from.size(); ++i) {
    dimensions.push_back(offset + i);
    if (from[i] != DimExpr(1))
      refined[i] = shape[offset + i];
  }
  if (refined != from)
    value = RefineOp::create(builder, loc, getTensorType(context.get(), refined, element), value);
  if (refined == shape)
    return value;
  return BroadcastOp::create(builder, loc, getTensorType(context.get(), shape, element), value, dimensions);
}

Value GraphBuilder::broadcast(const Value &x, const Dims &sizes, Place place) {
  if (!areUsable({&x}, place))
    return {};
  std::optional<SymbolicShape> shape = toShape(sizes, place);
  if (!shape)
    return {};
  SymbolicShape from = getShape(get(x).getType());
  if (from.size() > shape->size() || commonShape(from, *shape) != shape)
    return fail(place, "shape " + x.shape() + " cannot be broadcast to " + tenon::toString(*shape));
  return wrap(broadcastTo(get(x), *shape, locationOf(place)));
}

//===- Ops ----------------------------------------------------------------------------------------------------------------===//

Value GraphBuilder::transpose(const Value &x, const std::vector<int64_t> &permutation, Place place) {
  if (!areUsable({&x}, place))
    return {};
  SymbolicShape from = getShape(get(x).getType()), to;
  for (int64_t dimension : permutation)
    if (dimension >= 0 && dimension < int64_t(from.size()))
      to.push_back(from[dimension]);
  if (to.size() != from.size())
    return fail(place, "a permutation of shape " + x.shape() + " must name each of its dimensions once");
  mlir::Type type = getTensorType(context.get(), to, getElementTypeOrSelf(get(x)));
  return checked(TransposeOp::create(builder, locationOf(place), type, get(x), permutation), place);
}

Value GraphBuilder::slice(const Value &x, const Dims &starts, const Dims &sizes, const std::vector<int64_t> &strides,
                          Place place) {
  if (!areUsable({&x}, place))
    return {};
  std::optional<SymbolicShape> first = toShape(starts, place), shape = toShape(sizes, place);
  if (!first || !shape)
    return {};
  std::vector<int64_t> steps = strides.empty() ? std::vector<int64_t>(shape->size(), 1) : strides;
  mlir::Type type = getTensorType(context.get(), *shape, getElementTypeOrSelf(get(x)));
  auto op = SliceOp::create(builder, locationOf(place), type, get(x), DimsAttr::get(context.get(), *first), steps);
  return checked(op, place);
}

Value GraphBuilder::dotGeneral(const Value &x, const Value &y, const DotDimensions &dimensions, Place place) {
  if (!areUsable({&x, &y}, place))
    return {};
  SymbolicShape left = getShape(get(x).getType()), right = getShape(get(y).getType());
  auto exists = [](ArrayRef<int64_t> list, const SymbolicShape &of) {
    return llvm::all_of(list, [&](int64_t d) { return d >= 0 && d < int64_t(of.size()); });
  };
  if (!exists(dimensions.xBatch, left) || !exists(dimensions.xContract, left) || !exists(dimensions.yBatch, right) ||
      !exists(dimensions.yContract, right))
    return fail(place, "a product of shapes " + x.shape() + " and " + y.shape() + " names a dimension that is not there");
  SymbolicShape shape = getDotShape(get(x).getType(), get(y).getType(), dimensions.xBatch, dimensions.yBatch,
                                    dimensions.xContract, dimensions.yContract);
  mlir::Type type = getTensorType(context.get(), shape, getElementTypeOrSelf(get(x)));
  auto op = DotGeneralOp::create(builder, locationOf(place), type, get(x), get(y), dimensions.xBatch, dimensions.yBatch,
                                 dimensions.xContract, dimensions.yContract);
  return checked(op, place);
}

/// "; the operands are f32 [2, 3] and f64 [3]"
static std::string describeOperands(const std::vector<Value> &operands) {
  std::string text = operands.size() == 1 ? "; the operand is " : "; the operands are ";
  for (size_t i = 0; i < operands.size(); ++i) {
    if (i > 0)
      text += i + 1 == operands.size() ? " and " : ", ";
    text += std::string(elementTypeName(operands[i].type())) + " " + operands[i].shape();
  }
  return text;
}

std::optional<SmallVector<int64_t>> GraphBuilder::toDimensions(const std::vector<int64_t> &dims, const Value &x,
                                                               const Place &place) {
  if (dims.empty())
    return llvm::to_vector(llvm::seq<int64_t>(0, x.rank()));
  SmallVector<int64_t> found;
  for (int64_t d : dims) {
    int64_t dimension = d < 0 ? d + x.rank() : d;
    if (dimension < 0 || dimension >= x.rank()) {
      fail(place, "shape " + x.shape() + " has no dimension " + std::to_string(d));
      return std::nullopt;
    }
    if (llvm::is_contained(found, dimension)) {
      fail(place, "dimension " + std::to_string(d) + " of shape " + x.shape() + " is named twice");
      return std::nullopt;
    }
    found.push_back(dimension);
  }
  llvm::sort(found);
  return found;
}

Value GraphBuilder::reduce(Reduction kind, const Value &x, const std::vector<int64_t> &dims, bool keepDims,
                           Place place) {
  if (!areUsable({&x}, place))
    return {};
  std::optional<SmallVector<int64_t>> dimensions = toDimensions(dims, x, place);
  // All dimensions of a scalar are none: it is its own sum.
  if (!dimensions || dimensions->empty())
    return dimensions ? x : Value();
  mlir::Location loc = locationOf(place);
  SymbolicShape shape = getShape(get(x).getType());
  mlir::Type element = getElementTypeOrSelf(get(x));
  mlir::Type type = getTensorType(context.get(), getReducedShape(shape, *dimensions), element);
  auto op = ReduceOp::create(builder, loc, type, kind, get(x), *dimensions);
  Value result = checked(op, place);
  if (!keepDims || result.isEmpty())
    return result;
  for (int64_t d : *dimensions)
    shape[d] = DimExpr(1);
  return wrap(BroadcastOp::create(builder, loc, getTensorType(context.get(), shape, element), op, op.getKept()));
}

Value GraphBuilder::mean(const Value &x, const std::vector<int64_t> &dims, bool keepDims, Place place) {
  if (!areUsable({&x}, place))
    return {};
  if (!isa<FloatType>(getElementTypeOrSelf(get(x))))
    return fail(place, "a mean takes floats, found " + std::string(elementTypeName(x.type())) + "; cast first");
  std::optional<SmallVector<int64_t>> dimensions = toDimensions(dims, x, place);
  if (!dimensions)
    return {};
  // Sums of many elements and their number may be beyond 16-bit floats.
  mlir::Location loc = locationOf(place);
  mlir::Type element = getElementTypeOrSelf(get(x)), wide = element.isF64() ? element : builder.getF32Type();
  Value sum = reduce(Reduction::add, wrap(castElements(builder, loc, get(x), wide)), dims, keepDims, place);
  if (sum.isEmpty())
    return {};
  SymbolicShape shape = getShape(get(x).getType());
  DimExpr count(1);
  for (int64_t d : *dimensions)
    count = count * shape[d];
  return wrap(castElements(builder, loc, divideBySize(builder, loc, get(sum), count), element));
}

Value GraphBuilder::rmsNorm(const Value &x, const Value &weight, double eps, Place place) {
  if (!areUsable({&x, &weight}, place))
    return {};
  auto dims = llvm::to_vector(llvm::seq<int64_t>(x.rank() - weight.rank(), x.rank()));
  auto op =
      RmsNormOp::create(builder, locationOf(place), get(x).getType(), get(x), get(weight), dims, llvm::APFloat(eps));
  return checked(op, place, describeOperands({x, weight}));
}

Value GraphBuilder::elementwise(const char *name, std::vector<Value> operands,
                                const std::vector<std::pair<const char *, uint32_t>> &enums,
                                std::optional<ElementType> to, Place place) {
  SymbolicShape shape;
  for (const Value &operand : operands) {
    if (!areUsable({&operand}, place))
      return {};
    std::optional<SymbolicShape> common = commonShape(shape, getShape(get(operand).getType()));
    if (!common)
      return fail(place, std::string(name) + ": shapes " + operands[0].shape() + " and " + operand.shape() +
                             " do not fit together; a dimension must be equal or 1");
    shape = *common;
  }
  mlir::Location loc = locationOf(place);
  OperationState state(loc, name);
  for (const Value &operand : operands)
    state.operands.push_back(broadcastTo(get(operand), shape, loc));
  for (auto [attribute, value] : enums)
    state.addAttribute(attribute, ComparisonAttr::get(context.get(), Comparison(value)));
  if (to) {
    mlir::Type element = toMlir(context.get(), *to);
    if (!element)
      return fail(place, "graphs have no tensors of " + std::string(elementTypeName(*to)) + " yet");
    state.addTypes(getTensorType(context.get(), shape, element));
  } else {
    auto infer = state.name.getRegisteredInfo()->getInterface<InferTypeOpInterface>();
    SmallVector<mlir::Type> types;
    std::string message;
    ScopedDiagnosticHandler handler(context.get(), [&](Diagnostic &diagnostic) { message = diagnostic.str(); });
    if (failed(infer->inferReturnTypes(context.get(), loc, state.operands, state.attributes.getDictionary(context.get()),
                                       nullptr, {}, types)))
      return fail(place, message + describeOperands(operands));
    state.addTypes(types);
  }
  return checked(builder.create(state), place, describeOperands(operands));
}

//===- The whole graph ----------------------------------------------------------------------------------------------------===//

Result<OwningOpRef<ModuleOp>> GraphBuilder::finish(const std::vector<Output> &outputs) {
  if (mistake)
    return *mistake;
  if (outputs.empty() && updates.empty())
    return invalidArgument("the graph has no results and updates no state");
  SmallVector<mlir::Value> values, newStates;
  SmallVector<mlir::Type> types;
  SmallVector<Attribute> names, states;
  for (const Output &output : outputs) {
    if (output.value.isEmpty() || output.value.graph.get() != this)
      return invalidArgument("result \"" + output.name + "\" is empty or belongs to another graph");
    if (!output.name.empty() && !isPrintableName(output.name))
      return invalidArgument("result " + std::to_string(values.size()) + " has a name that is not printable");
    values.push_back(get(output.value));
    types.push_back(values.back().getType());
    names.push_back(output.name.empty() ? builder.getDictionaryAttr({})
                                        : builder.getDictionaryAttr(builder.getNamedAttr(nameAttr, builder.getStringAttr(output.name))));
  }
  for (auto &[name, value] : updates) {
    states.push_back(name);
    newStates.push_back(value);
  }
  OwningOpRef<ModuleOp> copy;
  {
    // The terminator lives in the copy only, so that the graph can be built on.
    OpBuilder end(builder);
    auto terminator = ReturnOp::create(end, entry.getLoc(), values, newStates, end.getArrayAttr(states));
    copy = module->clone();
    terminator.erase();
  }
  auto copied = cast<EntryOp>(copy->lookupSymbol("main"));
  copied.setFunctionType(builder.getFunctionType(entry.getArgumentTypes(), types));
  copied.setResAttrsAttr(builder.getArrayAttr(names));
  std::string message;
  ScopedDiagnosticHandler handler(context.get(), [&](Diagnostic &diagnostic) { message = diagnostic.str(); });
  if (failed(verify(*copy)))
    return invalidArgument(message);
  return copy;
}

Value buildElementwise(const char *op, std::vector<Value> operands, std::vector<std::pair<const char *, uint32_t>> enums,
                       std::optional<ElementType> to, Place place) {
  for (const Value &operand : operands)
    if (auto graph = GraphBuilder::of(operand))
      return graph->elementwise(op, std::move(operands), enums, to, place);
  return {};
}

} // namespace tenon::detail
