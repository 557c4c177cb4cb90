// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Options, then load, run, measure, report.
#include "runtime/command/RunCommand.h"

#include "runtime/AvailableMemory.h"
#include "runtime/ElementValue.h"
#include "runtime/Npy.h"
#include "runtime/RandomTensor.h"
#include "runtime/Session.h"
#include "runtime/SymbolBinding.h"
#include "runtime/artifact/ArtifactFile.h"
#include "runtime/command/ExpectedOutputs.h"
#include "runtime/command/RunReport.h"
#include "runtime/cpu/MultiplyAddRate.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <numeric>
#include <optional>

namespace tenon {
namespace {

const std::map<std::string, Device> devices = {{"cpu", Device::Cpu}, {"cuda", Device::Cuda}, {"sim", Device::Sim}};

struct Options {
  std::string path, entry, device = "cpu"; // By its name in `devices`.
  std::vector<std::string> in, out, size, expect, allowed;
  std::string inputFolder; // Of --save-inputs.
  std::optional<uint64_t> seed;
  unsigned threads = 0;
  int repeat = 0; // 0: as often as a good measurement takes, with random inputs; else not at all.
  bool stats = false, json = false, check = false, verify = false;

  /// Of --in, --out, --expect, --allowed and --size, once they are known to be assignments.
  std::map<std::string, std::string> inputFiles, outputFiles, expectedFiles, allowedFiles;
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
    report.driverVersion = program.driverVersion();
    report.simulated = device == Device::Sim;
    report.threads = session.threadCount();
    std::vector<Tensor> outputs = TENON_TRY(runOnce(session, entry->name, inputs, report.steps));
    if (options.check)
      report.check = TENON_TRY(hooks.check({options.path, entry->name, inputs, outputs}));
    else
      report.check = TENON_TRY(compareWithFiles(entry->outputs, outputs, options.expectedFiles, options.allowedFiles));
    TENON_TRY(keepOutputs(*entry, outputs));
    if ((options.seed || options.repeat) && !report.simulated)
      TENON_TRY(measure(session, TENON_TRY(workingSetOf(program, session, *entry, inputs, outputs)), inputs));
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

  /// That the options for inputs and outputs name those of the entry.
  Status verifyNames(const EntryDescription &entry) const {
    for (const auto &[files, ports, what] : {std::tuple(&options.inputFiles, &entry.inputs, "input"),
                                             std::tuple(&options.outputFiles, &entry.outputs, "output"),
                                             std::tuple(&options.expectedFiles, &entry.outputs, "output")})
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
    if (!options.inputFolder.empty())
      TENON_TRY(saveInputs(entry, inputs));
    return inputs;
  }

  Status saveInputs(const EntryDescription &entry, std::span<const Tensor> inputs) const {
    std::error_code error;
    std::filesystem::create_directories(options.inputFolder, error);
    if (error)
      return environmentError("cannot make the folder " + options.inputFolder + ": " + error.message());
    for (size_t i = 0; i < inputs.size(); ++i) {
      // Names are a model's, and no model decides where files are written.
      const std::string &name = entry.inputs[i].name;
      if (name.empty() || name.find('/') != name.npos || name.find('\0') != name.npos)
        return invalidArgument("input '" + name + "' cannot be saved: its name is not that of a file");
      TENON_TRY(writeNpy(options.inputFolder + "/" + name + ".npy", inputs[i]));
    }
    return {};
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

  /// Bytes that a run touches.
  static Result<uint64_t> workingSetOf(const Program &program, Session &session, const EntryDescription &entry,
                                       std::span<const Tensor> inputs, std::span<const Tensor> outputs) {
    auto index = static_cast<uint32_t>(&entry - program.entries().data());
    auto symbols = TENON_TRY(bindSymbols(*program.artifact().metadata().entries()->Get(index), inputs));
    Sizes sizes;
    for (size_t i = 0; i < symbols.size(); ++i)
      sizes[entry.symbols[i].name] = symbols[i];
    uint64_t bytes = TENON_TRY(session.peakMemory(entry.name, sizes)).arena;
    for (std::span<const Tensor> tensors : {inputs, outputs})
      for (const Tensor &tensor : tensors)
        bytes += tensor.byteCount();
    return bytes;
  }

  /// What the session's threads reach in multiply-adds; of GPUs that is not known.
  double multiplyAddRate(const Session &session) const {
    return device == Device::Cpu ? measureMultiplyAddRate(session.threadCount()) : 0;
  }

  /// Several runs after the first one, between two measurements of what a copy within as many bytes and what multiply-adds
  /// reach.
  Status measure(Session &session, uint64_t workingSet, std::span<const Tensor> inputs) {
    using Clock = std::chrono::steady_clock;
    constexpr double enough = 0.3; // Seconds; past noise of a few milliseconds.
    const int least = options.repeat ? options.repeat : 3, most = options.repeat ? options.repeat : 1000;
    // The copy needs as much memory again; a part is enough once it exceeds every cache.
    workingSet = std::min<uint64_t>(workingSet, uint64_t(1) << 30);

    RunReport::Timing timing;
    timing.copyBefore = TENON_TRY(session.copyBandwidth(workingSet));
    timing.multiplyAddBefore = multiplyAddRate(session);
    std::vector<StepProfile> steps;
    std::vector<double> seconds;
    Clock::time_point begin = Clock::now(), end = begin;
    do {
      Clock::time_point start = Clock::now();
      TENON_TRY(runOnce(session, report.entry, inputs, steps));
      end = Clock::now();
      seconds.push_back(secondsOf(std::chrono::duration<double>(end - start).count(), steps));
      if (timing.runs++ == 0 || seconds.back() < timing.best) {
        timing.best = seconds.back();
        report.steps.swap(steps);
      }
    } while (timing.runs < least ||
             (timing.runs < most && std::chrono::duration<double>(end - begin).count() < enough));
    auto middle = seconds.begin() + timing.runs / 2;
    std::nth_element(seconds.begin(), middle, seconds.end());
    timing.median = *middle;
    timing.multiplyAddAfter = multiplyAddRate(session);
    timing.copyAfter = TENON_TRY(session.copyBandwidth(workingSet));
    report.timing = timing;
    return {};
  }

  Status verdict() const {
    for (const auto &[name, shape, deviation] : report.check) {
      if (deviation.isWithin)
        continue;
      int64_t elements = std::accumulate(shape.begin(), shape.end(), int64_t(1), std::multiplies());
      auto file = options.expectedFiles.find(name);
      std::string allowed = options.check || options.allowedFiles.contains(name)
                                ? "allowed are " + numberText(deviation.allowed) + " there"
                                : "no difference is allowed";
      return dataError("output '" + name + "' differs from " +
                       (file == options.expectedFiles.end() ? "the reference" : file->second) + " by " +
                       numberText(deviation.difference) + " at " + shapeText(elementIndex(deviation.position, shape)) +
                       ", " + allowed + "; " + std::to_string(deviation.exceeding) + " of " + std::to_string(elements) +
                       " elements differ by more than is allowed");
    }
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
      "run model.tenon --in x=x.npy --out y=y.npy\n  run model.tenon --random 1 --size B=64 --stats --device cuda\n"
      "  run model.tenon --in x=x.npy --expect y=y.npy --allowed y=bound.npy --repeat 20");
  auto options = std::make_shared<Options>();
  command.add_option("INPUT", options->path, hooks.inputs)->required();
  command.add_option("--entry", options->entry, "Entry to run; may be left out where there is only one");
  auto *in = command.add_option("--in", options->in, "NAME=FILE.npy for each input")->allow_extra_args(false);
  command.add_option("--out", options->out, "NAME=FILE.npy for each output to be written")->allow_extra_args(false);
  auto *expect = command.add_option("--expect", options->expect, "NAME=FILE.npy for each output to be compared")
                     ->allow_extra_args(false);
  command
      .add_option(
          "--allowed", options->allowed,
          "NAME=FILE.npy, how far each element of the output may be from the expected one; by default not at all")
      ->allow_extra_args(false)
      ->needs(expect);
  auto *random =
      command.add_option("--random", options->seed, "Random inputs from this seed; the run is then also timed")
          ->excludes(in);
  command.add_option("--save-inputs", options->inputFolder, "Write the random inputs into this folder, as NAME.npy")
      ->needs(random);
  command.add_option("--repeat", options->repeat, "Time this many runs after a first one that is not timed")
      ->check(CLI::Range(1, 1000000));
  command.add_option("--size", options->size, "NAME=NUMBER for each size of random inputs")
      ->allow_extra_args(false)
      ->excludes(in);
  command.add_option("--threads", options->threads,
                     "Threads; by default TENON_NUM_THREADS, else what this process may use");
  command.add_option("--device", options->device, "Where to run: cpu, cuda, or sim, which simulates a GPU")
      ->check(CLI::IsMember(devices));
  if (hooks.check)
    command.add_flag("--check", options->check, "Compare the outputs with the reference's")->excludes(expect);
  command.add_flag("--verify", options->verify, "Hash constants in files beside the model too");
  command.add_flag("--stats", options->stats, "Time and bytes of each step");
  command.add_flag("--json", options->json, "One JSON object on standard output");
  command.callback([options, hooks = std::move(hooks), &commandLine] {
    options->inputFiles = readAssignments("--in", options->in);
    options->outputFiles = readAssignments("--out", options->out);
    options->expectedFiles = readAssignments("--expect", options->expect);
    options->allowedFiles = readAssignments("--allowed", options->allowed);
    for (const auto &[name, file] : options->allowedFiles)
      if (!options->expectedFiles.contains(name))
        throw CLI::ValidationError("--allowed", "'" + name + "' is not compared; add --expect " + name + "=FILE.npy");
    options->sizes = readSizes("--size", options->size);
    commandLine.setAction([options, hooks, &commandLine] { return Run(commandLine, hooks, *options)(); });
  });
}

} // namespace tenon
