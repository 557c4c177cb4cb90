// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "frontend/command/InterpretCommand.h"

#include "codegen/ElementTypes.h"
#include "frontend/DiagnosticText.h"
#include "frontend/Oracle.h"
#include "frontend/command/CompileCommand.h"
#include "runtime/Npy.h"
#include "runtime/RandomTensor.h"
#include "runtime/command/RunReport.h"

#include <filesystem>
#include <set>

namespace tenon {

namespace {

struct Settings {
  std::string path, entry, precision = "typed", valueFolder;
  std::vector<std::string> in, out, allowed, size;
  std::optional<uint64_t> seed;
  std::map<std::string, std::string> inputFiles, outputFiles, allowedFiles;
  ref::Context::Symbols sizes;
};

/// The inputs of an entry are its arguments but the states.
Result<std::vector<Tensor>> collectInputs(EntryOp entry, const Settings &settings) {
  std::vector<Tensor> inputs;
  std::map<std::string, std::string> unused = settings.inputFiles;
  for (auto [i, type] : llvm::enumerate(entry.getArgumentTypes())) {
    if (entry.getArgAttr(i, stateAttr))
      continue;
    std::string name = entry.getArgumentName(i);
    ElementType element = fromMlir(mlir::getElementTypeOrSelf(type));
    if (settings.seed) {
      std::vector<int64_t> shape;
      for (const DimExpr &dim : getShape(type)) {
        std::optional<int64_t> size = dim.evaluate(settings.sizes);
        if (!size)
          return invalidArgument("size " + dim.str() + " of input " + name + " is not given; add --size NAME=NUMBER");
        shape.push_back(*size);
      }
      inputs.push_back(TENON_TRY(randomTensor(*settings.seed, inputs.size(), element, shape)));
      continue;
    }
    auto file = settings.inputFiles.find(name);
    if (file == settings.inputFiles.end())
      return invalidArgument("input " + name + " is not given; add --in " + name +
                             "=FILE.npy, or --random SEED for all of them");
    inputs.push_back(TENON_TRY(readNpy(file->second)));
    if (inputs.back().type() != element)
      return invalidArgument("input " + name + " is of " + std::string(elementTypeName(element)) + ", " + file->second +
                             " holds " + std::string(elementTypeName(inputs.back().type())));
    unused.erase(name);
  }
  if (!unused.empty())
    return invalidArgument("the entry has no input '" + unused.begin()->first + "'");
  return inputs;
}

/// Writes each value that the oracle computes to `<folder>/<number>-<op>.npy`.
class ValueWriter {
public:
  explicit ValueWriter(std::string folder) : folder(std::move(folder)) {}

  void operator()(mlir::Value value, const ref::Array &array) {
    if (!status.ok())
      return;
    std::string number = std::to_string(next++);
    std::string name = std::string(4 - std::min<size_t>(4, number.size()), '0') + number + "-" +
                       value.getDefiningOp()->getName().stripDialect().str() + ".npy";
    Result<Tensor> tensor = toTensor(array);
    status = tensor.ok() ? writeNpy(folder + "/" + name, *tensor) : Status(tensor.error());
  }

  std::string folder;
  unsigned next = 0;
  Status status;
};

/// That --out and --allowed name outputs of the entry.
Status verifyOutputNames(EntryOp entry, const Settings &settings) {
  std::set<std::string> names;
  for (unsigned i = 0; i < entry.getResultTypes().size(); ++i)
    names.insert(entry.getResultName(i));
  for (const auto *files : {&settings.outputFiles, &settings.allowedFiles})
    for (const auto &[name, file] : *files)
      if (!names.contains(name))
        return invalidArgument("the entry has no output '" + name + "'");
  return {};
}

/// With bounds only where --allowed wants them, since they take several times as long.
Result<std::vector<ref::Bounded>> evaluate(EntryOp entry, const std::vector<Tensor> &inputs, const Settings &settings) {
  if (!settings.allowedFiles.empty())
    return interpretWithBounds(entry, inputs);
  ref::Precision precision = settings.precision == "wide" ? ref::Precision::Wide : ref::Precision::Typed;
  ValueWriter writer(settings.valueFolder);
  std::function<void(mlir::Value, const ref::Array &)> probe;
  if (!settings.valueFolder.empty()) {
    std::error_code error;
    std::filesystem::create_directories(settings.valueFolder, error);
    if (error)
      return environmentError("cannot make the folder " + settings.valueFolder + ": " + error.message());
    probe = std::ref(writer);
  }
  std::vector<ref::Array> values = TENON_TRY(interpret(entry, inputs, precision, probe));
  TENON_TRY(std::move(writer.status));
  std::vector<ref::Bounded> results;
  for (ref::Array &value : values)
    results.push_back({std::move(value), {}});
  return results;
}

Status interpretFile(const Settings &settings) {
  Input input = TENON_TRY(readInput(settings.path));
  EntryOp entry = TENON_TRY(findEntry(*input.module, settings.entry));
  std::vector<Tensor> inputs = TENON_TRY(collectInputs(entry, settings));
  TENON_TRY(verifyOutputNames(entry, settings));
  std::vector<ref::Bounded> results = TENON_TRY(evaluate(entry, inputs, settings));
  RunReport report;
  report.entry = entry.getSymName().str();
  report.level = "reference";
  report.threads = 1;
  for (auto [i, result] : llvm::enumerate(results)) {
    std::string name = entry.getResultName(i);
    Tensor tensor = TENON_TRY(toTensor(result.value));
    auto file = settings.outputFiles.find(name), allowed = settings.allowedFiles.find(name);
    if (file != settings.outputFiles.end())
      TENON_TRY(writeNpy(file->second, tensor));
    if (allowed != settings.allowedFiles.end())
      TENON_TRY(writeNpy(allowed->second, TENON_TRY(toTensor(result.error))));
    report.outputs.push_back({name, file != settings.outputFiles.end() ? file->second : "", tensor});
  }
  printRunReport(report, /*json=*/false, /*stats=*/false);
  return {};
}

} // namespace

void addInterpretCommand(CommandLine &commandLine) {
  CLI::App &command = commandLine.addCommand("interpret", "Evaluate a graph with the reference interpreter, the oracle",
                                             "interpret model.mlir --in x=x.npy --out y=y.npy --precision wide\n"
                                             "  interpret model.mlir --in x=x.npy --out y=y.npy --allowed y=bound.npy");
  auto settings = std::make_shared<Settings>();
  command.add_option("INPUT", settings->path, "A graph in the text of the dialect `tenon`, model.mlir")->required();
  command.add_option("--entry", settings->entry, "Entry to run; may be left out where there is only one");
  auto *in = command.add_option("--in", settings->in, "NAME=FILE.npy for each input")->allow_extra_args(false);
  command.add_option("--out", settings->out, "NAME=FILE.npy for each output to be written")->allow_extra_args(false);
  command.add_option("--random", settings->seed, "Random inputs from this seed, those of `run`")->excludes(in);
  command.add_option("--size", settings->size, "NAME=NUMBER for each size of random inputs")
      ->allow_extra_args(false)
      ->excludes(in);
  command.add_option("--precision", settings->precision, "wide: only casts round; typed: every result does")
      ->check(CLI::IsMember({"wide", "typed"}))
      ->capture_default_str();
  auto *dump = command.add_option("--dump-values", settings->valueFolder, "Write each computed value into this folder");
  command
      .add_option("--allowed", settings->allowed,
                  "NAME=FILE.npy, in f64, for how far each element of the output may be from it in compiled code")
      ->allow_extra_args(false)
      ->excludes(dump);
  command.callback([settings, &commandLine] {
    settings->inputFiles = readAssignments("--in", settings->in);
    settings->outputFiles = readAssignments("--out", settings->out);
    settings->allowedFiles = readAssignments("--allowed", settings->allowed);
    if (!settings->allowed.empty() && settings->precision != "typed")
      throw CLI::ValidationError("--allowed", "what compiled code may do is known for --precision typed only");
    settings->sizes = readSizes("--size", settings->size);
    commandLine.setAction([settings] { return interpretFile(*settings); });
  });
}

Result<CheckReport> checkAgainstOracle(const CheckRequest &request) {
  if (!request.path.ends_with(".mlir"))
    return invalidArgument("--check needs the graph: " + request.path + " is an artifact, run the .mlir file instead");
  Input input = TENON_TRY(readInput(request.path));
  EntryOp entry = TENON_TRY(findEntry(*input.module, std::string(request.entry)));
  std::vector<Tensor> inputs(request.inputs.begin(), request.inputs.end());
  std::vector<ref::Bounded> expected = TENON_TRY(interpretWithBounds(entry, inputs));
  CheckReport report;
  for (auto [i, output] : llvm::enumerate(request.outputs)) {
    Deviation deviation = compare(output, expected[i], input.context.get());
    report.push_back({entry.getResultName(i), output.shape(), deviation});
  }
  return report;
}

} // namespace tenon
