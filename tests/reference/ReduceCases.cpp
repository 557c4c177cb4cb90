// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reductions: a case has one output per function, or is named after its function (`amax_ties`).
#include "tests/reference/CaseGraph.h"

namespace tenon::reference {

using Reducer = Value (*)(const Value &x, const Axes &axes);

static Value sum(const Value &x, const Axes &axes) { return reduceSum(x, axes.dims, axes.keepDims); }

static Value squaredDistances(const Value &x, const Axes &axes) {
  Value distance = x - mean(x, axes.dims, /*keepDims=*/true);
  return sum(distance * distance, axes);
}

static Value unbiasedVariance(const Value &x, const Axes &axes) {
  return squaredDistances(x, axes) / (sum(splat(1, x), axes) - 1.0);
}

static Value biasedVariance(const Value &x, const Axes &axes) {
  return squaredDistances(x, axes) / sum(splat(1, x), axes);
}

/// Of minus infinities alone it is minus infinity, not the NaN of their distances.
static Value logSumExp(const Value &x, const Axes &axes) {
  auto shiftOf = [&](bool keepDims) {
    Value largest = reduceMax(x, axes.dims, keepDims);
    return select(isFinite(largest), largest, splat(0, largest));
  };
  return log(sum(exp(x - shiftOf(true)), axes)) + shiftOf(axes.keepDims);
}

static Value isNotZero(const Value &x) { return x.type() == i1 ? x : compare(Comparison::ne, x, splat(0, x)); }

/// Null: not yet.
static const std::map<std::string, Reducer> &reducers() {
  static const std::map<std::string, Reducer> table = {
      {"sum", sum},
      {"mean", [](const Value &x, const Axes &axes) { return mean(x, axes.dims, axes.keepDims); }},
      {"prod", [](const Value &x, const Axes &axes) { return reduceProd(x, axes.dims, axes.keepDims); }},
      {"amax", [](const Value &x, const Axes &axes) { return reduceMax(x, axes.dims, axes.keepDims); }},
      {"amin", [](const Value &x, const Axes &axes) { return reduceMin(x, axes.dims, axes.keepDims); }},
      {"any", [](const Value &x, const Axes &axes) { return reduceMax(isNotZero(x), axes.dims, axes.keepDims); }},
      {"all", [](const Value &x, const Axes &axes) { return reduceMin(isNotZero(x), axes.dims, axes.keepDims); }},
      {"norm", [](const Value &x, const Axes &axes) { return sqrt(sum(x * x, axes)); }},
      {"var_unbiased", unbiasedVariance},
      {"var_biased", biasedVariance},
      {"logsumexp", logSumExp},
      {"argmax", nullptr},
      {"argmin", nullptr},
  };
  return table;
}

/// The entry of the longest part of `name` before an underscore, or of all of it.
static const Reducer *findReducer(std::string name) {
  for (;;) {
    if (auto found = reducers().find(name); found != reducers().end())
      return &found->second;
    size_t end = name.rfind('_');
    if (end == std::string::npos)
      return nullptr;
    name.resize(end);
  }
}

void buildReduceCase(CaseGraph &graph) {
  for (auto &[output, shape] : graph.outputShapes) {
    const Reducer *reducer = findReducer(output);
    if (!reducer)
      reducer = findReducer(graph.name);
    if (reducer && *reducer)
      graph.outputs[output] = (*reducer)(graph.input("x"), graph.axes);
    else
      graph.notYet[output] = reducer ? missing::positions : missing::graph;
  }
}

} // namespace tenon::reference
