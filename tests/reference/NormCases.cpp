// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Norms and softmaxes: their dimensions and eps are stated by the data.
#include "tests/reference/CaseGraph.h"

#include <algorithm>
#include <limits>

namespace tenon::reference {

/// Whether `dims` are the last dimensions of x, along which weights are broadcast.
static bool areLast(std::vector<int64_t> dims, const Value &x) {
  for (int64_t &d : dims)
    d = d < 0 ? d + x.rank() : d;
  std::sort(dims.begin(), dims.end());
  for (size_t i = 0; i < dims.size(); ++i)
    if (dims[i] != x.rank() - int64_t(dims.size()) + int64_t(i))
      return false;
  return true;
}

/// The op where there is a weight, as it must have one; else what it stands for.
void buildRmsNormCase(CaseGraph &graph) {
  Value x = graph.input("x"), weight = graph.input("weight");
  std::vector<int64_t> dims = graph.statedDims();
  double eps = graph.number("eps", 1e-6);
  if (weight.isEmpty())
    graph.outputs["y"] = x * rsqrt(mean(x * x, dims, /*keepDims=*/true) + eps);
  else if (areLast(dims, x))
    graph.outputs["y"] = rmsNorm(x, weight, eps);
  else
    graph.waitFor(missing::weightDims);
}

void buildLayerNormCase(CaseGraph &graph) {
  Value x = graph.input("x"), weight = graph.input("weight"), bias = graph.input("bias");
  std::vector<int64_t> dims = graph.statedDims();
  if (!areLast(dims, x) && !(weight.isEmpty() && bias.isEmpty()))
    return graph.waitFor(missing::weightDims);
  Value distance = x - mean(x, dims, /*keepDims=*/true);
  Value y = distance * rsqrt(mean(distance * distance, dims, /*keepDims=*/true) + graph.number("eps", 1e-5));
  if (!weight.isEmpty())
    y = y * weight;
  if (!bias.isEmpty())
    y = y + bias;
  graph.outputs["y"] = y;
}

/// A row of minus infinities, which has nothing to see, is zeros.
void buildSoftmaxCase(CaseGraph &graph) {
  Value x = graph.input("x");
  std::vector<int64_t> dims = graph.statedDims();
  Value largest = reduceMax(x, dims, /*keepDims=*/true);
  Value seesNothing = compare(Comparison::eq, largest, splat(-std::numeric_limits<double>::infinity(), largest));
  Value e = exp(x - select(seesNothing, splat(0, largest), largest));
  Value sum = reduceSum(e, dims, /*keepDims=*/true);
  graph.outputs["y"] = e / select(seesNothing, splat(1, sum), sum);
}

void buildLogSoftmaxCase(CaseGraph &graph) {
  Value x = graph.input("x");
  std::vector<int64_t> dims = graph.statedDims();
  Value distance = x - reduceMax(x, dims, /*keepDims=*/true);
  graph.outputs["y"] = distance - log(reduceSum(exp(distance), dims, /*keepDims=*/true));
}

} // namespace tenon::reference
