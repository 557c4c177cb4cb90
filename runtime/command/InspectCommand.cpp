// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The artifact's content is collected once, as JSON; the text is printed from that.
#include "runtime/command/InspectCommand.h"

#include "runtime/Program.h"
#include "runtime/artifact/ArtifactFile.h"
#include "runtime/artifact/ArtifactFormat.h"
#include "runtime/artifact/SizeExpression.h"
#include "runtime/cpu/CpuFeatures.h"
#include "runtime/cuda/PtxLevel.h"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace tenon {

using Json = nlohmann::ordered_json;
using Names = std::vector<std::string>;

static Json expressionsJson(const flatbuffers::Vector<flatbuffers::Offset<schema::Expr>> *expressions,
                            const Names &symbols) {
  Json json = Json::array();
  if (expressions)
    for (const schema::Expr *expression : *expressions)
      json.push_back(expressionText(*expression, symbols));
  return json;
}

static std::string optionalText(const schema::Expr *expression, const Names &symbols) {
  return expression ? expressionText(*expression, symbols) : "0";
}

static Json tensorJson(const TensorDescription &tensor) {
  return {{"name", tensor.name}, {"type", elementTypeName(tensor.type)}, {"shape", tensor.shape}};
}

static Json targetJson(const schema::Artifact &artifact, const schema::Target &target) {
  bool cpu = target.kind() == schema::TargetKind::Cpu, runs = cpu;
  Json features = Json::array();
  if (target.features())
    for (const flatbuffers::String *feature : *target.features()) {
      features.push_back(feature->str());
      runs = runs && hostCpu().features.contains(feature->string_view());
    }
  Json json = {{"kind", cpu ? "cpu" : "ptx"},
               {"level", target.level()->str()},
               {"features", features},
               {"code_bytes", artifact.sections()->Get(target.code())->size()},
               {"runs_on_this_cpu", runs}};
  if (!cpu) {
    PtxLevel level = *parsePtxLevel(target.level()->string_view()); // The verifier has read it too.
    json["compute_capability"] = {{"number", level.capability.text()}, {"exact", level.exact}};
  }
  return json;
}

static Json constantJson(const schema::Artifact &artifact, const schema::Constant &constant) {
  Json json = {{"name", constant.name() ? constant.name()->str() : ""},
               {"type", elementTypeName(static_cast<ElementType>(constant.type()->element()))},
               {"shape", expressionsJson(constant.type()->shape(), {})}};
  if (const schema::External *external = constant.external()) {
    json["bytes"] = external->size();
    json["file"] = external->path()->str();
    json["offset"] = external->offset();
  } else {
    json["bytes"] = artifact.sections()->Get(static_cast<uint32_t>(constant.section()))->size();
  }
  return json;
}

static Json sizesJson(const schema::Dim3 &sizes) { return {sizes.x(), sizes.y(), sizes.z()}; }

static Json kernelJson(const schema::Kernel &kernel) {
  static const char *const kinds[] = {"pointer", "size", "scalar", "tensor map"};
  Json parameters = Json::array();
  for (uint32_t i = 0; i < kernel.parameters()->size(); ++i)
    parameters.push_back(kinds[static_cast<unsigned>(kernel.parameters()->Get(i))]);
  Json json = {{"name", kernel.name()->str()},
               {"symbol", kernel.symbol()->str()},
               {"parameters", parameters},
               {"workspace_bytes", kernel.workspace_bytes()}};
  if (kernel.block()) {
    json["block"] = sizesJson(*kernel.block());
    json["shared_bytes"] = kernel.shared_bytes();
  }
  if (kernel.cluster())
    json["cluster"] = sizesJson(*kernel.cluster());
  return json;
}

static Json bufferJson(const schema::Buffer &buffer, const Names &symbols) {
  static const char *const kinds[] = {"arena", "input", "output", "state", "constant"};
  Json json = {{"kind", kinds[static_cast<unsigned>(buffer.kind())]},
               {"bytes", expressionText(*buffer.bytes(), symbols)}};
  if (buffer.kind() == schema::BufferKind::Arena) {
    json["first_step"] = buffer.first();
    json["last_step"] = buffer.last();
  } else {
    json["index"] = buffer.index();
  }
  return json;
}

static Json launchJson(const schema::Launch &launch, const schema::Plan &plan, const Names &symbols) {
  Json variants = Json::array(), arguments = Json::array();
  for (const schema::Variant *variant : *launch.variants())
    variants.push_back({{"kernel", plan.kernels()->Get(variant->kernel())->name()->str()},
                        {"grid", expressionsJson(variant->grid(), symbols)},
                        {"conditions", expressionsJson(variant->conditions(), symbols)}});
  for (const schema::Argument *argument : *launch.arguments()) {
    if (argument->kind() == schema::ParameterKind::Size)
      arguments.push_back({{"size", expressionText(*argument->size(), symbols)}});
    else if (argument->kind() == schema::ParameterKind::Scalar)
      arguments.push_back({{"bits", argument->bits()}});
    else
      arguments.push_back({{argument->writes() ? "writes" : "reads", argument->buffer()}});
  }
  return {{"action", "launch"},
          {"variants", variants},
          {"arguments", arguments},
          {"bytes_read", optionalText(launch.bytes_read(), symbols)},
          {"bytes_written", optionalText(launch.bytes_written(), symbols)},
          {"flops", optionalText(launch.flops(), symbols)}};
}

static Json stepJson(const schema::Step &step, const schema::Plan &plan, const Names &symbols) {
  Json json = {{"name", step.name() ? step.name()->str() : ""}};
  if (const schema::Launch *launch = step.action_as_Launch())
    json.update(launchJson(*launch, plan, symbols));
  else if (const schema::Copy *copy = step.action_as_Copy())
    json.update({{"action", "copy"}, {"source", copy->source()}, {"destination", copy->destination()}});
  else if (const schema::Check *check = step.action_as_Check())
    json.update({{"action", "check"},
                 {"left", expressionText(*check->left(), symbols)},
                 {"right", expressionText(*check->right(), symbols)},
                 {"message", check->message()->str()}});
  return json;
}

static Json planJson(const schema::Plan &plan, const Names &symbols) {
  Json kernels = Json::array(), buffers = Json::array(), steps = Json::array();
  for (const schema::Kernel *kernel : *plan.kernels())
    kernels.push_back(kernelJson(*kernel));
  for (const schema::Buffer *buffer : *plan.buffers())
    buffers.push_back(bufferJson(*buffer, symbols));
  for (const schema::Step *step : *plan.steps())
    steps.push_back(stepJson(*step, plan, symbols));
  return {{"target", plan.target()}, {"kernels", kernels}, {"buffers", buffers}, {"steps", steps}};
}

static Json entryJson(const EntryDescription &description, const schema::Entry &entry) {
  Json json = {{"name", description.name}};
  for (const char *key : {"symbols", "inputs", "outputs", "states", "plans"})
    json[key] = Json::array();
  Names symbols;
  for (const SymbolDescription &symbol : description.symbols) {
    symbols.push_back(symbol.name);
    json["symbols"].push_back(
        {{"name", symbol.name}, {"minimum", symbol.minimum}, {"maximum", symbol.maximum}, {"divisor", symbol.divisor}});
  }
  for (const TensorDescription &input : description.inputs)
    json["inputs"].push_back(tensorJson(input));
  for (const TensorDescription &output : description.outputs)
    json["outputs"].push_back(tensorJson(output));
  for (const TensorDescription &state : description.states)
    json["states"].push_back(tensorJson(state));
  for (const schema::Plan *plan : *entry.plans())
    json["plans"].push_back(planJson(*plan, symbols));
  return json;
}

static Json artifactJson(const ArtifactFile &file) {
  const schema::Artifact &artifact = file.metadata();
  Json json = {{"schema_version", 1},
               {"artifact_schema", artifactSchemaVersion},
               {"producer", artifact.producer()->str()},
               {"bytes", file.bytes().size()}};
  for (const char *key : {"targets", "constants", "states", "entries", "metadata"})
    json[key] = Json::array();
  for (const schema::Target *target : *artifact.targets())
    json["targets"].push_back(targetJson(artifact, *target));
  for (const schema::Constant *constant : *artifact.constants())
    json["constants"].push_back(constantJson(artifact, *constant));
  for (const schema::State *state : *artifact.states())
    json["states"].push_back({{"name", state->name()->str()},
                              {"type", elementTypeName(static_cast<ElementType>(state->type()->element()))},
                              {"shape", expressionsJson(state->type()->shape(), {})},
                              {"initial_constant", state->initial()}});
  std::vector<EntryDescription> descriptions = describeEntries(file);
  for (uint32_t i = 0; i < descriptions.size(); ++i)
    json["entries"].push_back(entryJson(descriptions[i], *artifact.entries()->Get(i)));
  if (artifact.metadata())
    for (const schema::Item *item : *artifact.metadata())
      json["metadata"].push_back({{"key", item->key()->str()}, {"value", item->value()->str()}});
  return json;
}

/// A string as it is, anything else as JSON writes it.
static std::string plain(const Json &json) {
  return json.is_string() ? json.get<std::string>() : json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// "a, b, c".
template <class Format> static std::string joined(const Json &list, Format format) {
  std::string text;
  for (const Json &item : list)
    text += (text.empty() ? "" : ", ") + format(item);
  return text;
}

static std::string tensorText(const Json &tensor) {
  return plain(tensor["name"]) + ": " + plain(tensor["type"]) + " [" + joined(tensor["shape"], plain) + "]";
}

static void printStep(size_t index, const Json &step) {
  std::string text = plain(step["name"]) + ": " + plain(step["action"]);
  if (step["action"] == "launch") {
    for (const Json &variant : step["variants"]) {
      text += " " + plain(variant["kernel"]) + " on (" + joined(variant["grid"], plain) + ")";
      if (!variant["conditions"].empty())
        text += " if " + joined(variant["conditions"], [](const Json &item) { return plain(item) + " = 0"; });
    }
    text += " with " + joined(step["arguments"], [](const Json &argument) {
              return argument.begin().key() + " " + plain(argument.begin().value());
            });
    text += "; reads " + plain(step["bytes_read"]) + " bytes, writes " + plain(step["bytes_written"]) + ", " +
            plain(step["flops"]) + " flops";
  } else if (step["action"] == "copy") {
    text += " buffer " + plain(step["source"]) + " to " + plain(step["destination"]);
  } else {
    text += " " + plain(step["left"]) + " = " + plain(step["right"]) + ", else: " + plain(step["message"]);
  }
  std::printf("      %3zu  %s\n", index, text.c_str());
}

/// What a launch needs beside its arguments.
static std::string resourcesText(const Json &kernel) {
  if (!kernel.contains("block"))
    return "workspace " + plain(kernel["workspace_bytes"]) + " bytes";
  std::string cluster = kernel.contains("cluster") ? ", cluster (" + joined(kernel["cluster"], plain) + ")" : "";
  return "block (" + joined(kernel["block"], plain) + ")" + cluster + ", shared memory " +
         plain(kernel["shared_bytes"]) + " bytes";
}

/// What a machine must have to run the target's code.
static std::string demandText(const Json &target) {
  if (target.contains("compute_capability")) {
    const Json &capability = target["compute_capability"];
    return "needs a GPU of compute capability " + plain(capability["number"]) +
           (capability["exact"].get<bool>() ? " exactly" : " or above");
  }
  return "needs " + (target["features"].empty() ? "nothing special" : joined(target["features"], plain)) +
         (target["runs_on_this_cpu"].get<bool>() ? " (this CPU has it)" : " (not for this CPU)");
}

static void printPlan(const Json &plan, const Json &targets) {
  std::printf("  plan for target %s (%s)\n    kernels\n", plain(plan["target"]).c_str(),
              plain(targets[plan["target"].get<size_t>()]["level"]).c_str());
  size_t index = 0;
  for (const Json &kernel : plan["kernels"])
    std::printf("      %3zu  %s (%s), %s\n", index++, plain(kernel["name"]).c_str(),
                joined(kernel["parameters"], plain).c_str(), resourcesText(kernel).c_str());
  std::printf("    buffers\n");
  index = 0;
  for (const Json &buffer : plan["buffers"]) {
    std::string place = buffer.contains("index")
                            ? " " + plain(buffer["index"])
                            : ", steps " + plain(buffer["first_step"]) + " to " + plain(buffer["last_step"]);
    std::printf("      %3zu  %s%s, %s bytes\n", index++, plain(buffer["kind"]).c_str(), place.c_str(),
                plain(buffer["bytes"]).c_str());
  }
  std::printf("    steps\n");
  index = 0;
  for (const Json &step : plan["steps"])
    printStep(index++, step);
}

static void printEntry(const Json &entry, const Json &targets) {
  std::printf("entry %s (%s) -> (%s)\n", plain(entry["name"]).c_str(), joined(entry["inputs"], tensorText).c_str(),
              joined(entry["outputs"], tensorText).c_str());
  if (!entry["states"].empty())
    std::printf("  states %s\n", joined(entry["states"], tensorText).c_str());
  for (const Json &symbol : entry["symbols"])
    std::printf("  %s from %s to %s, a multiple of %s\n", plain(symbol["name"]).c_str(),
                plain(symbol["minimum"]).c_str(), plain(symbol["maximum"]).c_str(), plain(symbol["divisor"]).c_str());
  for (const Json &plan : entry["plans"])
    printPlan(plan, targets);
}

static void printText(const Json &artifact) {
  std::printf("artifact of schema %s, %s bytes, made by %s\n", plain(artifact["artifact_schema"]).c_str(),
              plain(artifact["bytes"]).c_str(), plain(artifact["producer"]).c_str());
  size_t index = 0;
  for (const Json &target : artifact["targets"])
    std::printf("target %zu: %s %s, %s bytes of code, %s\n", index++, plain(target["kind"]).c_str(),
                plain(target["level"]).c_str(), plain(target["code_bytes"]).c_str(), demandText(target).c_str());
  index = 0;
  for (const Json &constant : artifact["constants"])
    std::printf("constant %zu: %s, %s bytes%s\n", index++, tensorText(constant).c_str(),
                plain(constant["bytes"]).c_str(),
                constant.contains("file") ? (" in " + plain(constant["file"])).c_str() : "");
  for (const Json &state : artifact["states"])
    std::printf("state %s\n", tensorText(state).c_str());
  for (const Json &item : artifact["metadata"]) // As JSON: a value may be long and may hold anything.
    std::printf("%s = %s\n", plain(item["key"]).c_str(),
                item["value"].dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 100).c_str());
  for (const Json &entry : artifact["entries"])
    printEntry(entry, artifact["targets"]);
}

/// The code of all PTX targets, as it is: each begins with the level it is for.
static Status printPtx(const ArtifactFile &file) {
  std::string text;
  for (const schema::Target *target : *file.metadata().targets()) {
    if (target->kind() != schema::TargetKind::Ptx)
      continue;
    std::span<const std::byte> code = file.section(target->code());
    for (std::byte byte : code)
      if (char c = static_cast<char>(byte); (c < ' ' && c != '\n' && c != '\t' && c != '\r') || c == 0x7f)
        return dataError("the PTX for " + target->level()->str() + " is not text");
    text.append(reinterpret_cast<const char *>(code.data()), code.size());
  }
  if (text.empty())
    return invalidArgument("it has no PTX; compile it with `tenon compile --target sm_80`");
  std::fwrite(text.data(), 1, text.size(), stdout);
  return {};
}

void addInspectCommand(CommandLine &commandLine) {
  CLI::App &command = commandLine.addCommand("inspect", "Tell what an artifact holds", "inspect model.tenon --json");
  struct Options {
    std::string path;
    bool json = false, ptx = false;
  };
  auto options = std::make_shared<Options>();
  command.add_option("FILE", options->path, "An artifact")->required();
  auto *json = command.add_flag("--json", options->json, "One JSON object on standard output");
  command.add_flag("--ptx", options->ptx, "Nothing but the code for GPUs, as text")->excludes(json);
  command.callback([options, &commandLine] {
    commandLine.setAction([options]() -> Status {
      ArtifactFile file = TENON_TRY(ArtifactFile::open(options->path));
      if (options->ptx)
        return printPtx(file);
      Json artifact = artifactJson(file);
      if (options->json)
        std::printf("%s\n", artifact.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
      else
        printText(artifact);
      return {};
    });
  });
}

} // namespace tenon
