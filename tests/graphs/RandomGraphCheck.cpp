// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random graphs against the oracle. Each graph pass must be exact: the oracle gives the same bits before and after it. The
// compiled graph must be as near to the oracle as the error analysis allows, on one thread and on three.
// usage: random_graph_check GRAPHS [FIRST_SEED]
#include "codegen/Compile.h"
#include "codegen/LaunchStats.h"
#include "codegen/Registration.h"
#include "frontend/DiagnosticText.h"
#include "frontend/Oracle.h"
#include "runtime/Session.h"
#include "tests/graphs/RandomGraph.h"
#include "tests/sweep/OpCases.h"

#include "mlir/IR/Verifier.h"
#include <cstdio>
#include <cstring>

using namespace mlir;
using namespace tenon;

namespace {

struct Totals {
  unsigned graphs = 0, ops = 0, kernels = 0, launches = 0, exactTraffic = 0, elements = 0, inexact = 0;
};

std::vector<Tensor> makeInputs(EntryOp entry, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Tensor> inputs;
  for (Type type : entry.getArgumentTypes()) {
    SmallVector<int64_t> shape;
    for (const DimExpr &dim : getShape(type))
      shape.push_back(*dim.evaluate(chooseSizes(seed)));
    ref::Array array = sweep::randomOperand(Domain::Any, 0, getElementTypeOrSelf(type), shape, seed % 4 == 0, random);
    inputs.push_back(toTensor(array).value());
  }
  return inputs;
}

bool isBitwiseEqual(const ref::Array &a, const ref::Array &b) {
  auto same = [](double x, double y) { return std::memcmp(&x, &y, sizeof x) == 0 || (x != x && y != y); };
  return a.element == b.element && a.shape == b.shape && a.integers == b.integers &&
         llvm::all_of_zip(a.numbers, b.numbers, same);
}

/// The oracle's results after each of the exact graph passes.
Status checkPasses(ModuleOp module, const std::vector<Tensor> &inputs) {
  auto before = TENON_TRY(interpret(*findEntry(module, ""), inputs, ref::Precision::Typed));
  OwningOpRef<ModuleOp> copy = module.clone();
  for (const char *phase : {"simplify", "fuse", "outline"}) {
    PipelineOptions options;
    options.startFrom = options.stopAfter = phase;
    DiagnosticText messages(module.getContext());
    std::string error;
    Target target = findTarget("native", error);
    if (!error.empty())
      return environmentError(error);
    if (failed(runGraphPhases(*copy, options)) || failed(runTilePhases(*copy, target, options)))
      return messages.error();
    auto after = TENON_TRY(interpret(*findEntry(*copy, ""), inputs, ref::Precision::Typed));
    for (size_t i = 0; i < before.size(); ++i)
      if (!isBitwiseEqual(before[i], after[i]))
        return internalError(std::string("phase ") + phase + " changed result " + std::to_string(i));
  }
  return {};
}

void countTraffic(ModuleOp module, Totals &totals) {
  for (const LaunchStats &launch : getLaunchStats(module)) {
    ++totals.launches;
    totals.exactTraffic += launch.read == launch.inputs && launch.written == launch.outputs;
  }
}

Status checkCompiled(ModuleOp module, const std::vector<Tensor> &inputs, const std::string &target, Totals &totals) {
  auto expected = TENON_TRY(interpretWithBounds(*findEntry(module, ""), inputs));
  OwningOpRef<ModuleOp> copy = module.clone();
  DiagnosticText messages(module.getContext());
  CompileOptions options;
  options.targets = {target};
  options.onTiles = [&](ModuleOp tiles, const Target &) { countTraffic(tiles, totals); };
  FailureOr<std::vector<std::byte>> artifact = compileModule(*copy, options);
  if (failed(artifact))
    return messages.error();
  auto program = TENON_TRY(Program::fromBytes(std::move(*artifact), {.device = sweep::deviceOf(target)}));
  std::vector<Tensor> reference;
  for (unsigned threads : {1, 3}) {
    auto session = TENON_TRY(Session::create(program, SessionOptions{.threads = threads, .poisonFreed = true}));
    auto outputs = TENON_TRY(session.run("", inputs));
    for (size_t i = 0; i < outputs.size(); ++i) {
      Deviation deviation = compare(outputs[i], expected[i], module.getContext());
      totals.elements += outputs[i].elementCount();
      totals.inexact += deviation.difference != 0;
      if (!deviation.isWithin)
        return internalError("result " + std::to_string(i) + " differs by " + std::to_string(deviation.difference) +
                             " at " + std::to_string(deviation.position) + ", allowed " +
                             std::to_string(deviation.allowed));
      if (threads > 1 && std::memcmp(reference[i].bytes(), outputs[i].bytes(), outputs[i].byteCount()) != 0)
        return internalError("result " + std::to_string(i) + " depends on the number of threads");
    }
    reference = std::move(outputs);
  }
  return {};
}

Status checkGraph(MLIRContext *context, uint64_t seed, const std::string &target, Totals &totals) {
  DiagnosticText messages(context);
  OwningOpRef<ModuleOp> module = buildRandomGraph(context, seed, 4 + seed % 60);
  if (failed(verify(*module)))
    return messages.error();
  EntryOp entry = *findEntry(*module, "");
  ++totals.graphs;
  totals.ops += std::distance(entry.getBody().front().begin(), entry.getBody().front().end()) - 1;
  std::vector<Tensor> inputs = makeInputs(entry, seed);
  Status status = checkPasses(*module, inputs);
  if (status.ok())
    status = checkCompiled(*module, inputs, target, totals);
  if (status.ok())
    return {};
  std::string text;
  llvm::raw_string_ostream stream(text);
  module->print(stream);
  return internalError("seed " + std::to_string(seed) + ": " + status.error().message + "\n" + text);
}

} // namespace

int main(int argc, char **argv) {
  unsigned count = argc > 1 ? std::atoi(argv[1]) : 0;
  uint64_t first = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  std::string target = argc > 3 ? argv[3] : "native";
  if (count == 0) {
    std::fprintf(stderr, "usage: random_graph_check GRAPHS [FIRST_SEED [TARGET]]\n");
    return 2;
  }
  DialectRegistry registry;
  registerDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.loadDialect<TenonDialect>();
  Totals totals;
  unsigned failures = 0;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    Status status = checkGraph(&context, seed, target, totals);
    if (!status.ok() && ++failures <= 3)
      std::fprintf(stderr, "FAIL %s\n", status.error().message.c_str());
  }
  std::printf("%u graphs, %u ops, %u launches (%u move exactly their inputs and outputs), %u elements, %u results not bit "
              "for bit equal but allowed, %u failures\n",
              totals.graphs, totals.ops, totals.launches, totals.exactTraffic, totals.elements, totals.inexact, failures);
  return failures != 0;
}
