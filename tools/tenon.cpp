// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The compiler: compiles, runs, interprets, inspects and measures models.
#include "bench/BenchCommand.h"
#include "codegen/Registration.h"
#include "frontend/command/CachedCompile.h"
#include "frontend/command/InterpretCommand.h"
#include "runtime/command/InspectCommand.h"
#include "runtime/command/RunCommand.h"
#include "llvm/Config/llvm-config.h"

using namespace tenon;

/// An artifact as it is; a graph is compiled for the device.
static Result<Program> load(const CachedCompiler &cached, const std::string &path, const LoadOptions &options) {
  if (!path.ends_with(".mlir"))
    return Program::load(path, options);
  // Code for the least demanding GPU runs on all of them, and on the simulator.
  std::string target = options.device == Device::Cpu ? "native" : "sm_80";
  return Program::fromBytes(TENON_TRY(cached.compile(path, {target})), options);
}

int main(int argc, char **argv) {
  registerPasses();
  CommandLine commandLine("tenon", "Compiles and runs tensor programs", "LLVM " LLVM_VERSION_STRING "\n");
  CachedCompiler cached(commandLine);
  auto loadOrCompile = [&](const std::string &path, const LoadOptions &options) { return load(cached, path, options); };
  addCompileCommand(commandLine, cached);
  addRunCommand(commandLine, {.load = loadOrCompile,
                              .check = checkAgainstOracle,
                              .inputs = "A graph, model.mlir, or an artifact, model.tenon"});
  addInterpretCommand(commandLine);
  addInspectCommand(commandLine);
  addBenchCommand(commandLine);
  return commandLine.main(argc, argv);
}
