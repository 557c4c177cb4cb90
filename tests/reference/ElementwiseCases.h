// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The recorded elementwise cases as graphs.
#pragma once

#include "frontend/Ops.h"

#include <map>
#include <nlohmann/json.hpp>

namespace tenon::reference {

/// A case under construction: its inputs and outputs by their names in the data, without `in.` and `out.`.
struct CaseGraph {
  std::map<std::string, Value> inputs;
  std::map<std::string, Value> outputs;
  /// The case's numbers: `beta`, `min`, ...
  nlohmann::json attributes;

  /// A number the data states, or the one of PyTorch's default.
  double number(const char *name, double otherwise) const {
    auto found = attributes.find(name);
    return found != attributes.end() && found->is_number() ? found->get<double>() : otherwise;
  }
};

/// Fills `outputs`. False: there is no graph for a case of that name yet.
bool buildElementwiseCase(const std::string &name, CaseGraph &graph);

} // namespace tenon::reference
