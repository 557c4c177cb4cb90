// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "frontend/command/CompileCommand.h"

#include "codegen/LaunchStats.h"
#include "codegen/Registration.h"
#include "codegen/cpu/Emit.h"
#include "codegen/ptx/Emit.h"
#include "frontend/DiagnosticText.h"
#include "frontend/command/CachedCompile.h"
#include "frontend/text/ReadModule.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "runtime/AtomicFile.h"

#include <cstdio>

using namespace mlir;

namespace tenon {

Result<Input> readInput(const std::string &path) { return parseInput(TENON_TRY(readText(path)), path); }

Result<Input> parseInput(std::string_view text, const std::string &path) {
  DialectRegistry registry;
  registerDialects(registry);
  Input input;
  input.context = std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  input.module = TENON_TRY(parseModule(text, path, input.context.get()));
  return input;
}

namespace {

struct Settings {
  std::string input, output, emit = "artifact", dumpFolder, startFrom, stopAfter;
  std::vector<std::string> targets, plugins, insertions;
  bool stats = false, strict = false;

  /// Nothing but the artifact is wanted, and nothing but the graph and the targets decides what it is.
  bool isPlain() const {
    return emit == "artifact" && !stats && !strict && dumpFolder.empty() && startFrom.empty() && plugins.empty() &&
           insertions.empty();
  }
};

Result<PipelineOptions> toPipelineOptions(const Settings &settings) {
  for (const std::string &path : settings.plugins) {
    auto plugin = PassPlugin::load(path);
    if (!plugin)
      return environmentError("pass plugin " + path + ": " + llvm::toString(plugin.takeError()));
    plugin->registerPassRegistryCallbacks();
  }
  PipelineOptions options;
  options.dumpFolder = settings.dumpFolder;
  options.startFrom = settings.startFrom;
  options.stopAfter = settings.stopAfter;
  for (const std::string &text : settings.insertions) {
    auto [where, pipeline] = StringRef(text).split('=');
    auto [side, phase] = where.split(':');
    if ((side != "before" && side != "after") || phase.empty() || pipeline.empty())
      return invalidArgument("--insert " + text + ": expected before:PHASE='PASS{options}' or after:PHASE='...'");
    options.insertions.push_back({side == "after", phase.str(), pipeline.str()});
  }
  std::string error;
  if (!checkOptions(options, error))
    return invalidArgument(error);
  return options;
}

/// What --stats prints, gathered on the way.
struct Stats {
  std::vector<std::pair<std::string, double>> phases, kernels;
  std::vector<std::pair<std::string, LaunchStats>> launches;
  std::vector<SlowPath> slowPaths;
};

void printStats(const Stats &stats) {
  auto &phases = stats.phases;
  std::fprintf(stderr, "%-18s %10s\n", "phase", "ms");
  for (auto &[name, seconds] : phases)
    std::fprintf(stderr, "%-18s %10.2f\n", name.c_str(), seconds * 1e3);
  for (auto &[name, seconds] : stats.kernels)
    std::fprintf(stderr, "code of %s %.2f\n", name.c_str(), seconds * 1e3);
  for (const SlowPath &path : stats.slowPaths)
    std::fprintf(stderr, "slow path at %s: %s, about %.0f%% of the kernel's time: %s\n", placeOf(path.location).c_str(),
                 path.kind.c_str(), path.share * 100, path.text.c_str());
  std::fprintf(stderr, "%-10s %-12s %-40s %-24s %-24s %-24s %s\n", "target", "entry", "kernel", "bytes read",
               "of inputs", "bytes written", "of outputs");
  for (const auto &[target, launch] : stats.launches)
    std::fprintf(stderr, "%-10s %-12s %-40s %-24s %-24s %-24s %s\n", target.c_str(), launch.entry.c_str(),
                 launch.kernel.c_str(), launch.read.str().c_str(), launch.inputs.str().c_str(),
                 launch.written.str().c_str(), launch.outputs.str().c_str());
}

Status write(const std::string &path, std::span<const std::byte> bytes) {
  if (!path.empty() && path != "-")
    return writeFileAtomically(path, {bytes});
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size() || std::fflush(stdout) != 0)
    return environmentError("cannot write to standard output");
  return {};
}

std::string print(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream, OpPrintingFlags().useLocalScope());
  return text + "\n";
}

FailureOr<std::string> emitCode(ModuleOp module, const Target &target, bool asLlvmIr) {
  if (target.cpu)
    return asLlvmIr ? cpu::emitLlvmIr(module, *target.cpu) : cpu::emitAssembly(module, *target.cpu);
  return asLlvmIr ? ptx::emitLlvmIr(module, *target.ptx) : ptx::emitPtx(module, *target.ptx, {});
}

/// The module as text after the part of the pipeline that `emit` asks for.
Result<std::string> emitText(Input &input, const Settings &settings, PipelineOptions options, Stats &stats) {
  DiagnosticText messages(input.context.get());
  ModuleOp module = *input.module;
  if (settings.emit == "tenon" && options.stopAfter.empty())
    options.stopAfter = "outline";
  if (settings.emit == "tgpu" && options.stopAfter.empty())
    options.stopAfter = "assign-registers";
  std::string error;
  Target target = findTarget(settings.targets.front(), error);
  if (!error.empty())
    return invalidArgument(error);
  if (target.cpu && (settings.emit == "tgpu" || settings.emit == "ptx"))
    return invalidArgument("--emit " + settings.emit + " is for GPUs; add --target sm_80");
  if (target.ptx && settings.emit == "asm")
    return invalidArgument("--emit asm is for CPUs; for " + target.name().str() + " there is --emit ptx");
  if (failed(runGraphPhases(module, options)) || failed(runTilePhases(module, target, options)))
    return messages.error();
  for (LaunchStats &launch : getLaunchStats(module))
    stats.launches.emplace_back(target.name().str(), std::move(launch));
  if (settings.emit == "tenon" || settings.emit == "tile")
    return print(module);
  if (failed(runMachinePhases(module, target, options)))
    return messages.error();
  if (settings.emit == "tgpu")
    return print(module);
  FailureOr<std::string> text = emitCode(module, target, settings.emit == "llvm");
  if (failed(text))
    return messages.error();
  return std::move(*text);
}

Status compileFile(const Settings &settings, const CachedCompiler &cached) {
  if (settings.isPlain())
    return write(settings.output, TENON_TRY(cached.compile(settings.input, settings.targets)));
  PipelineOptions pipeline = TENON_TRY(toPipelineOptions(settings));
  Input input = TENON_TRY(readInput(settings.input));
  Stats stats;
  pipeline.onPhase = [&](StringRef name, double seconds) { stats.phases.emplace_back(name.str(), seconds); };
  if (settings.emit != "artifact") {
    std::string text = TENON_TRY(emitText(input, settings, pipeline, stats));
    if (settings.stats)
      printStats(stats);
    return write(settings.output, std::as_bytes(std::span<const char>(text)));
  }
  CompileOptions options;
  options.pipeline = std::move(pipeline);
  options.targets = settings.targets;
  options.onTiles = [&](ModuleOp module, const Target &target) {
    for (LaunchStats &launch : getLaunchStats(module))
      stats.launches.emplace_back(target.name().str(), std::move(launch));
  };
  options.strict = settings.strict;
  options.onSlowPath = [&](const SlowPath &path) { stats.slowPaths.push_back(path); };
  options.code.onKernel = [&](StringRef name, double seconds) { stats.kernels.emplace_back(name.str(), seconds); };
  std::vector<std::byte> bytes = TENON_TRY(compileInput(input, options));
  if (settings.stats)
    printStats(stats);
  return write(settings.output, bytes);
}

} // namespace

Result<std::vector<std::byte>> compileInput(Input &input, const CompileOptions &options) {
  DiagnosticText messages(input.context.get());
  FailureOr<std::vector<std::byte>> bytes = compileModule(*input.module, options);
  if (failed(bytes))
    return messages.error();
  return std::move(*bytes);
}

void addCompileCommand(CommandLine &commandLine, const CachedCompiler &cached) {
  auto settings = std::make_shared<Settings>();
  CLI::App &command = commandLine.addCommand("compile", "Compile a graph into one file that runs without a compiler",
                                             "compile model.mlir -o model.tenon --target x86-64-v3 --target x86-64-v4");
  command.add_option("INPUT", settings->input, "A graph in the text of the dialect `tenon`, model.mlir")->required();
  command.add_option("-o,--output", settings->output, "File to write; text goes to standard output without it");
  command
      .add_option("--target", settings->targets,
                  "native (the default), x86-64-v3, x86-64-v4, x86-64-v4-bf16 or sm_80; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--emit", settings->emit, "What to write")
      ->check(CLI::IsMember({"artifact", "tenon", "tile", "tgpu", "llvm", "asm", "ptx"}))
      ->capture_default_str();
  command.add_option("--dump-ir", settings->dumpFolder, "Write the module after each phase into this folder");
  command.add_option("--start-from", settings->startFrom, "Name of the first phase to run");
  command.add_option("--stop-after", settings->stopAfter, "Name of the last phase to run; with --emit tenon or tile");
  command.add_option("--pass-plugin", settings->plugins, "Shared library with passes of your own; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--insert", settings->insertions, "before:PHASE='PASS{options}' or after:PHASE=...; may be repeated")
      ->allow_extra_args(false);
  command.add_flag("--stats", settings->stats, "Print times of phases and kernels, slow paths, and bytes of launches");
  command.add_flag("--strict", settings->strict, "Fail where a slower way than there is costs more than 2% of a kernel's time");
  command.callback([settings, &commandLine, &cached] {
    if (settings->targets.empty())
      settings->targets = {"native"};
    for (const std::string &name : settings->targets) {
      std::string error;
      findTarget(name, error);
      if (!error.empty())
        throw CLI::ValidationError("--target", error);
    }
    if (settings->emit == "artifact" && settings->output.empty())
      throw CLI::ValidationError("-o", "name the file to write");
    if (settings->emit != "artifact" && settings->targets.size() > 1)
      throw CLI::ValidationError("--target", "name one; text is written for one target");
    if (!settings->dumpFolder.empty() && settings->targets.size() > 1)
      throw CLI::ValidationError("--target", "name one; --dump-ir writes the phases of one target");
    if (settings->emit != "artifact" && settings->strict)
      throw CLI::ValidationError("--strict", "goes with --emit artifact");
    if (settings->output == settings->input)
      throw CLI::ValidationError("-o", "names the input itself");
    if (!settings->stopAfter.empty() && settings->emit != "tenon" && settings->emit != "tile")
      throw CLI::ValidationError("--stop-after", "goes with --emit tenon or --emit tile");
    commandLine.setAction([settings, &cached] { return compileFile(*settings, cached); });
  });
}

} // namespace tenon
