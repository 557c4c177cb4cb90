// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/reference/CaseGraph.h"

namespace tenon::reference {

using Unary = Value (*)(const Value &);

static Value isGreater(const Value &x, double bound) { return compare(Comparison::gt, x, splat(bound, x)); }
static Value clampTo(const Value &x, double low, double high) { return clamp(x, splat(low, x), splat(high, x)); }

/// Those that make y of x alone. The slope of leaky_relu and alpha of elu, 1, are PyTorch's defaults.
static const std::map<std::string, Unary> &unaryCases() {
  static const std::map<std::string, Unary> cases = {
      {"gelu_erf", [](const Value &x) { return gelu(x); }},
      {"gelu_tanh", [](const Value &x) { return geluTanh(x); }},
      {"quick_gelu", [](const Value &x) { return x * sigmoid(1.702 * x); }},
      {"silu", [](const Value &x) { return silu(x); }},
      {"sigmoid", [](const Value &x) { return sigmoid(x); }},
      {"tanh", [](const Value &x) { return tanh(x); }},
      {"relu", [](const Value &x) { return relu(x); }},
      {"erf", [](const Value &x) { return erf(x); }},
      {"exp_minus_1", [](const Value &x) { return expm1(x); }},
      {"elu", [](const Value &x) { return select(isGreater(x, 0), x, expm1(x)); }},
      {"leaky_relu", [](const Value &x) { return select(isGreater(x, 0), x, 0.01 * x); }},
      {"sin", [](const Value &x) { return sin(x); }},
      {"cos", [](const Value &x) { return cos(x); }},
      {"hard_swish", [](const Value &x) { return x * clampTo(x + 3.0, 0, 6) / 6.0; }},
      {"mish", [](const Value &x) { return x * tanh(softplus(x)); }},
      {"abs", [](const Value &x) { return abs(x); }},
      {"log", [](const Value &x) { return log(x); }},
      {"log1p", [](const Value &x) { return log1p(x); }},
      {"sqrt", [](const Value &x) { return sqrt(x); }},
      {"rsqrt", [](const Value &x) { return rsqrt(x); }},
      {"reciprocal", [](const Value &x) { return reciprocal(x); }},
      {"round", [](const Value &x) { return roundEven(x); }},
  };
  return cases;
}

/// Python's remainder, with the sign of the divisor, of C's.
static Value flooredRemainder(const Value &x, const Value &y) {
  auto r = rem(x, y);
  auto zero = splat(0, r);
  auto signsDiffer = compare(Comparison::ne, compare(Comparison::lt, r, zero), compare(Comparison::lt, y, zero));
  return select(bitAnd(compare(Comparison::ne, r, zero), signsDiffer), r + y, r);
}

static void buildNanExtremes(const Value &x, const Value &y, CaseGraph &graph) {
  graph.outputs = {
      {"maximum", maximum(x, y)}, {"minimum", minimum(x, y)},
      {"fmax", maxNum(x, y)},     {"fmin", minNum(x, y)},
      {"relu", relu(x)},          {"clamp", clampTo(x, graph.number("min", -0.5), graph.number("max", 0.5))}};
}

/// PyTorch takes x itself beyond the threshold, which its gradient shows: 1 there, not 1 - exp(-20).
static void buildSoftplus(const Value &x, const Value &, CaseGraph &graph) {
  double beta = graph.number("beta", 1), threshold = graph.number("threshold", 20);
  graph.outputs["y"] = select(isGreater(beta * x, threshold), x, softplus(beta * x) / beta);
}

static void buildIntDivide(const Value &x, const Value &y, CaseGraph &graph) {
  graph.outputs = {{"floor", floorDiv(x, y)}, {"trunc", div(x, y)}, {"remainder", flooredRemainder(x, y)}};
}

/// Those with attributes, several operands or several outputs.
using Builder = void (*)(const Value &x, const Value &y, CaseGraph &graph);
static const std::map<std::string, Builder> &otherCases() {
  static const std::map<std::string, Builder> cases = {
      {"softplus", buildSoftplus},
      {"softplus_beta", buildSoftplus},
      {"int_divide", buildIntDivide},
      {"nan_extremes", buildNanExtremes},
      {"clamp",
       [](const Value &x, const Value &, CaseGraph &graph) {
         graph.outputs["y"] = clampTo(x, graph.number("min", -1), graph.number("max", 1));
       }},
      {"where",
       [](const Value &x, const Value &y, CaseGraph &graph) { graph.outputs["y"] = select(graph.input("c"), x, y); }},
      {"remainder",
       [](const Value &x, const Value &y, CaseGraph &graph) { graph.outputs["y"] = flooredRemainder(x, y); }},
      {"fmod", [](const Value &x, const Value &y, CaseGraph &graph) { graph.outputs["y"] = rem(x, y); }},
      {"pow_nan", [](const Value &x, const Value &y, CaseGraph &graph) { graph.outputs["y"] = pow(x, y); }},
      {"maximum_ties", [](const Value &x, const Value &y, CaseGraph &graph) { graph.outputs["y"] = maximum(x, y); }},
  };
  return cases;
}

void buildElementwiseCase(CaseGraph &graph) {
  Value x = graph.input("x"), y = graph.input("y");
  if (auto unary = unaryCases().find(graph.name); unary != unaryCases().end())
    graph.outputs["y"] = unary->second(x);
  else if (auto other = otherCases().find(graph.name); other != otherCases().end())
    other->second(x, y, graph);
  else
    graph.waitFor(missing::graph);
}

} // namespace tenon::reference
