// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/reference/CaseGraph.h"

#include <algorithm>

namespace tenon::reference {

double CaseGraph::number(const char *name, double otherwise) const {
  auto found = attributes.find(name);
  return found != attributes.end() && found->is_number() ? found->get<double>() : otherwise;
}

std::vector<int64_t> CaseGraph::statedDims() const {
  if (attributes.contains("axes"))
    return attributes["axes"].get<std::vector<int64_t>>();
  return {attributes.value("axis", int64_t(-1))};
}

Value CaseGraph::input(const std::string &name) const {
  auto found = inputs.find(name);
  return found == inputs.end() ? Value() : found->second;
}

void CaseGraph::waitFor(const char *reason) {
  for (auto &[output, shape] : outputShapes)
    notYet[output] = reason;
}

const CaseGroup *findGroup(const std::string &name) {
  static const std::map<std::string, CaseGroup> groups = {
      {"elementwise", {buildElementwiseCase}}, {"reduce", {buildReduceCase, /*axesFromShapes=*/true}},
      {"rms_norm", {buildRmsNormCase}},        {"layer_norm", {buildLayerNormCase}},
      {"softmax", {buildSoftmaxCase}},         {"log_softmax", {buildLogSoftmaxCase}},
      {"einsum", {buildEinsumCase}},
  };
  auto found = groups.find(name);
  return found == groups.end() ? nullptr : &found->second;
}

/// Whether `input`, reduced along `axes`, has shape `output`.
static bool fits(const Shape &input, const Axes &axes, const Shape &output) {
  Shape reduced;
  for (int64_t d = 0; d < int64_t(input.size()); ++d) {
    bool isReduced = std::ranges::find(axes.dims, d) != axes.dims.end();
    if (!isReduced || axes.keepDims)
      reduced.push_back(isReduced ? 1 : input[d]);
  }
  return reduced == output;
}

std::vector<Axes> findAxes(const Shape &input, const std::vector<Shape> &outputs) {
  std::vector<Axes> found;
  // Of a scalar nothing can be reduced: it is its own sum.
  for (uint64_t subset = input.empty() ? 0 : 1; subset < uint64_t(1) << input.size(); ++subset)
    for (bool keepDims : {false, true}) {
      Axes axes{{}, keepDims};
      for (size_t d = 0; d < input.size(); ++d)
        if (subset >> d & 1)
          axes.dims.push_back(int64_t(d));
      bool isFit = std::ranges::all_of(outputs, [&](const Shape &output) { return fits(input, axes, output); });
      if (isFit && !(keepDims && axes.dims.empty()))
        found.push_back(axes);
    }
  return found;
}

} // namespace tenon::reference
