// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The recorded cases of single ops as graphs: one builder for each group of the data.
#pragma once

#include "frontend/Ops.h"

#include <map>
#include <nlohmann/json.hpp>

namespace tenon::reference {

/// Dimensions that a reduction takes away, increasing.
struct Axes {
  std::vector<int64_t> dims;
  bool keepDims = false;
};

/// A case under construction: its inputs and outputs by their names in the data, without `in.` and `out.`.
struct CaseGraph {
  std::string name;
  nlohmann::json attributes;
  std::map<std::string, Shape> outputShapes;
  /// For groups whose attributes do not state them: dimensions that fit the shapes.
  Axes axes;
  std::map<std::string, Value> inputs;
  /// To be filled by the builder, as far as graphs can express the outputs.
  std::map<std::string, Value> outputs;
  /// What the other outputs wait for, of `missing`.
  std::map<std::string, const char *> notYet;

  /// A number the data states, or the one of PyTorch's default.
  double number(const char *name, double otherwise) const;
  /// The attribute `axes`, a list, or `axis`, a number; the last dimension where there is neither.
  std::vector<int64_t> statedDims() const;
  /// The input of that name; empty where the case has none.
  Value input(const std::string &name) const;
  /// No output can be expressed.
  void waitFor(const char *reason);
};

/// All that graphs cannot express yet.
namespace missing {
inline constexpr const char *graph = "no graph is built for a case of this name";
inline constexpr const char *positions = "needs positions as values (iota), which graphs do not have";
inline constexpr const char *diagonal =
    "an index occurs twice in one operand: a diagonal needs a reshape or positions as values, which graphs do not have";
inline constexpr const char *equation = "the equation has no -> or an ellipsis, which the translation does not know";
inline constexpr const char *weightDims = "weights are broadcast along the last dimensions only";
} // namespace missing

/// Fills `outputs` and `notYet`.
using CaseBuilder = void (*)(CaseGraph &graph);
void buildElementwiseCase(CaseGraph &graph);
void buildReduceCase(CaseGraph &graph);
void buildRmsNormCase(CaseGraph &graph);
void buildLayerNormCase(CaseGraph &graph);
void buildSoftmaxCase(CaseGraph &graph);
void buildLogSoftmaxCase(CaseGraph &graph);
void buildEinsumCase(CaseGraph &graph);

struct CaseGroup {
  CaseBuilder build = nullptr;
  /// Whether the data leaves the dimensions of reductions to the shapes.
  bool axesFromShapes = false;
};
/// How the cases of that group are built; null: not yet.
const CaseGroup *findGroup(const std::string &name);

/// All dimensions of `input` whose reduction gives each of `outputs`, without or with dimensions of size 1 in their
/// place.
std::vector<Axes> findAxes(const Shape &input, const std::vector<Shape> &outputs);

} // namespace tenon::reference
