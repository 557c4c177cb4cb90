// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs every op of the dialect, for every type it accepts, compiled for a target and by the reference interpreter, and
// holds the two against each other. usage: op_sweep TARGET [OP]
#include "codegen/Compile.h"
#include "codegen/Registration.h"
#include "frontend/DiagnosticText.h"
#include "frontend/Oracle.h"
#include "runtime/Session.h"
#include "tests/sweep/OpCases.h"
#include "llvm/Support/Format.h"

#include <cstdio>

using namespace mlir;
using namespace tenon;

namespace {

// None, one, less and more than a vector register, and more than a step of several with a remainder.
constexpr int64_t sizes[] = {0, 1, 7, 64, 1003};

/// Exit status where this machine cannot run the code.
constexpr int skipped = 77;

struct Counts {
  unsigned cases = 0, runs = 0, failures = 0;
};

Result<Program> compileCases(MLIRContext *context, ArrayRef<sweep::OpCase> cases, const std::string &target) {
  DiagnosticText messages(context);
  OpBuilder builder(context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder.getUnknownLoc());
  builder.setInsertionPointToEnd(module->getBody());
  for (auto [i, opCase] : llvm::enumerate(cases))
    sweep::buildEntry(opCase, "f" + std::to_string(i), builder);
  CompileOptions options;
  options.targets = {target};
  FailureOr<std::vector<std::byte>> artifact = compileModule(*module, options);
  if (failed(artifact))
    return messages.error();
  return Program::fromBytes(std::move(*artifact), {.device = sweep::deviceOf(target)});
}

std::string describe(const sweep::OpCase &opCase, const std::vector<ref::Array> &operands, const ref::Bounded &expected,
                     const Tensor &computed, int64_t position, MLIRContext *context) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  ref::Array result = toArray(computed, context);
  auto print = [&](const ref::Array &array, int64_t index) {
    if (index >= array.size())
      return;
    ref::Scalar value = array.get(index);
    if (value.isFloat)
      stream << llvm::format("%.17g", value.number);
    else
      stream << value.integer.value;
  };
  stream << opCase.text() << " at " << position << ": operands";
  for (const ref::Array &operand : operands) {
    stream << " ";
    print(operand, position);
  }
  stream << ", expected ";
  print(expected.value, position);
  stream << ", found ";
  print(result, position);
  return text;
}

/// One case at one size.
Status runCase(const sweep::OpCase &opCase, const std::string &entryName, Session &session, int64_t size, bool special,
               std::mt19937_64 &random, MLIRContext *context) {
  OpBuilder builder(context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder.getUnknownLoc());
  builder.setInsertionPointToEnd(module->getBody());
  EntryOp entry = sweep::buildEntry(opCase, entryName, builder);
  Domain domain = Domain::Any;
  if (auto elementwise = dyn_cast<ElementwiseOpInterface>(entry.getBody().front().front()))
    domain = elementwise.getDomain();
  std::vector<ref::Array> operands;
  std::vector<Tensor> inputs;
  for (auto [i, type] : llvm::enumerate(opCase.operands)) {
    SmallVector<int64_t> shape;
    for (const DimExpr &dim : getShape(type))
      shape.push_back(*dim.evaluate({{"N", size}}));
    operands.push_back(sweep::randomOperand(domain, i, getElementTypeOrSelf(type), shape, special, random));
    inputs.push_back(TENON_TRY(toTensor(operands.back())));
  }
  auto outputs = TENON_TRY(session.run(entryName, inputs));
  auto expected = TENON_TRY(interpretWithBounds(entry, inputs));
  Deviation deviation = compare(outputs[0], expected[0], context);
  if (!deviation.isWithin)
    return internalError(describe(opCase, operands, expected[0], outputs[0], deviation.position, context) +
                         ", difference " + std::to_string(deviation.difference) + ", allowed " +
                         std::to_string(deviation.allowed));
  return {};
}

Counts sweepOp(OperationName op, const std::string &target, MLIRContext *context) {
  Counts counts;
  std::vector<sweep::OpCase> cases = sweep::getCases(op);
  // Constants and splats have no operand that binds a size: they take the plain ones.
  counts.cases = cases.size();
  if (cases.empty())
    return counts;
  auto fail = [&](const std::string &message) {
    if (++counts.failures <= 5)
      std::fprintf(stderr, "FAIL %s: %s\n", op.getStringRef().str().c_str(), message.c_str());
  };
  Result<Program> program = compileCases(context, cases, target);
  if (!program.ok() && program.error().kind == ErrorKind::Environment) {
    std::printf("skipped: %s\n", program.error().message.c_str());
    std::exit(skipped);
  }
  if (!program.ok()) {
    fail(program.error().message);
    return counts;
  }
  // Freed memory holds NaN, so that reading it shows.
  Result<Session> session = Session::create(*program, SessionOptions{.threads = 2, .poisonFreed = true});
  if (!session.ok()) {
    fail(session.error().message);
    return counts;
  }
  std::mt19937_64 random(1);
  for (auto [i, opCase] : llvm::enumerate(cases))
    for (int64_t size : sizes)
      for (bool special : {false, true}) {
        ++counts.runs;
        Status status = runCase(opCase, "f" + std::to_string(i), *session, size, special, random, context);
        if (!status.ok())
          fail(status.error().message);
      }
  return counts;
}

} // namespace

int main(int argc, char **argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: op_sweep TARGET [OP]\n");
    return 2;
  }
  DialectRegistry registry;
  registerDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.loadDialect<TenonDialect>();
  Counts total;
  unsigned covered = 0, excluded = 0, missing = 0;
  for (OperationName op : sweep::getOps(&context)) {
    if (argc > 2 && op.getStringRef() != argv[2])
      continue;
    Counts counts = sweepOp(op, argv[1], &context);
    bool isExcluded = sweep::isExcluded("op", op.getStringRef());
    const char *note = counts.cases != 0 ? isExcluded ? "EXCLUDED BUT RUN" : "" : isExcluded ? "excluded" : "NOT RUN";
    std::printf("%-28s %5u cases %6u runs %u failures %s\n", op.getStringRef().str().c_str(), counts.cases, counts.runs,
                counts.failures, note);
    covered += counts.cases != 0;
    excluded += isExcluded;
    missing += (counts.cases != 0) == isExcluded;
    total.cases += counts.cases;
    total.runs += counts.runs;
    total.failures += counts.failures;
  }
  std::printf("%s: %u ops run, %u excluded, %u neither or both; %u cases (op x types), %u runs, %u failures\n", argv[1],
              covered, excluded, missing, total.cases, total.runs, total.failures);
  return total.failures != 0 || missing != 0;
}
