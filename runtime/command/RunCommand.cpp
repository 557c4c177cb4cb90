// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Options, then load, run, measure, report.
#include "runtime/command/RunCommand.h"

#include "runtime/AvailableMemory.h"
#include "runtime/Npy.h"
#include "runtime/RandomTensor.h"
#include "runtime/Session.h"
#include "runtime/artifact/ArtifactFile.h"
#include "runtime/command/RunReport.h"

#include <algorithm>
#include <chrono>
#include <optional>

namespace tenon {
namespace {

const std::map<std::string, Device> devices = {{"cpu", Device::Cpu}, {"cuda", Device::Cuda}, {"sim", Device::Sim}};

struct Options {
  std::string path, entry, device = "cpu"; // By its name in `devices`.
  std::vector<std::string> in, out, size;
  std::optional<uint64_t> seed;
  unsigned threads = 0;
  bool stats = false, json = false, check = false, verify = false;

  /// Of --in, --out and --size, once they are known to be assignments.
  std::map<std::string, std::string> inputFiles, outputFiles;
  Sizes sizes;
};

class Run {
public:
  Run(const CommandLine &commandLine, const RunHooks &hooks, const Options &options)
      : commandLine(commandLine), hooks(hooks), options(options), device(devices.at(options.device)) {}

  Status operator()() {
    Program program = TENON_TRY(hooks.load(options.path, {.device = device, .verifyExternal = options.verify}));
    const EntryDescription *entry = TENON_TRY(program.entry(options.entry));
    commandLine.explain("entry '" + entry->name + "', code for " + std::string(program.level()) + ", on " +
                        program.deviceName());
    warnOfLowerLevel(program);
    TENON_TRY(verifyNames(*entry));
    Session session = TENON_TRY(Session::create(program, {.threads = options.threads}));
    std::vector<Tensor> inputs = TENON_TRY(options.seed ? randomInputs(program, session, *entry) : readInputs(*entry));

    report.entry = entry->name;
    report.level = program.level();
    report.device = options.device;
    report.deviceName = program.deviceName();
    report.simulated = device == Device::Sim;
    report.threads = session.threadCount();
    std::vector<Tensor> outputs = TENON_TRY(runOnce(session, entry->name, inputs, report.steps));
    if (options.check)
      report.check = TENON_TRY(hooks.check({options.path, entry->name, inputs, outputs}));
    TENON_TRY(keepOutputs(*entry, outputs));
    if (options.seed && !report.simulated)
      TENON_TRY(measure(session, inputs, outputs));
    printRunReport(report, options.json, options.stats);
    return verdict();
  }

private:
  /// A slower path is never taken in silence.
  void warnOfLowerLevel(const Program &program) const {
    bool cpu = device == Device::Cpu;
    for (const schema::Target *target : *program.artifact().metadata().targets())
      if (target->kind() == (cpu ? schema::TargetKind::Cpu : schema::TargetKind::Ptx)) {
        if (target->level()->string_view() != program.level())
          commandLine.warn(std::string(cpu ? "this CPU" : "this GPU") + " cannot run the model's code for " +
                           target->level()->str() + ", that for " + std::string(program.level()) + " is used");
        return;
      }
  }

  /// That --in and --out name inputs and outputs of the entry.
  Status verifyNames(const EntryDescription &entry) const {
    for (const auto &[files, ports, what] : {std::tuple(&options.inputFiles, &entry.inputs, "input"),
                                             std::tuple(&options.outputFiles, &entry.outputs, "output")})
      for (const auto &[name, file] : *files)
        if (std::none_of(ports->begin(), ports->end(),
                         [&](const TensorDescription &port) { return port.name == name; })) {
          std::string names;
          for (const TensorDescription &port : *ports)
            names += (names.empty() ? "" : ", ") + port.name;
          return invalidArgument("entry '" + entry.name + "' has no " + what + " '" + name + "', only: " + names);
        }
    return {};
  }

  Result<std::vector<Tensor>> readInputs(const EntryDescription &entry) const {
    std::vector<Tensor> inputs;
    for (const TensorDescription &input : entry.inputs) {
      auto file = options.inputFiles.find(input.name);
      if (file == options.inputFiles.end())
        return invalidArgument("input " + input.text() + " is not given; add --in " + input.name +
                               "=FILE.npy, or --random SEED for all of them");
      inputs.push_back(TENON_TRY(readNpy(file->second)));
    }
    return inputs;
  }

  Result<std::vector<Tensor>> randomInputs(const Program &program, Session &session,
                                           const EntryDescription &entry) const {
    for (const SymbolDescription &symbol : entry.symbols)
      if (!options.sizes.contains(symbol.name))
        return invalidArgument("size " + symbol.name + " is not given; add --size " + symbol.name + "=NUMBER");
    std::vector<Shape> shapes = TENON_TRY(program.inputShapes(entry.name, options.sizes));
    PeakMemory peak = TENON_TRY(session.peakMemory(entry.name, options.sizes));
    // What is in the memory of a GPU is checked by the run.
    uint64_t needed = device == Device::Cpu ? peak.total() : peak.outputs;
    for (size_t i = 0; i < shapes.size(); ++i)
      if (__builtin_add_overflow(needed, TENON_TRY(tensorBytes(entry.inputs[i].type, shapes[i])), &needed))
        needed = UINT64_MAX;
    if (uint64_t available = availableMemory(); needed > available)
      return environmentError("inputs and memory of a run at these sizes take " + std::to_string(needed) + " bytes, " +
                              std::to_string(available) + " are available");
    std::vector<Tensor> inputs;
    for (size_t i = 0; i < shapes.size(); ++i)
      inputs.push_back(TENON_TRY(randomTensor(*options.seed, i, entry.inputs[i].type, shapes[i])));
    return inputs;
  }

  static Result<std::vector<Tensor>> runOnce(Session &session, std::string_view entry, std::span<const Tensor> inputs,
                                             std::vector<StepProfile> &steps) {
    RunOptions run;
    run.cancel = &CommandLine::interrupted();
    steps.clear();
    run.profile = [&](const StepProfile &profile) { steps.push_back(profile); };
    return session.run(entry, inputs, run);
  }

  Status keepOutputs(const EntryDescription &entry, std::span<const Tensor> outputs) {
    for (size_t i = 0; i < outputs.size(); ++i) {
      auto file = options.outputFiles.find(entry.outputs[i].name);
      bool written = file != options.outputFiles.end();
      if (written)
        TENON_TRY(writeNpy(file->second, outputs[i]));
      report.outputs.push_back({entry.outputs[i].name, written ? file->second : "", outputs[i]});
    }
    return {};
  }

  /// What a run took: on a GPU from its first step to its last, by the GPU's own clock.
  double secondsOf(double wall, std::span<const StepProfile> steps) const {
    double sum = 0;
    for (const StepProfile &step : steps)
      sum += step.seconds;
    return device == Device::Cpu ? wall : sum;
  }

  /// The best of several runs, between two measurements of what a copy of as many bytes reaches.
  Status measure(Session &session, std::span<const Tensor> inputs, std::span<const Tensor> outputs) {
    using Clock = std::chrono::steady_clock;
    constexpr double enough = 0.3; // Seconds; past noise of a few milliseconds.
    constexpr int most = 1000;
    uint64_t workingSet = TENON_TRY(session.peakMemory(report.entry, options.sizes)).arena;
    for (std::span<const Tensor> tensors : {inputs, outputs})
      for (const Tensor &tensor : tensors)
        workingSet += tensor.byteCount();
    // The copy needs as much memory again; a part is enough once it exceeds every cache.
    workingSet = std::min<uint64_t>(workingSet, uint64_t(1) << 30);

    RunReport::Timing timing;
    timing.copyBefore = TENON_TRY(session.copyBandwidth(workingSet));
    std::vector<StepProfile> steps;
    Clock::time_point begin = Clock::now(), end = begin;
    do {
      Clock::time_point start = Clock::now();
      TENON_TRY(runOnce(session, report.entry, inputs, steps));
      end = Clock::now();
      double seconds = secondsOf(std::chrono::duration<double>(end - start).count(), steps);
      if (seconds < timing.best) {
        timing.best = seconds;
        report.steps.swap(steps);
      }
      ++timing.runs;
    } while (timing.runs < 3 || (timing.runs < most && std::chrono::duration<double>(end - begin).count() < enough));
    timing.copyAfter = TENON_TRY(session.copyBandwidth(workingSet));
    report.timing = timing;
    return {};
  }

  Status verdict() const {
    for (const CheckedOutput &output : report.check)
      if (!(output.largestError <= output.allowedError)) // Not for NaN either.
        return dataError("output '" + output.name + "' differs from the reference by " +
                         numberText(output.largestError) + ", allowed are " + numberText(output.allowedError));
    return {};
  }

  const CommandLine &commandLine;
  const RunHooks &hooks;
  const Options &options;
  const Device device;
  RunReport report;
};

} // namespace

void addRunCommand(CommandLine &commandLine, RunHooks hooks) {
  CLI::App &command = commandLine.addCommand(
      "run", "Run an entry of a model on tensors from files or on random ones",
      "run model.tenon --in x=x.npy --out y=y.npy\n  run model.tenon --random 1 --size B=64 --stats --device cuda");
  auto options = std::make_shared<Options>();
  command.add_option("INPUT", options->path, hooks.inputs)->required();
  command.add_option("--entry", options->entry, "Entry to run; may be left out where there is only one");
  auto *in = command.add_option("--in", options->in, "NAME=FILE.npy for each input")->allow_extra_args(false);
  command.add_option("--out", options->out, "NAME=FILE.npy for each output to be written")->allow_extra_args(false);
  command.add_option("--random", options->seed, "Random inputs from this seed; the run is then also timed")
      ->excludes(in);
  command.add_option("--size", options->size, "NAME=NUMBER for each size of random inputs")
      ->allow_extra_args(false)
      ->excludes(in);
  command.add_option("--threads", options->threads,
                     "Threads; by default TENON_NUM_THREADS, else what this process may use");
  command.add_option("--device", options->device, "Where to run: cpu, cuda, or sim, which simulates a GPU")
      ->check(CLI::IsMember(devices));
  if (hooks.check)
    command.add_flag("--check", options->check, "Compare the outputs with the reference's");
  command.add_flag("--verify", options->verify, "Hash constants in files beside the model too");
  command.add_flag("--stats", options->stats, "Time and bytes of each step");
  command.add_flag("--json", options->json, "One JSON object on standard output");
  command.callback([options, hooks = std::move(hooks), &commandLine] {
    options->inputFiles = readAssignments("--in", options->in);
    options->outputFiles = readAssignments("--out", options->out);
    options->sizes = readSizes("--size", options->size);
    commandLine.setAction([options, hooks, &commandLine] { return Run(commandLine, hooks, *options)(); });
  });
}

} // namespace tenon
