// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/Plan.h"

#include "codegen/ElementTypes.h"
#include "codegen/SlowPath.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace tenon {

//===- Expressions and types ------------------------------------------------------------------------------------------===//

namespace {

/// Writes expressions in postfix order.
class ExprWriter {
public:
  explicit ExprWriter(const SymbolIndices &symbols) : symbols(symbols) {}

  std::unique_ptr<schema::ExprT> write(const DimExpr &expr) {
    auto result = std::make_unique<schema::ExprT>();
    steps = &result->steps;
    push(expr);
    return result;
  }

private:
  void step(schema::ExprOp op, int64_t value = 0) { steps->emplace_back(op, value); }

  void push(const DimAtom &atom) {
    if (atom.kind() == DimAtom::Kind::Symbol)
      return step(schema::ExprOp::Symbol, symbols.at(atom.name()));
    push(atom.operands()[0]);
    for (const DimExpr &operand : llvm::drop_begin(atom.operands())) {
      push(operand);
      step(atom.kind() == DimAtom::Kind::FloorDiv ? schema::ExprOp::FloorDiv
           : atom.kind() == DimAtom::Kind::Mod    ? schema::ExprOp::Mod
           : atom.kind() == DimAtom::Kind::Min    ? schema::ExprOp::Min
                                                  : schema::ExprOp::Max);
    }
  }

  void push(const DimTerm &term) {
    bool first = term.coefficient == 1 && !term.factors.empty();
    if (!first)
      step(schema::ExprOp::Constant, term.coefficient);
    for (const DimFactor &factor : term.factors)
      for (unsigned i = 0; i < factor.power; ++i) {
        push(*factor.atom);
        if (!first)
          step(schema::ExprOp::Mul);
        first = false;
      }
  }

  void push(const DimExpr &expr) {
    if (expr.terms().empty())
      return step(schema::ExprOp::Constant, 0);
    for (auto [i, term] : llvm::enumerate(expr.terms())) {
      push(term);
      if (i > 0)
        step(schema::ExprOp::Add);
    }
  }

  const SymbolIndices &symbols;
  std::vector<schema::ExprStep> *steps = nullptr;
};

} // namespace

std::unique_ptr<schema::ExprT> toSchema(const DimExpr &expr, const SymbolIndices &symbols) {
  return ExprWriter(symbols).write(expr);
}

std::unique_ptr<schema::TensorTypeT> toSchema(Type type, const SymbolIndices &symbols) {
  auto result = std::make_unique<schema::TensorTypeT>();
  result->element = schema::ElementType(fromMlir(getElementTypeOrSelf(type)));
  for (const DimExpr &dim : getShape(type))
    result->shape.push_back(toSchema(dim, symbols));
  return result;
}

SymbolIndices getSymbolIndices(EntryOp entry) {
  SymbolIndices indices;
  for (auto symbol : entry.getSymbols().getAsRange<SymbolAttr>())
    indices.emplace(symbol.getName().str(), indices.size());
  return indices;
}

//===- Plans ----------------------------------------------------------------------------------------------------------===//

namespace {

class PlanBuilder {
public:
  PlanBuilder(EntryOp entry, const ArtifactIndices &indices)
      : entry(entry), indices(indices), symbols(getSymbolIndices(entry)), plan(std::make_unique<schema::PlanT>()) {}

  FailureOr<std::unique_ptr<schema::PlanT>> build(uint32_t target);

private:
  uint32_t addBuffer(schema::BufferKind kind, uint32_t index, Type type);
  void addArguments();
  void placeResults();
  LogicalResult addLaunch(LaunchOp launch);
  void addCheck(AssumeDimsOp assumption);
  void addCheck(const DimExpr &size);
  void addCopy(uint32_t source, uint32_t destination, StringRef name);
  void addOutputCopies(ReturnOp terminator);
  void addStateCopies(ReturnOp terminator);
  void addStep(schema::ActionUnion action, std::string name);
  void touch(uint32_t buffer);
  uint32_t kernelIndex(tile::KernelOp kernel);
  std::unique_ptr<schema::ExprT> expr(const DimExpr &value) { return toSchema(value, symbols); }

  EntryOp entry;
  const ArtifactIndices &indices;
  SymbolIndices symbols;
  std::unique_ptr<schema::PlanT> plan;
  DenseMap<Value, uint32_t> buffers;
  DenseMap<Operation *, uint32_t> kernels;
  /// For each result of the entry, whether a launch writes it where it belongs.
  SmallVector<bool> written;
};

} // namespace

uint32_t PlanBuilder::addBuffer(schema::BufferKind kind, uint32_t index, Type type) {
  auto buffer = std::make_unique<schema::BufferT>();
  buffer->kind = kind;
  buffer->index = index;
  buffer->bytes = expr(getBytes(type));
  // Arena buffers live from the first step that touches them through the last.
  buffer->first = kind == schema::BufferKind::Arena ? std::numeric_limits<uint32_t>::max() : 0;
  plan->buffers.push_back(std::move(buffer));
  return plan->buffers.size() - 1;
}

void PlanBuilder::addArguments() {
  uint32_t inputs = 0;
  for (BlockArgument argument : entry.getBody().getArguments()) {
    auto state = entry.getArgAttrOfType<FlatSymbolRefAttr>(argument.getArgNumber(), stateAttr);
    buffers[argument] =
        state ? addBuffer(schema::BufferKind::State, indices.states.lookup(state.getValue()), argument.getType())
              : addBuffer(schema::BufferKind::Input, inputs++, argument.getType());
  }
  DenseMap<uint32_t, uint32_t> known;
  for (auto constant : entry.getBody().getOps<ConstantOp>()) {
    uint32_t index = indices.constants.at(constant.getValue());
    auto [found, isNew] = known.try_emplace(index);
    if (isNew)
      found->second = addBuffer(schema::BufferKind::Constant, index, constant.getResult().getType());
    buffers[constant] = found->second;
  }
}

/// The first use of a launch's result as an output is written in place.
void PlanBuilder::placeResults() {
  auto terminator = cast<ReturnOp>(entry.getBody().front().getTerminator());
  for (auto [i, output] : llvm::enumerate(terminator.getOutputs())) {
    uint32_t buffer = addBuffer(schema::BufferKind::Output, i, output.getType());
    bool inPlace = output.getDefiningOp<LaunchOp>() && !buffers.contains(output);
    if (inPlace)
      buffers[output] = buffer;
    written.push_back(inPlace);
  }
}

void PlanBuilder::touch(uint32_t index) {
  schema::BufferT &buffer = *plan->buffers[index];
  if (buffer.kind != schema::BufferKind::Arena)
    return;
  uint32_t step = plan->steps.size();
  buffer.first = std::min(buffer.first, step);
  buffer.last = step;
}

void PlanBuilder::addStep(schema::ActionUnion action, std::string name) {
  auto step = std::make_unique<schema::StepT>();
  step->action = std::move(action);
  step->name = std::move(name);
  plan->steps.push_back(std::move(step));
}

uint32_t PlanBuilder::kernelIndex(tile::KernelOp kernel) {
  auto [found, isNew] = kernels.try_emplace(kernel, plan->kernels.size());
  if (!isNew)
    return found->second;
  auto entryOfKernel = std::make_unique<schema::KernelT>();
  entryOfKernel->name = kernel.getSymName().str();
  entryOfKernel->symbol = kernel.getSymName().str();
  entryOfKernel->parameters.assign(kernel.getArgumentTypes().size(), schema::ParameterKind::Pointer);
  entryOfKernel->parameters.insert(entryOfKernel->parameters.end(), kernel.getSymbols().size(),
                                   schema::ParameterKind::Size);
  entryOfKernel->workspace_bytes = tile::getWorkspaceBytes(kernel);
  plan->kernels.push_back(std::move(entryOfKernel));
  return found->second;
}

/// Arithmetic of one element times the elements that are walked: those of the first access in a loop along rows, or
/// where there is none of the first result.
static DimExpr getFlops(tile::KernelOp kernel) {
  int64_t perElement = 0;
  DimExpr elements, walked, products;
  auto count = [](Value view) { return getElementCount(view.getDefiningOp<tile::ViewOp>().getSizes().getShape()); };
  kernel.getBody().walk([&](Operation *op) {
    bool onTiles = op->getNumResults() == 1 && isa<RankedTensorType>(op->getResult(0).getType());
    if (onTiles && isa_and_present<arith::ArithDialect, math::MathDialect>(op->getDialect()) &&
        isa<FloatType>(getElementTypeOrSelf(op->getResult(0))) && !isa<arith::ConstantOp, arith::SelectOp>(op))
      ++perElement;
    auto load = dyn_cast<tile::LoadOp>(op);
    auto store = dyn_cast<tile::StoreOp>(op);
    if ((load || store) && op->getParentOfType<scf::ForOp>() && walked == DimExpr(0))
      walked = count(load ? load.getView() : store.getView());
    if (store && elements == DimExpr(0))
      elements = count(store.getView());
    // Panels are [panel, k, row, depth], operands as they lie in memory [batch, row, k].
    if (auto dot = dyn_cast<tile::DotOp>(op))
      if (auto left = dot.getLhs().getDefiningOp<tile::LoadOp>()) {
        SymbolicShape sizes = left.getView().getDefiningOp<tile::ViewOp>().getSizes().getShape();
        products = DimExpr(2) * (sizes.size() == 4 ? sizes[1] * sizes[3] : sizes.back());
      }
  });
  bool isProduct = products != DimExpr(0);
  return (isProduct || walked == DimExpr(0) ? elements : walked) * (DimExpr(perElement) + products);
}

LogicalResult PlanBuilder::addLaunch(LaunchOp launch) {
  auto kernel = SymbolTable::lookupNearestSymbolFrom<tile::KernelOp>(launch, launch.getKernelAttr());
  if (!kernel)
    return launch.emitError("runs @") << launch.getKernel() << ", which is not a tile program";
  DimExpr::Substitution sizes;
  SymbolicShape values = launch.getSizes().getShape();
  for (auto [symbol, value] : llvm::zip(kernel.getSymbols().getAsRange<SymbolAttr>(), values))
    sizes[symbol.getName().str()] = value;

  schema::LaunchT action;
  auto variant = std::make_unique<schema::VariantT>();
  variant->kernel = kernelIndex(kernel);
  variant->grid.push_back(expr(kernel.getGrid().getExpr().substitute(sizes)));
  variant->grid.push_back(expr(DimExpr(1)));
  variant->grid.push_back(expr(DimExpr(1)));
  action.variants.push_back(std::move(variant));
  auto addPointer = [&](Value value, bool writes) {
    auto argument = std::make_unique<schema::ArgumentT>();
    argument->kind = schema::ParameterKind::Pointer;
    argument->writes = writes;
    argument->buffer = buffers.at(value);
    touch(argument->buffer);
    action.arguments.push_back(std::move(argument));
  };
  for (Value input : launch.getInputs())
    addPointer(input, false);
  for (Value output : launch.getOutputs()) {
    if (!buffers.contains(output))
      buffers[output] = addBuffer(schema::BufferKind::Arena, 0, output.getType());
    addPointer(output, true);
  }
  for (const DimExpr &value : values) {
    auto argument = std::make_unique<schema::ArgumentT>();
    argument->kind = schema::ParameterKind::Size;
    argument->size = expr(value);
    action.arguments.push_back(std::move(argument));
  }
  tile::Traffic traffic = tile::getTraffic(kernel);
  action.bytes_read = expr(traffic.read.substitute(sizes));
  action.bytes_written = expr(traffic.written.substitute(sizes));
  action.flops = expr(getFlops(kernel).substitute(sizes));
  schema::ActionUnion step;
  step.Set(std::move(action));
  addStep(std::move(step), launch.getKernel().str());
  return success();
}

void PlanBuilder::addCheck(AssumeDimsOp assumption) {
  schema::CheckT action;
  const DimExpr &left = assumption.getLeft().getExpr(), &right = assumption.getRight().getExpr();
  action.left = expr(left);
  action.right = expr(right);
  action.message = "the sizes " + left.str() + " and " + right.str() + " must be equal";
  schema::ActionUnion step;
  step.Set(std::move(action));
  addStep(std::move(step), "assume_dims");
}

/// A size has a value, which is not negative.
void PlanBuilder::addCheck(const DimExpr &size) {
  schema::CheckT action;
  action.left = expr(min(size, DimExpr(0)));
  action.right = expr(DimExpr(0));
  action.message = "size " + size.str() + " of a tensor in the graph must not be negative";
  schema::ActionUnion step;
  step.Set(std::move(action));
  addStep(std::move(step), "size " + size.str());
}

SymbolicShape collectInnerSizes(EntryOp entry) {
  std::set<std::string> known;
  SymbolicShape sizes;
  for (Type type : entry.getArgumentTypes())
    for (const DimExpr &size : getShape(type))
      known.insert(size.str());
  // Inputs exist, with all their elements.
  for (Type type : entry.getArgumentTypes())
    known.insert(getElementCount(getShape(type)).str());
  auto add = [&](const DimExpr &size) {
    if (!size.constant() && known.insert(size.str()).second)
      sizes.push_back(size);
  };
  entry.getBody().walk([&](Operation *op) {
    for (Type type : op->getResultTypes())
      if (isa<RankedTensorType>(type)) {
        llvm::for_each(getShape(type), add);
        // Also their product must fit.
        add(getElementCount(getShape(type)));
      }
    // A number made of sizes may be negative, but must exist.
    if (auto size = dyn_cast<SizeOp>(op))
      add(max(size.getExpr().getExpr(), DimExpr(0)));
  });
  return sizes;
}

void PlanBuilder::addCopy(uint32_t source, uint32_t destination, StringRef name) {
  schema::CopyT action;
  action.source = source;
  action.destination = destination;
  touch(source);
  touch(destination);
  schema::ActionUnion step;
  step.Set(std::move(action));
  addStep(std::move(step), name.str());
}

void PlanBuilder::addOutputCopies(ReturnOp terminator) {
  uint32_t firstOutput = 0;
  for (auto [i, buffer] : llvm::enumerate(plan->buffers))
    if (buffer->kind == schema::BufferKind::Output) {
      firstOutput = i;
      break;
    }
  for (auto [i, output] : llvm::enumerate(terminator.getOutputs()))
    if (!written[i])
      addCopy(buffers.at(output), firstOutput + i, "copy " + entry.getResultName(i));
}

/// New values of states, after everything has read the old ones. A new value that is the old one of another state is
/// saved first: that state may be overwritten before.
void PlanBuilder::addStateCopies(ReturnOp terminator) {
  SmallVector<std::tuple<uint32_t, uint32_t, std::string>> copies;
  for (auto [name, update] : llvm::zip(terminator.getStates().getAsRange<FlatSymbolRefAttr>(),
                                       terminator.getUpdates())) {
    BlockArgument state;
    for (BlockArgument argument : entry.getBody().getArguments())
      if (entry.getArgAttrOfType<FlatSymbolRefAttr>(argument.getArgNumber(), stateAttr) == name)
        state = argument;
    if (update == state)
      continue;
    std::string label = ("update " + name.getValue()).str();
    reportSlowPath(terminator, SlowPathKind::Copied, 0.5,
                   "the new value of state " + name.getValue() + " is made elsewhere and copied: " +
                       getBytes(update.getType()).str() + " bytes at each run");
    uint32_t source = buffers.at(update);
    if (plan->buffers[source]->kind == schema::BufferKind::State) {
      uint32_t saved = addBuffer(schema::BufferKind::Arena, 0, update.getType());
      addCopy(source, saved, "save for " + label);
      source = saved;
    }
    copies.emplace_back(source, buffers.at(state), std::move(label));
  }
  for (auto &[source, destination, label] : copies)
    addCopy(source, destination, label);
}

FailureOr<std::unique_ptr<schema::PlanT>> PlanBuilder::build(uint32_t target) {
  plan->target = target;
  addArguments();
  placeResults();
  for (auto assumption : entry.getBody().getOps<AssumeDimsOp>())
    addCheck(assumption);
  for (const DimExpr &size : indices.innerSizes.lookup(entry.getSymName()))
    addCheck(size);
  for (auto launch : entry.getBody().getOps<LaunchOp>())
    if (failed(addLaunch(launch)))
      return failure();
  auto terminator = cast<ReturnOp>(entry.getBody().front().getTerminator());
  addOutputCopies(terminator);
  addStateCopies(terminator);
  return std::move(plan);
}

FailureOr<std::unique_ptr<schema::PlanT>> buildPlan(EntryOp entry, const ArtifactIndices &indices, uint32_t target) {
  return PlanBuilder(entry, indices).build(target);
}

} // namespace tenon
