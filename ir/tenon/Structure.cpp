// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/reference/Interpreter.h"
#include "ir/tenon/TenonOps.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/Interfaces/FunctionImplementation.h"
#include <set>

using namespace mlir;

namespace tenon {

//===- Sizes ----------------------------------------------------------------------------------------------------------===//

DimFacts getFacts(ArrayAttr symbols) {
  DimFacts facts;
  for (auto symbol : symbols.getAsRange<SymbolAttr>())
    facts.declare(symbol.getName().str(), symbol.getMinimum(), symbol.getMaximum(), symbol.getDivisor());
  return facts;
}

DimFacts getFactsAround(Operation *op) {
  if (auto kernel = op->getParentOfType<KernelOp>())
    return getFacts(kernel.getSymbols());
  auto entry = op->getParentOfType<EntryOp>();
  if (!entry)
    return {};
  DimFacts facts = getFacts(entry.getSymbols());
  for (auto assumption : entry.getBody().getOps<AssumeDimsOp>())
    facts.assume(assumption.getLeft().getExpr(), assumption.getRight().getExpr());
  return facts;
}

static LogicalResult verifyDeclared(Operation *op, const std::set<std::string> &symbols, const DimFacts &facts) {
  for (const std::string &symbol : symbols)
    if (!facts.isDeclared(symbol))
      return op->emitOpError("uses the size ") << symbol << ", which is not declared; add #tenon.symbol<\"" << symbol
                                               << "\"> to `symbols`";
  return success();
}

static LogicalResult verifySizes(Operation *op, Type type, const DimFacts &facts) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return op->emitOpError("has a value of type ") << type << "; expected ranked tensors";
  if (tensor.getEncoding() && !isa<DimsAttr>(tensor.getEncoding()))
    return op->emitOpError("has a value of type ") << type << "; the only encoding of tensors is #tenon.dims";
  // Beyond any machine's memory, and far below where sizes in bytes overflow.
  constexpr int64_t largestTensor = int64_t(1) << 46;
  DimExpr bytes = getBytes(tensor);
  if (tensor.hasStaticShape() && (!bytes.constant() || *bytes.constant() > largestTensor))
    return op->emitOpError("has a value of type ") << type << ", which no memory holds";
  std::set<std::string> symbols;
  for (const DimExpr &dim : getShape(tensor)) {
    if (!dim.isValid())
      return op->emitOpError("has a value of type ")
             << type << ", whose `?` has no name; name it in an encoding, #tenon.dims<[\"N\"]>";
    if (std::optional<int64_t> number = dim.constant(); number && *number < 0)
      return op->emitOpError("has a value of type ") << type << " with a negative size";
    dim.collectSymbols(symbols);
  }
  return verifyDeclared(op, symbols, facts);
}

/// The sizes in an op's attributes: starts of slices, assumptions, sizes of launches.
static LogicalResult verifyAttributes(Operation *op, const DimFacts &facts) {
  std::set<std::string> symbols;
  AttrTypeWalker walker;
  walker.addWalk([&](DimAttr dim) { dim.getExpr().collectSymbols(symbols); });
  walker.walk(op->getAttrDictionary());
  return verifyDeclared(op, symbols, facts);
}

static LogicalResult verifyFunction(FunctionOpInterface function, ArrayAttr symbols, ValueRange results) {
  std::set<StringRef> names;
  for (auto symbol : symbols.getAsRange<SymbolAttr>())
    if (!names.insert(symbol.getName()).second)
      return function.emitOpError("declares the size ") << symbol.getName() << " twice";
  DimFacts facts = getFacts(symbols);
  Block &block = function.getFunctionBody().front();
  if (block.getArgumentTypes() != function.getArgumentTypes())
    return function.emitOpError("has a signature that differs from its body's arguments");
  if (results.getTypes() != function.getResultTypes())
    return block.getTerminator()->emitOpError("gives results of types (")
           << results.getTypes() << "), the signature says (" << function.getResultTypes() << ")";
  for (Type type : block.getArgumentTypes())
    if (failed(verifySizes(function, type, facts)))
      return failure();
  WalkResult walked = function.getFunctionBody().walk([&](Operation *op) {
    for (Type type : op->getResultTypes())
      if (failed(verifySizes(op, type, facts)))
        return WalkResult::interrupt();
    return failed(verifyAttributes(op, facts)) ? WalkResult::interrupt() : WalkResult::advance();
  });
  return failure(walked.wasInterrupted());
}

/// Numbers that the text does not hold one by one must not take memory one by one.
static LogicalResult verifyConstant(Operation *op, ElementsAttr value) {
  constexpr int64_t largestSplat = int64_t(1) << 24;
  auto splat = dyn_cast_or_null<SplatElementsAttr>(value);
  if (!splat)
    return success();
  std::optional<int64_t> count = getElementCount(getShape(splat.getType())).constant();
  if (!count || *count > largestSplat)
    return op->emitOpError("is one number for more than 2^24 elements; use tenon.splat, or zeros of a state");
  return success();
}

LogicalResult ConstantOp::verify() { return verifyConstant(*this, getValue()); }

LogicalResult StateOp::verify() {
  auto type = cast<RankedTensorType>(getType());
  if (!type.hasStaticShape() || type.getEncoding())
    return emitOpError("has type ") << type << "; the sizes of a state must be numbers";
  if (!isPrintableName(getSymName()))
    return emitOpError("has a name that is empty, not printable or longer than 4096 characters");
  if (getInitial() && getInitial()->getType() != type)
    return emitOpError("has type ") << type << ", its initial value " << getInitial()->getType();
  return verifyConstant(*this, getInitial() ? *getInitial() : ElementsAttr());
}

//===- Functions ------------------------------------------------------------------------------------------------------===//

template <typename Op> static ParseResult parseFunction(OpAsmParser &parser, OperationState &result) {
  auto functionType = [](Builder &builder, ArrayRef<Type> inputs, ArrayRef<Type> results,
                         function_interface_impl::VariadicFlag,
                         std::string &) { return builder.getFunctionType(inputs, results); };
  StringAttr typeName = Op::getFunctionTypeAttrName(result.name);
  return function_interface_impl::parseFunctionOp(parser, result, /*allowVariadic=*/false, typeName, functionType,
                                                  Op::getArgAttrsAttrName(result.name),
                                                  Op::getResAttrsAttrName(result.name));
}

template <typename Op> static void printFunction(Op op, OpAsmPrinter &printer) {
  function_interface_impl::printFunctionOp(printer, op, /*isVariadic=*/false, op.getFunctionTypeAttrName(),
                                           op.getArgAttrsAttrName(), op.getResAttrsAttrName());
}

static std::string nameOf(DictionaryAttr attributes, StringRef fallback, unsigned index) {
  if (attributes)
    if (auto name = attributes.getAs<StringAttr>(nameAttr))
      return name.str();
  return (fallback + Twine(index)).str();
}

ParseResult EntryOp::parse(OpAsmParser &parser, OperationState &result) { return parseFunction<EntryOp>(parser, result); }
void EntryOp::print(OpAsmPrinter &printer) { printFunction(*this, printer); }
std::string EntryOp::getArgumentName(unsigned index) {
  if (auto state = getArgAttrOfType<FlatSymbolRefAttr>(index, stateAttr))
    return state.getValue().str();
  return nameOf(getArgAttrDict(index), "in", index);
}
std::string EntryOp::getResultName(unsigned index) { return nameOf(getResultAttrDict(index), "out", index); }

bool isPrintableName(StringRef name) {
  constexpr size_t longestName = 4096;
  return !name.empty() && name.size() <= longestName &&
         llvm::all_of(name, [](char c) { return uint8_t(c) >= 0x20 && c != 0x7f; });
}

/// Of one argument or result: its name, and for an argument the state that it is.
static LogicalResult verifyAttributes(EntryOp entry, DictionaryAttr attributes, StringRef what, unsigned index) {
  for (NamedAttribute attribute : attributes ? attributes.getValue() : ArrayRef<NamedAttribute>()) {
    if (attribute.getName() == nameAttr) {
      auto name = dyn_cast<StringAttr>(attribute.getValue());
      if (!name || !isPrintableName(name.getValue()))
        return entry.emitOpError(what) << " " << index << " has the name " << attribute.getValue()
                                       << "; expected a string of 1 to 4096 printable characters";
    } else if (attribute.getName() != stateAttr || what != "argument") {
      return entry.emitOpError(what) << " " << index << " has the attribute " << attribute.getName().getValue()
                                     << ", which means nothing; expected tenon.name"
                                     << (what == "argument" ? " or tenon.state" : "");
    }
  }
  return success();
}

LogicalResult EntryOp::verifyRegions() {
  if (!isPrintableName(getSymName()))
    return emitOpError("has a name that is empty, not printable or longer than 4096 characters");
  for (unsigned i = 0; i < getArgumentTypes().size(); ++i)
    if (failed(verifyAttributes(*this, getArgAttrDict(i), "argument", i)))
      return failure();
  for (unsigned i = 0; i < getResultTypes().size(); ++i)
    if (failed(verifyAttributes(*this, getResultAttrDict(i), "result", i)))
      return failure();
  auto terminator = dyn_cast<ReturnOp>(getBody().front().getTerminator());
  if (!terminator)
    return emitOpError("must end in tenon.return");
  std::set<std::string> names;
  for (unsigned i = 0; i < getArgumentTypes().size(); ++i)
    if (!names.insert(getArgumentName(i)).second)
      return emitOpError("has two arguments named ") << getArgumentName(i);
  names.clear();
  for (unsigned i = 0; i < getResultTypes().size(); ++i)
    if (!names.insert(getResultName(i)).second)
      return emitOpError("has two results named ") << getResultName(i);
  std::set<std::string> bound;
  for (Type type : getArgumentTypes())
    if (isa<RankedTensorType>(type))
      for (const DimExpr &dim : getShape(type))
        bound.insert(std::string(dim.symbolName()));
  for (auto symbol : getSymbols().getAsRange<SymbolAttr>())
    if (!bound.count(symbol.getName().str()))
      return emitOpError("declares the size ") << symbol.getName()
                                               << ", but no argument has it as a dimension that would give its value";
  return verifyFunction(*this, getSymbols(), terminator.getOutputs());
}

LogicalResult EntryOp::verifySymbolUses(SymbolTableCollection &table) {
  std::set<StringRef> states;
  for (unsigned i = 0; i < getArgumentTypes().size(); ++i) {
    Attribute attribute = getArgAttr(i, stateAttr);
    if (!attribute)
      continue;
    auto name = dyn_cast<FlatSymbolRefAttr>(attribute);
    auto state = name ? table.lookupNearestSymbolFrom<StateOp>(*this, name) : nullptr;
    if (!state)
      return emitOpError("argument ") << i << " is the state " << attribute
                                      << ", which does not exist; declare it with tenon.state";
    if (state.getType() != getArgumentTypes()[i])
      return emitOpError("argument ") << i << " has type " << getArgumentTypes()[i] << ", its state " << name
                                      << " has type " << state.getType();
    if (!states.insert(name.getValue()).second)
      return emitOpError("has two arguments that are the state ") << name;
  }
  return success();
}

ParseResult KernelOp::parse(OpAsmParser &parser, OperationState &result) {
  return parseFunction<KernelOp>(parser, result);
}
void KernelOp::print(OpAsmPrinter &printer) { printFunction(*this, printer); }
std::string KernelOp::getArgumentName(unsigned index) { return nameOf(getArgAttrDict(index), "in", index); }
std::string KernelOp::getResultName(unsigned index) { return nameOf(getResultAttrDict(index), "out", index); }

LogicalResult KernelOp::verifyRegions() {
  auto terminator = dyn_cast<YieldOp>(getBody().front().getTerminator());
  if (!terminator)
    return emitOpError("must end in tenon.yield");
  return verifyFunction(*this, getSymbols(), terminator.getOutputs());
}

LogicalResult ReturnOp::verify() {
  auto entry = cast<EntryOp>((*this)->getParentOp());
  std::set<StringRef> states;
  for (unsigned i = 0; i < entry.getArgumentTypes().size(); ++i)
    if (auto state = entry.getArgAttrOfType<FlatSymbolRefAttr>(i, stateAttr))
      states.insert(state.getValue());
  if (getStates().size() != getUpdates().size())
    return emitOpError("names ") << getStates().size() << " states for " << getUpdates().size() << " new values";
  for (auto [name, update] : llvm::zip(getStates().getAsRange<FlatSymbolRefAttr>(), getUpdates())) {
    if (!states.erase(name.getValue()))
      return emitOpError("updates @") << name.getValue()
                                      << ", which is not a state argument of this entry or is updated twice";
    for (unsigned i = 0; i < entry.getArgumentTypes().size(); ++i)
      if (entry.getArgAttr(i, stateAttr) == name && entry.getArgumentTypes()[i] != update.getType())
        return emitOpError("updates @") << name.getValue() << " of type " << entry.getArgumentTypes()[i]
                                        << " with a value of type " << update.getType();
  }
  return success();
}

//===- Groups and launches ----------------------------------------------------------------------------------------------===//

LogicalResult GroupOp::verify() {
  Block &block = getBody().front();
  if (block.getArgumentTypes() != getInputs().getTypes())
    return emitOpError("has inputs that differ from its body's arguments");
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (!yield || yield.getOutputs().getTypes() != getOutputs().getTypes())
    return emitOpError("must end in a tenon.yield of its results");
  return success();
}

static FailureOr<SmallVector<ref::Array>> evaluateBody(Block &block, ArrayRef<const ref::Array *> operands,
                                                       ref::Context &context) {
  FailureOr<std::vector<ref::Array>> outputs = ref::evaluateBlock(block, operands, context);
  if (failed(outputs))
    return failure();
  return SmallVector<ref::Array>(std::make_move_iterator(outputs->begin()), std::make_move_iterator(outputs->end()));
}

FailureOr<SmallVector<ref::Array>> GroupOp::evaluate(ArrayRef<const ref::Array *> operands, ref::Context &context) {
  return evaluateBody(getBody().front(), operands, context);
}

LogicalResult LaunchOp::verifySymbolUses(SymbolTableCollection &table) {
  auto kernel = table.lookupNearestSymbolFrom(*this, getKernelAttr());
  if (!kernel)
    return emitOpError("runs @") << getKernel() << ", which does not exist";
  if (isa<EntryOp, StateOp>(kernel))
    return emitOpError("runs @") << getKernel() << ", which is no kernel";
  auto tensors = dyn_cast<KernelOp>(kernel);
  if (!tensors)
    return success();
  DimExpr::Substitution sizes;
  for (auto [symbol, size] : llvm::zip(tensors.getSymbols().getAsRange<SymbolAttr>(), getSizes().getShape()))
    sizes[symbol.getName().str()] = size;
  auto alike = [&](TypeRange ofKernel, TypeRange given) {
    return llvm::all_of_zip(ofKernel, given, [&](Type a, Type b) {
      return getElementTypeOrSelf(a) == getElementTypeOrSelf(b) &&
             llvm::all_of_zip(getShape(a), getShape(b),
                              [&](const DimExpr &x, const DimExpr &y) { return x.substitute(sizes) == y; }) &&
             getShape(a).size() == getShape(b).size();
    });
  };
  if (tensors.getSymbols().size() != getSizes().getDims().size() ||
      tensors.getArgumentTypes().size() != getInputs().size() || tensors.getResultTypes().size() != getOutputs().size() ||
      !alike(tensors.getArgumentTypes(), getInputs().getTypes()) ||
      !alike(tensors.getResultTypes(), getOutputs().getTypes()))
    return emitOpError("does not fit the signature of @") << getKernel();
  return success();
}

FailureOr<SmallVector<ref::Array>> LaunchOp::evaluate(ArrayRef<const ref::Array *> operands, ref::Context &context) {
  auto kernel = SymbolTable::lookupNearestSymbolFrom<KernelOp>(*this, getKernelAttr());
  if (!kernel)
    return emitError("has no reference evaluation: @") << getKernel() << " is already a tile program";
  ref::Context inner(context.precision, {});
  for (auto [symbol, size] : llvm::zip(kernel.getSymbols().getAsRange<SymbolAttr>(), getSizes().getShape())) {
    std::optional<int64_t> value = size.evaluate(context.symbols);
    if (!value)
      return emitError("size ") << size.str() << " has no value";
    inner.symbols[symbol.getName().str()] = *value;
  }
  return evaluateBody(kernel.getBody().front(), operands, inner);
}

FailureOr<SmallVector<ref::Array>> AssumeDimsOp::evaluate(ArrayRef<const ref::Array *>, ref::Context &context) {
  std::optional<int64_t> left = getLeft().getExpr().evaluate(context.symbols);
  std::optional<int64_t> right = getRight().getExpr().evaluate(context.symbols);
  if (!left || !right || *left != *right)
    return emitError("the sizes ") << getLeft().getExpr().str() << " and " << getRight().getExpr().str()
                                   << " must be equal, they are " << left.value_or(-1) << " and " << right.value_or(-1);
  return SmallVector<ref::Array>{};
}

} // namespace tenon
