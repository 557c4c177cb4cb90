// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Holds the gradient rule of every differentiable op against finite differences of its reference, in f64; and builds the
// rule for every other float type, so that it verifies.
#include "codegen/Registration.h"
#include "frontend/DiagnosticText.h"
#include "ir/reference/Interpreter.h"
#include "tests/sweep/OpCases.h"

#include "mlir/IR/Verifier.h"
#include <cmath>
#include <cstdio>

using namespace mlir;
using namespace tenon;

namespace {

constexpr int64_t size = 33;

/// Central difference with one Richardson step: the error is of order h^4 times the fifth derivative, which reaches 1e7
/// at the edges of the domains (sqrt at 0.05), so below 1e-9 with h = 1e-4; rounding of the function over h adds 1e-11.
constexpr double step = 1e-4;
constexpr double tolerance = 1e-8;

/// An entry with the gradients of a case's float operands as results: arguments are the operands and the cotangent.
EntryOp buildGradient(const sweep::OpCase &opCase, OpBuilder &builder, SmallVector<unsigned> &operands) {
  MLIRContext *context = builder.getContext();
  Location loc = builder.getUnknownLoc();
  SmallVector<Type> arguments(opCase.operands);
  arguments.push_back(opCase.result);
  auto entry = EntryOp::create(builder, loc, "gradient", builder.getFunctionType(arguments, {}),
                               builder.getArrayAttr(SymbolAttr::get(context, "N", 0, largestSize, 1)), nullptr, nullptr);
  Block &block = entry.getBody().emplaceBlock();
  for (Type type : arguments)
    block.addArgument(type, loc);
  OpBuilder inner = OpBuilder::atBlockEnd(&block);
  auto op = cast<DifferentiableOpInterface>(sweep::build(opCase, inner, block.getArguments().drop_back()));
  SmallVector<Value> residuals = op.augmentForward(inner);
  SmallVector<Value> gradients = op.buildVjp(inner, loc, residuals, block.getArguments().back()), results;
  for (auto [i, gradient] : llvm::enumerate(gradients))
    if (gradient) {
      operands.push_back(i);
      results.push_back(gradient);
    }
  ReturnOp::create(inner, loc, results);
  entry.setFunctionType(builder.getFunctionType(arguments, ValueRange(results).getTypes()));
  return entry;
}

struct Loss {
  double value = 0;
  /// Sum of the magnitudes of what was added: rounding is proportional to it.
  double magnitude = 0;
};

/// Moves numbers that lie close together apart: a maximum has a kink where two change places.
void separate(ref::Array &array) {
  constexpr double distance = 10 * step;
  std::vector<double *> order;
  for (double &number : array.numbers)
    order.push_back(&number);
  llvm::sort(order, [](const double *a, const double *b) { return *a < *b; });
  for (size_t i = 1; i < order.size(); ++i)
    *order[i] = std::max(*order[i], *order[i - 1] + distance);
}

/// Sum over the result of result * cotangent, with operand `index` moved by `offset` in element `position`.
Loss evaluateLoss(EntryOp forward, std::vector<ref::Array> operands, const ref::Array &cotangent, unsigned index,
                    int64_t position, double offset) {
  operands[index].numbers[position] += offset;
  SmallVector<const ref::Array *> pointers;
  for (const ref::Array &operand : operands)
    pointers.push_back(&operand);
  auto results = ref::evaluateEntry(forward, pointers, ref::Precision::Wide);
  if (failed(results))
    return {NAN, NAN};
  Loss loss;
  for (int64_t i = 0; i < cotangent.size(); ++i) {
    double term = results->outputs[0].numbers[i] * cotangent.numbers[i];
    loss.value += term;
    loss.magnitude += std::fabs(term);
  }
  return loss;
}

Status checkNumbers(const sweep::OpCase &opCase, OpBuilder &builder, std::mt19937_64 &random) {
  DiagnosticText messages(builder.getContext());
  SmallVector<unsigned> differentiated;
  EntryOp gradient = buildGradient(opCase, builder, differentiated);
  EntryOp forward = sweep::buildEntry(opCase, "forward", builder);
  if (failed(verify(gradient)) || failed(verify(forward)))
    return messages.error();
  Domain domain = Domain::Any;
  if (auto elementwise = dyn_cast<ElementwiseOpInterface>(forward.getBody().front().front()))
    domain = elementwise.getDomain();
  std::vector<ref::Array> arguments;
  for (auto [i, type] : llvm::enumerate(gradient.getArgumentTypes())) {
    SmallVector<int64_t> shape;
    for (const DimExpr &dim : getShape(type))
      shape.push_back(*dim.evaluate({{"N", size}}));
    bool isCotangent = i + 1 == gradient.getArgumentTypes().size();
    arguments.push_back(sweep::randomOperand(isCotangent ? Domain::Any : domain, i, getElementTypeOrSelf(type), shape,
                                             false, random));
    if (domain == Domain::Any && !isCotangent)
      separate(arguments.back());
  }
  SmallVector<const ref::Array *> pointers;
  for (const ref::Array &argument : arguments)
    pointers.push_back(&argument);
  auto results = ref::evaluateEntry(gradient, pointers, ref::Precision::Wide);
  if (failed(results))
    return messages.error();
  std::vector<ref::Array> operands(arguments.begin(), arguments.end() - 1);
  for (auto [k, index] : llvm::enumerate(differentiated))
    for (int64_t i = 0; i < operands[index].size(); ++i) {
      double magnitude = 0;
      auto difference = [&](double h) {
        Loss above = evaluateLoss(forward, operands, arguments.back(), index, i, h);
        Loss below = evaluateLoss(forward, operands, arguments.back(), index, i, -h);
        magnitude = above.magnitude;
        return (above.value - below.value) / (2 * h);
      };
      double expected = (4 * difference(step) - difference(2 * step)) / 3, found = results->outputs[k].numbers[i];
      // Adding up the loss rounds by a few units of its magnitude, which the division by the step enlarges.
      double allowed = tolerance * std::max(1.0, std::fabs(expected)) + 1e-15 * magnitude / step;
      if (!(std::fabs(expected - found) <= allowed))
        return internalError(opCase.text() + ": gradient of operand " + std::to_string(index) + " is " +
                             std::to_string(found) + ", finite differences say " + std::to_string(expected) + " at x = " +
                             std::to_string(operands[index].numbers[i]));
    }
  return {};
}

} // namespace

int main() {
  DialectRegistry registry;
  registerDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.loadDialect<TenonDialect>();
  unsigned ops = 0, cases = 0, built = 0, failures = 0, without = 0;
  std::mt19937_64 random(1);
  for (OperationName op : sweep::getOps(&context)) {
    if (!op.hasInterface<DifferentiableOpInterface>() || sweep::isExcluded("op", op.getStringRef()))
      continue;
    unsigned before = cases;
    for (const sweep::OpCase &opCase : sweep::getCases(op)) {
      OpBuilder builder(&context);
      OwningOpRef<ModuleOp> module = ModuleOp::create(builder.getUnknownLoc());
      builder.setInsertionPointToEnd(module->getBody());
      EntryOp forward = sweep::buildEntry(opCase, "probe", builder);
      auto rule = cast<DifferentiableOpInterface>(forward.getBody().front().front());
      bool isFloat = isa<FloatType>(getElementTypeOrSelf(opCase.result));
      if (!rule.hasGradient() || !isFloat || opCase.operands.empty())
        continue;
      bool isDouble = llvm::all_of(opCase.operands, [](Type type) {
        return getElementTypeOrSelf(type).isF64() || getElementTypeOrSelf(type).isInteger(1);
      }) && getElementTypeOrSelf(opCase.result).isF64();
      Status status;
      if (isDouble) {
        ++cases;
        status = checkNumbers(opCase, builder, random);
      } else {
        ++built;
        DiagnosticText messages(&context);
        SmallVector<unsigned> differentiated;
        if (failed(verify(buildGradient(opCase, builder, differentiated))))
          status = messages.error();
      }
      if (status.ok())
        continue;
      ++failures;
      std::fprintf(stderr, "FAIL %s\n", status.error().message.c_str());
    }
    bool checked = cases != before;
    std::printf("%-28s %s\n", op.getStringRef().str().c_str(), checked ? "checked" : "no rule");
    ops += checked;
    without += !checked;
  }
  std::printf("%u ops differentiated in %u cases of f64, %u cases of other types built, %u ops without a rule, %u failures\n",
              ops, cases, built, without, failures);
  return failures != 0;
}
