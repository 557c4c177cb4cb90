// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The judge's own reverse-mode derivatives of a graph: knows no op, only DifferentiableOpInterface.
#pragma once

#include "runtime/Result.h"
#include "runtime/Tensor.h"

#include <memory>
#include <string>
#include <vector>

namespace tenon::reference {

/// A graph that takes the inputs of another and, after them, a cotangent for each of its outputs, in their order; and
/// that gives the cotangents of some of the inputs.
class ReverseWalk {
public:
  /// Of the only entry of `text`, a module of the dialect, as Graph::text() gives it. `wanted` are names of inputs;
  /// what does not reach any output has the cotangent 0. Composites are expanded first.
  static Result<ReverseWalk> create(const std::string &text, const std::vector<std::string> &wanted);

  /// The op that stands in the way, such as `tenon.slice`, because it has no rule; empty where nothing does. Only then
  /// can the graph be run.
  const std::string &opWithoutRule() const { return missing; }

  /// Compiled for this machine. The results are in the order of `wanted`.
  Result<std::vector<Tensor>> run(const std::vector<Tensor> &arguments) const;
  /// By the oracle, in double precision throughout.
  Result<std::vector<Tensor>> interpret(const std::vector<Tensor> &arguments) const;
  /// In the text form of the dialect.
  std::string text() const;

private:
  struct Module;
  std::shared_ptr<Module> module;
  std::string missing;
};

} // namespace tenon::reference
