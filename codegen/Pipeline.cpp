// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/Pipeline.h"

#include "codegen/Passes.h"
#include "codegen/PhaseChecks.h"
#include "mlir/Conversion/ConvertToLLVM/ToLLVMPass.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include "passes/Passes.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <chrono>

using namespace mlir;

namespace tenon {

namespace {

struct Phase {
  PhaseInfo info;
  void (*addPasses)(OpPassManager &, const cpu::Level *);
  LogicalResult (*check)(ModuleOp);
};

const Phase graphPhases[] = {
    {{"expand-composites", "ops that others can express become those"},
     [](OpPassManager &passes, const cpu::Level *) { passes.addPass(createExpandCompositesPass()); },
     checkExpanded},
    {{"simplify", "algebra and constant folding on the graph"},
     [](OpPassManager &passes, const cpu::Level *) { passes.addPass(createSimplifyPass()); },
     checkGraph},
    {{"fuse", "ops become groups, one for each kernel to come"},
     [](OpPassManager &passes, const cpu::Level *) { passes.addPass(createFusePass()); },
     checkFused},
};

const Phase tilePhases[] = {
    {{"assign-layouts", "operands of contractions are packed as the target reads them"},
     [](OpPassManager &passes, const cpu::Level *level) {
       passes.addPass(createAssignLayoutsPass({level->registerBits}));
     },
     checkFused},
    {{"outline", "groups become kernels, equal groups one kernel"},
     [](OpPassManager &passes, const cpu::Level *) { passes.addPass(createOutlinePass()); },
     checkOutlined},
    {{"schedule", "kernels become tile programs"},
     [](OpPassManager &passes, const cpu::Level *level) {
       // Four registers hide the latency of adding; rows that are one tile would not stay in registers.
       passes.addPass(createSchedulePass({.rowBytes = 4 * int64_t(level->registerBits) / 8, .wholeRow = 0}));
     },
     checkScheduled},
};

const Phase cpuPhases[] = {
    {{"lower-cpu", "tile programs become loops over vectors"},
     [](OpPassManager &passes, const cpu::Level *level) {
       passes.addPass(createLowerTileToCpuPass({level->registerBits}));
     },
     checkLoops},
    // Functions expand to many constants, which the loop passes then move out.
    {{"expand", "functions without an instruction become arithmetic"},
     [](OpPassManager &passes, const cpu::Level *) {
       passes.addPass(createExpandToMachinePass());
       passes.addPass(createCSEPass());
       passes.addPass(createLoopInvariantCodeMotionPass());
     },
     checkLoops},
    {{"llvm", "loops and vectors in LLVM's dialect"},
     [](OpPassManager &passes, const cpu::Level *) {
       passes.addPass(createSCFToControlFlowPass());
       passes.addPass(createConvertToLLVMPass());
       passes.addPass(createReconcileUnrealizedCastsPass());
     },
     checkLlvm},
};

/// Adds user passes that belong to `phase`. The options were checked before.
LogicalResult addInsertions(OpPassManager &passes, const PipelineOptions &options, StringRef phase, bool after) {
  for (const Insertion &insertion : options.insertions)
    if (insertion.phase == phase && insertion.after == after &&
        failed(parsePassPipeline(insertion.pipeline, passes, llvm::errs())))
      return failure();
  return success();
}

LogicalResult dump(ModuleOp module, const PipelineOptions &options, StringRef phase, unsigned number) {
  if (options.dumpFolder.empty())
    return success();
  llvm::SmallString<128> path(options.dumpFolder);
  std::error_code error = llvm::sys::fs::create_directories(path);
  llvm::sys::path::append(path, (number < 10 ? "0" : "") + Twine(number) + "-" + phase + ".mlir");
  if (!error) {
    llvm::raw_fd_ostream stream(path, error);
    if (!error) {
      module.print(stream, OpPrintingFlags().useLocalScope());
      stream.close();
      error = stream.error();
    }
    stream.clear_error();
  }
  if (error)
    return module.emitError("cannot write ") << path << ": " << error.message();
  return success();
}

/// Passes may print an error and still succeed: an error counts as failure.
class ErrorCounter {
public:
  explicit ErrorCounter(MLIRContext *context)
      : handler(context, [this](Diagnostic &diagnostic) {
          errors += diagnostic.getSeverity() == DiagnosticSeverity::Error;
          return failure();
        }) {}
  bool any() const { return errors != 0; }

private:
  unsigned errors = 0;
  ScopedDiagnosticHandler handler;
};

LogicalResult runPhase(ModuleOp module, const Phase &phase, const cpu::Level *level, const PipelineOptions &options) {
  auto start = std::chrono::steady_clock::now();
  ErrorCounter errors(module.getContext());
  PassManager passes(module.getContext());
  passes.enableVerifier(true);
  if (failed(addInsertions(passes, options, phase.info.name, false)))
    return failure();
  phase.addPasses(passes, level);
  if (failed(addInsertions(passes, options, phase.info.name, true)))
    return failure();
  if (failed(passes.run(module)) || errors.any() || failed(phase.check(module)))
    return failure();
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (options.onPhase)
    options.onPhase(phase.info.name, seconds.count());
  return success();
}

/// Position of a phase in the list of all, counted from 1; 0 where there is none of that name.
unsigned positionOf(StringRef name) {
  for (auto [i, phase] : llvm::enumerate(listPhases()))
    if (phase.name == name)
      return i + 1;
  return 0;
}

/// Runs those of `phases` that lie between the options' first and last.
LogicalResult runPhases(ModuleOp module, ArrayRef<Phase> phases, const cpu::Level *level,
                        const PipelineOptions &options) {
  unsigned first = positionOf(options.startFrom), last = positionOf(options.stopAfter);
  for (const Phase &phase : phases) {
    unsigned position = positionOf(phase.info.name);
    if (position < first || (last != 0 && position > last))
      continue;
    if (failed(runPhase(module, phase, level, options)) || failed(dump(module, options, phase.info.name, position)))
      return failure();
  }
  return success();
}

} // namespace

std::vector<PhaseInfo> listPhases() {
  std::vector<PhaseInfo> infos;
  for (ArrayRef<Phase> table : {ArrayRef<Phase>(graphPhases), ArrayRef<Phase>(tilePhases), ArrayRef<Phase>(cpuPhases)})
    for (const Phase &phase : table)
      infos.push_back(phase.info);
  return infos;
}

bool checkOptions(const PipelineOptions &options, std::string &error) {
  std::vector<std::string> names{options.startFrom, options.stopAfter};
  for (const Insertion &insertion : options.insertions)
    names.push_back(insertion.phase);
  for (const std::string &name : names) {
    if (name.empty() || llvm::any_of(listPhases(), [&](PhaseInfo phase) { return phase.name == name; }))
      continue;
    error = "there is no phase \"" + name + "\"; the phases are";
    for (PhaseInfo phase : listPhases())
      error += (" " + phase.name).str();
    return false;
  }
  for (const Insertion &insertion : options.insertions) {
    std::string message;
    llvm::raw_string_ostream stream(message);
    OpPassManager passes(ModuleOp::getOperationName());
    if (failed(parsePassPipeline(insertion.pipeline, passes, stream))) {
      std::replace(message.begin(), message.end(), '\n', ' ');
      error = "cannot insert \"" + insertion.pipeline + "\": " + StringRef(message).trim().str();
      return false;
    }
  }
  return true;
}

LogicalResult runGraphPhases(ModuleOp module, const PipelineOptions &options) {
  return runPhases(module, graphPhases, nullptr, options);
}

LogicalResult runTilePhases(ModuleOp module, const cpu::Level &level, const PipelineOptions &options) {
  return runPhases(module, tilePhases, &level, options);
}

LogicalResult runCpuPhases(ModuleOp module, const cpu::Level &level, const PipelineOptions &options) {
  return runPhases(module, cpuPhases, &level, options);
}

} // namespace tenon
