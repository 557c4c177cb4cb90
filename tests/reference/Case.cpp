// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/reference/Case.h"

#include "tests/reference/CompareTensors.h"
#include "tests/reference/ReverseWalk.h"

namespace tenon::reference {

using nlohmann::json;

void Judgement::merge(const Judgement &other) {
  worst = std::max(worst, other.worst);
  if (other.verdict <= verdict)
    return;
  verdict = other.verdict;
  reason = other.reason;
}

/// `float64` of the data as `f64`.
static std::optional<ElementType> typeNamed(const std::string &name) {
  static const std::map<std::string, ElementType> types = {
      {"float64", f64}, {"float32", f32}, {"int64", i64}, {"int32", i32}, {"bool", i1}};
  auto found = types.find(name);
  return found == types.end() ? std::nullopt : std::optional(found->second);
}

/// The part of a name after `prefix`, or nothing.
static std::optional<std::string> after(const std::string &name, const std::string &prefix) {
  return name.starts_with(prefix) ? std::optional(name.substr(prefix.size())) : std::nullopt;
}

namespace {

/// A case with its sizes written in one way.
class CaseRun {
public:
  CaseRun(const CaseGroup &group, const json &row, const Safetensors &data, bool namedSizes)
      : group(group), row(row), data(data), namedSizes(namedSizes) {
    graph.name = row.at("case");
    graph.attributes = row.at("attributes");
    for (auto &[tensor, description] : row.at("tensors").items())
      if (auto output = after(tensor, "out."))
        graph.outputShapes[*output] = description.at(1).get<Shape>();
  }

  /// What may be reduced, where the shapes must say it; else one entry without meaning.
  std::vector<Axes> candidates() const {
    if (!group.axesFromShapes)
      return {Axes()};
    std::vector<Shape> outputs;
    for (auto &[output, shape] : graph.outputShapes)
      outputs.push_back(shape);
    return findAxes(row.at("tensors").at("in.x").at(1).get<Shape>(), outputs);
  }

  CaseResult judge(const Axes &axes) {
    CaseResult result;
    graph.axes = axes;
    if (Status status = addInputs(); !status.ok()) {
      result.values = wrong(status.error().message);
      return result;
    }
    group.build(graph);
    result.values = judgeValues();
    if (result.values.verdict != Verdict::Wrong)
      result.gradients = judgeGradients();
    return result;
  }

private:
  Judgement wrong(const std::string &message) const {
    return {Verdict::Wrong, (namedSizes ? "with named sizes: " : "with sizes as numbers: ") + message, 0};
  }

  std::string textOf(const std::vector<Output> &outputs) const {
    auto text = g.text(outputs);
    return text.ok() ? *text : "";
  }

  Status addInputs() {
    for (auto &[tensor, description] : row.at("tensors").items()) {
      auto input = after(tensor, "in.");
      if (!input)
        continue;
      std::optional<ElementType> type = typeNamed(description.at(0));
      if (!type)
        return dataError("input " + *input + " has type " + description.at(0).dump() + ", which no graph has yet");
      Dims shape;
      for (int64_t size : description.at(1))
        shape.push_back(namedSizes ? Dim("size" + std::to_string(size)) : Dim(size));
      graph.inputs[*input] = g.input(*input, *type, shape);
      inputs.push_back(TENON_TRY(data.read(graph.name + "." + tensor)));
    }
    return {};
  }

  /// Compares results with the tensors whose names in the data begin with `prefix`. Empty where they are right.
  Result<std::string> compareAll(const std::vector<Tensor> &results, const std::vector<std::string> &names,
                                 const std::string &prefix, double leastScale, double &worst) const {
    for (size_t i = 0; i < names.size(); ++i) {
      auto expected = TENON_TRY(data.read(graph.name + "." + prefix + names[i]));
      if (std::string message = compareTensors(results[i], expected, leastScale, worst); !message.empty())
        return prefix + names[i] + " " + message;
    }
    return std::string();
  }

  Judgement judgeValues() {
    Judgement judgement{Verdict::Right, "", 0};
    std::vector<Output> outputs;
    std::vector<std::string> names;
    for (auto &[name, shape] : graph.outputShapes) {
      if (auto value = graph.outputs.find(name); value != graph.outputs.end()) {
        outputs.emplace_back(name, value->second);
        names.push_back(name);
      } else if (auto reason = graph.notYet.find(name); reason != graph.notYet.end()) {
        judgement.merge({Verdict::NotYet, "output " + name + ": " + reason->second, 0});
      } else {
        return wrong("output " + name + " is in the data, but not in the graph");
      }
    }
    if (outputs.empty())
      return judgement;
    auto compared = [&]() -> Result<std::string> {
      auto function = TENON_TRY(compile(g, outputs));
      auto results = TENON_TRY(function.run(inputs));
      return compareAll(results, names, "out.", 0, judgement.worst);
    }();
    std::string message = compared.ok() ? *compared : compared.error().message;
    if (!message.empty())
      judgement.merge(wrong(message + "\n" + textOf(outputs)));
    return judgement;
  }

  /// Of the outputs with recorded cotangents, with respect to the inputs with recorded gradients.
  Judgement judgeGradients() {
    std::vector<std::string> wanted;
    std::vector<Output> outputs;
    std::vector<Tensor> arguments = inputs;
    for (auto &[tensor, description] : row.at("tensors").items()) {
      if (auto input = after(tensor, "din."))
        wanted.push_back(*input);
      auto output = after(tensor, "dout.");
      if (!output)
        continue;
      auto value = graph.outputs.find(*output);
      if (value == graph.outputs.end())
        return {Verdict::NotYet, "output " + *output + " has no graph", 0};
      outputs.emplace_back(*output, value->second);
      auto cotangent = data.read(graph.name + "." + tensor);
      if (!cotangent.ok())
        return wrong(cotangent.error().message);
      arguments.push_back(*cotangent);
    }
    return wanted.empty() ? Judgement() : walk(outputs, wanted, arguments);
  }

  /// Compiled, as the values are, because that is what users run; the oracle is asked only for whose mistake it is.
  Judgement walk(const std::vector<Output> &outputs, const std::vector<std::string> &wanted,
                 const std::vector<Tensor> &arguments) const {
    auto text = g.text(outputs);
    auto walk = text.ok() ? ReverseWalk::create(*text, wanted) : Result<ReverseWalk>(text.error());
    if (!walk.ok())
      return wrong(walk.error().message);
    if (!walk->opWithoutRule().empty())
      return {Verdict::NotYet, walk->opWithoutRule() + " has no gradient rule", 0};
    Judgement judgement{Verdict::Right, "", 0};
    double leastScale = 0;
    for (size_t i = inputs.size(); i < arguments.size(); ++i)
      leastScale = std::max(leastScale, leastGradient * largestOf(arguments[i]));
    auto compare = [&](const Result<std::vector<Tensor>> &results, double &worst) {
      auto compared = results.ok() ? compareAll(*results, wanted, "din.", leastScale, worst) : results.error();
      return compared.ok() ? *compared : compared.error().message;
    };
    std::string message = compare(walk->run(arguments), judgement.worst);
    if (message.empty())
      return judgement;
    double ofOracle = 0;
    bool isRight = compare(walk->interpret(arguments), ofOracle).empty();
    const char *blame = isRight ? "; the oracle is right: the compiled code is wrong\n"
                                : "; the oracle says so too: a rule or the graph of the case is wrong\n";
    return wrong(message + blame + walk->text());
  }

  const CaseGroup &group;
  const json &row;
  const Safetensors &data;
  bool namedSizes;
  Graph g;
  CaseGraph graph;
  std::vector<Tensor> inputs;
};

std::string textOf(const Axes &axes) {
  std::string text = axes.keepDims ? "kept {" : "{";
  for (size_t i = 0; i < axes.dims.size(); ++i)
    text += (i > 0 ? ", " : "") + std::to_string(axes.dims[i]);
  return text + "}";
}

/// The first candidate that is right by its values, or else the first of all.
CaseResult judgeSizes(const CaseGroup &group, const json &row, const Safetensors &data, bool namedSizes) {
  std::vector<Axes> candidates = CaseRun(group, row, data, namedSizes).candidates();
  if (candidates.empty())
    return {{Verdict::Wrong, "no dimensions of the input give the shapes of the outputs", 0}, {}, ""};
  std::vector<CaseResult> results;
  size_t taken = 0;
  for (const Axes &axes : candidates) {
    results.push_back(CaseRun(group, row, data, namedSizes).judge(axes));
    if (results.back().values.verdict != Verdict::Wrong) {
      taken = results.size() - 1;
      break;
    }
  }
  CaseResult &result = results[taken];
  if (candidates.size() == 1 || result.values.verdict == Verdict::NotYet)
    return result;
  result.note = "the shapes allow to reduce dimensions";
  for (const Axes &axes : candidates)
    result.note += " " + textOf(axes);
  bool isFound = result.values.verdict == Verdict::Right;
  result.note += isFound ? "; the values say " + textOf(candidates[taken]) : "; the values fit none";
  return result;
}

} // namespace

CaseResult judgeCase(const CaseGroup &group, const json &row, const Safetensors &data) {
  CaseResult result = judgeSizes(group, row, data, /*namedSizes=*/false);
  CaseResult named = judgeSizes(group, row, data, /*namedSizes=*/true);
  result.values.merge(named.values);
  result.gradients.merge(named.gradients);
  return result;
}

} // namespace tenon::reference
