// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/reference/ReverseWalk.h"

#include "codegen/Compile.h"
#include "codegen/Registration.h"
#include "frontend/DiagnosticText.h"
#include "frontend/Oracle.h"
#include "frontend/text/ReadModule.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "passes/Passes.h"
#include "runtime/Session.h"

using namespace mlir;

namespace tenon::reference {

static DialectRegistry allDialects() {
  DialectRegistry registry;
  registerDialects(registry);
  return registry;
}

struct ReverseWalk::Module {
  Module() : context(allDialects(), MLIRContext::Threading::DISABLED) { context.loadDialect<TenonDialect>(); }

  MLIRContext context;
  OwningOpRef<ModuleOp> op;
};

namespace {

/// Turns an entry into its gradient where it stands.
class Walk {
public:
  Walk(EntryOp entry, const std::vector<std::string> &wanted)
      : entry(entry), end(cast<ReturnOp>(entry.getBody().front().getTerminator())), builder(end) {
    for (const std::string &name : wanted)
      for (BlockArgument argument : entry.getArguments())
        if (entry.getArgumentName(argument.getArgNumber()) == name)
          inputs.push_back(argument);
    isComplete = inputs.size() == wanted.size();
  }

  /// Gives the op without a rule, empty where there is none. Fails after an error.
  FailureOr<std::string> run() {
    if (!isComplete)
      return entry.emitError("has no argument of a name that a gradient is wanted of");
    SmallVector<Operation *> ops = collectActive();
    addCotangents();
    for (Operation *op : llvm::reverse(ops)) {
      FailureOr<bool> isDone = pass(op);
      if (failed(isDone))
        return failure();
      if (!*isDone)
        return op->getName().getStringRef().str();
    }
    finish();
    return std::string();
  }

private:
  /// The ops through which results depend on the inputs, in order.
  SmallVector<Operation *> collectActive() {
    SmallVector<Operation *> ops;
    DenseSet<Value> active(inputs.begin(), inputs.end());
    for (Operation &op : entry.getBody().front().without_terminator())
      if (llvm::any_of(op.getOperands(), [&](Value operand) { return active.contains(operand); })) {
        active.insert(op.result_begin(), op.result_end());
        ops.push_back(&op);
      }
    return ops;
  }

  Value zero(Type type) {
    return SplatOp::create(builder, entry.getLoc(), type, FloatAttr::get(getElementTypeOrSelf(type), 0));
  }

  void accumulate(Value value, Value gradient) {
    Value &sum = cotangents[value];
    sum = sum ? AddOp::create(builder, entry.getLoc(), sum.getType(), ValueRange{sum, gradient}).getResult() : gradient;
  }

  /// An argument for each output.
  void addCotangents() {
    for (auto [i, output] : llvm::enumerate(end.getOutputs())) {
      auto name = builder.getStringAttr("cotangent of " + entry.getResultName(i));
      unsigned index = entry.getArgumentTypes().size();
      (void)entry.insertArgument(index, output.getType(),
                                 builder.getDictionaryAttr(builder.getNamedAttr(nameAttr, name)), entry.getLoc());
      accumulate(output, entry.getArgument(index));
    }
  }

  /// Hands the cotangents of an op's results on to its operands. False: it has no rule.
  FailureOr<bool> pass(Operation *op) {
    SmallVector<Value> ofResults =
        llvm::map_to_vector(op->getResults(), [&](Value result) { return cotangents.lookup(result); });
    if (llvm::none_of(ofResults, [](Value value) { return bool(value); }))
      return true;
    auto rule = dyn_cast<DifferentiableOpInterface>(op);
    if (!rule || !rule.hasGradient())
      return false;
    for (auto [value, result] : llvm::zip_equal(ofResults, op->getResults()))
      if (!value)
        value = zero(result.getType());
    builder.setInsertionPointAfter(op);
    SmallVector<Value> residuals = rule.augmentForward(builder);
    builder.setInsertionPoint(end);
    SmallVector<Value> gradients = rule.buildVjp(builder, op->getLoc(), residuals, ofResults);
    if (gradients.size() != op->getNumOperands())
      return op->emitError("has a rule for ") << gradients.size() << " operands";
    for (auto [operand, gradient] : llvm::zip_equal(op->getOperands(), gradients)) {
      if (!gradient)
        continue;
      if (gradient.getType() != operand.getType())
        return op->emitError("has an operand of type ")
               << operand.getType() << " with a gradient of type " << gradient.getType();
      accumulate(operand, gradient);
    }
    return true;
  }

  void finish() {
    SmallVector<Value> results;
    SmallVector<Attribute> names;
    for (BlockArgument input : inputs) {
      Value cotangent = cotangents.lookup(input);
      results.push_back(cotangent ? cotangent : zero(input.getType()));
      auto name = builder.getStringAttr("cotangent of " + entry.getArgumentName(input.getArgNumber()));
      names.push_back(builder.getDictionaryAttr(builder.getNamedAttr(nameAttr, name)));
    }
    ReturnOp::create(builder, end.getLoc(), results);
    end.erase();
    entry.setFunctionType(builder.getFunctionType(entry.getArgumentTypes(), ValueRange(results).getTypes()));
    entry.setResAttrsAttr(builder.getArrayAttr(names));
  }

  EntryOp entry;
  ReturnOp end;
  OpBuilder builder;
  SmallVector<BlockArgument> inputs;
  bool isComplete = false;
  DenseMap<Value, Value> cotangents;
};

} // namespace

Result<ReverseWalk> ReverseWalk::create(const std::string &text, const std::vector<std::string> &wanted) {
  ReverseWalk walk;
  walk.module = std::make_shared<Module>();
  MLIRContext *context = &walk.module->context;
  walk.module->op = TENON_TRY(parseModule(text, "graph", context));
  DiagnosticText messages(context);
  PassManager passes(context);
  passes.addPass(createExpandCompositesPass());
  if (failed(passes.run(*walk.module->op)))
    return messages.error();
  EntryOp entry = TENON_TRY(findEntry(*walk.module->op, ""));
  FailureOr<std::string> missing = Walk(entry, wanted).run();
  if (failed(missing))
    return messages.error();
  walk.missing = *missing;
  if (walk.missing.empty() && failed(verify(*walk.module->op)))
    return messages.error();
  return walk;
}

Result<std::vector<Tensor>> ReverseWalk::run(const std::vector<Tensor> &arguments) const {
  DiagnosticText messages(&module->context);
  // Compiling changes the module.
  OwningOpRef<ModuleOp> copy = module->op->clone();
  FailureOr<std::vector<std::byte>> artifact = compileModule(*copy, {});
  if (failed(artifact))
    return messages.error();
  auto program = TENON_TRY(Program::fromBytes(std::move(*artifact)));
  auto session = TENON_TRY(Session::create(std::move(program)));
  return session.run("", arguments);
}

Result<std::vector<Tensor>> ReverseWalk::interpret(const std::vector<Tensor> &arguments) const {
  EntryOp entry = TENON_TRY(findEntry(*module->op, ""));
  auto arrays = TENON_TRY(tenon::interpret(entry, arguments, ref::Precision::Wide));
  std::vector<Tensor> results;
  for (const ref::Array &array : arrays)
    results.push_back(TENON_TRY(toTensor(array)));
  return results;
}

std::string ReverseWalk::text() const {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module->op->print(stream);
  return text;
}

} // namespace tenon::reference
