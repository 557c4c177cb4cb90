// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Single ops, compiled, against the values that PyTorch gives for them: the cases of ops/cases.json below the directory
// TENON_REFERENCE. Each case is run twice: with its sizes as numbers, and with names in their place. Exit status 77
// where there is no such directory. Gradients are recorded too, but not judged here: the graph API has no derivatives
// yet.
#include "runtime/Safetensors.h"
#include "tests/reference/ElementwiseCases.h"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>

using namespace tenon;
using namespace tenon::reference;
using nlohmann::json;

namespace {

/// "float64 against float64: 1e-10 relative to the largest value of the tensor", says the README of the data. It covers
/// PyTorch's own errors and sums in another order; our functions are within 2 units in the last place, about 4e-16.
constexpr double tolerance = 1e-10;

struct Tally {
  unsigned right = 0, wrong = 0, notYet = 0, gradients = 0;
  double worst = 0; ///< largest difference, in parts of the largest value of its tensor
  std::string worstCase;
};

std::string directory() {
  const char *chosen = std::getenv("TENON_REFERENCE");
  return chosen && *chosen ? chosen : TENON_SOURCE_DIR "/../shared/reference";
}

/// `float64` of the data as `f64`.
std::optional<ElementType> typeNamed(const std::string &name) {
  static const std::map<std::string, ElementType> types = {
      {"float64", f64}, {"float32", f32}, {"int64", i64}, {"int32", i32}, {"bool", i1}};
  auto found = types.find(name);
  return found == types.end() ? std::nullopt : std::optional(found->second);
}

/// The part of a name after `prefix`, or nothing.
std::optional<std::string> after(const std::string &name, const std::string &prefix) {
  return name.starts_with(prefix) ? std::optional(name.substr(prefix.size())) : std::nullopt;
}

double asDouble(const Tensor &tensor, int64_t i) {
  switch (tensor.type()) {
  case ElementType::F64:
    return tensor.data<double>()[i];
  case ElementType::F32:
    return tensor.data<float>()[i];
  case ElementType::I64:
    return double(tensor.data<int64_t>()[i]);
  case ElementType::I32:
    return tensor.data<int32_t>()[i];
  default:
    return double(tensor.bytes()[i]);
  }
}

/// Empty where `computed` is right; raises `worst`.
std::string compareTensors(const Tensor &computed, const Tensor &expected, double &worst) {
  if (computed.type() != expected.type() || computed.shape() != expected.shape())
    return "is " + std::string(elementTypeName(computed.type())) + " " + shapeText(computed.shape()) + ", expected " +
           std::string(elementTypeName(expected.type())) + " " + shapeText(expected.shape());
  if (!isFloat(expected.type()))
    return std::memcmp(computed.bytes(), expected.bytes(), expected.byteCount()) == 0 ? "" : "differs";
  double largest = 0;
  for (int64_t i = 0; i < expected.elementCount(); ++i)
    if (double value = std::abs(asDouble(expected, i)); std::isfinite(value))
      largest = std::max(largest, value);
  for (int64_t i = 0; i < expected.elementCount(); ++i) {
    double found = asDouble(computed, i), wanted = asDouble(expected, i);
    if (found == wanted || (std::isnan(found) && std::isnan(wanted)))
      continue;
    double difference = std::abs(found - wanted);
    // Of NaN and of infinities as well.
    if (!(difference <= tolerance * largest)) {
      char text[128];
      std::snprintf(text, sizeof text, "at %lld is %.17g, expected %.17g", static_cast<long long>(i), found, wanted);
      return text;
    }
    worst = std::max(worst, difference / largest);
  }
  return "";
}

/// One case of the data: its tensors, and its graph where there is one.
class Case {
public:
  Case(const json &row, const Safetensors &data) : row(row), data(data), name(row["case"]) {}

  /// Empty where right; `isKnown` becomes false where there is no graph for it.
  Status run(bool namedSizes, bool &isKnown, double &worst) {
    CaseGraph graph{.inputs = {}, .outputs = {}, .attributes = row["attributes"]};
    auto g = Graph();
    auto inputs = TENON_TRY(addInputs(g, graph, namedSizes));
    isKnown = buildElementwiseCase(name, graph);
    if (!isKnown)
      return {};
    std::vector<Output> outputs;
    for (auto &[output, value] : graph.outputs)
      outputs.emplace_back(output, value);
    auto function = TENON_TRY(compile(g, outputs));
    auto results = TENON_TRY(function.run(inputs));
    for (auto &[tensor, description] : row["tensors"].items())
      if (auto output = after(tensor, "out."); output && !graph.outputs.contains(*output))
        return dataError("output " + *output + " is in the data, but not in the graph");
    for (size_t i = 0; i < outputs.size(); ++i) {
      auto expected = TENON_TRY(data.read(name + ".out." + outputs[i].name));
      if (std::string message = compareTensors(results[i], expected, worst); !message.empty())
        return dataError("output " + outputs[i].name + " " + message);
    }
    return {};
  }

private:
  Result<std::vector<Tensor>> addInputs(Graph &g, CaseGraph &graph, bool namedSizes) {
    std::vector<Tensor> tensors;
    for (auto &[tensor, description] : row["tensors"].items()) {
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
      tensors.push_back(TENON_TRY(data.read(name + "." + tensor)));
    }
    return tensors;
  }

  const json &row;
  const Safetensors &data;
  std::string name;
};

void judge(const json &row, const Safetensors &data, Tally &tally) {
  std::string label = row["group"].get<std::string>() + "/" + row["case"].get<std::string>();
  Case test(row, data);
  for (bool namedSizes : {false, true}) {
    bool isKnown = true;
    double worst = 0;
    Status status = test.run(namedSizes, isKnown, worst);
    if (worst > tally.worst) {
      tally.worst = worst;
      tally.worstCase = label;
    }
    if (!isKnown) {
      std::printf("not yet: %s (no graph of this name in tests/reference/ElementwiseCases.cpp)\n", label.c_str());
      ++tally.notYet;
      return;
    }
    if (!status.ok()) {
      std::printf("WRONG: %s with %s: %s\n", label.c_str(), namedSizes ? "named sizes" : "sizes as numbers",
                  status.error().message.c_str());
      ++tally.wrong;
      return;
    }
  }
  ++tally.right;
  for (auto &[tensor, description] : row["tensors"].items())
    if (after(tensor, "din.")) {
      ++tally.gradients;
      break;
    }
}

} // namespace

int main() {
  std::string folder = directory() + "/ops/";
  if (!std::filesystem::exists(folder + "cases.json")) {
    std::printf("skipped: there is no %scases.json; set TENON_REFERENCE to a directory with reference data\n",
                folder.c_str());
    return 77;
  }
  json rows = json::parse(std::ifstream(folder + "cases.json"));
  Safetensors data = Safetensors::open(folder + "elementwise.safetensors").value();
  Tally tally;
  std::map<std::string, unsigned> otherGroups;
  for (const json &row : rows) {
    if (row["group"] == "elementwise")
      judge(row, data, tally);
    else
      ++otherGroups[row["group"]];
  }
  for (auto &[group, count] : otherGroups)
    std::printf("not yet: %s/* (%u cases; no graph is built for this group)\n", group.c_str(), count);
  std::printf("elementwise: %u cases right, %u wrong, %u not yet; largest error %.1e of the largest value, in %s\n",
              tally.right, tally.wrong, tally.notYet, tally.worst, tally.worstCase.c_str());
  std::printf("gradients of %u of these cases are not judged here: the graph API has no derivatives\n",
              tally.gradients);
  return tally.wrong != 0 || tally.right == 0;
}
