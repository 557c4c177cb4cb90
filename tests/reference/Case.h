// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One case of the data, judged.
#pragma once

#include "runtime/Safetensors.h"
#include "tests/reference/CaseGraph.h"

namespace tenon::reference {

/// None: the case records no gradients, or they were not reached.
enum class Verdict { None, Right, NotYet, Wrong };

struct Judgement {
  Verdict verdict = Verdict::None;
  /// What is wrong or what the case waits for; a wrong one ends with the graph.
  std::string reason;
  /// Largest difference, in parts of the largest value of its tensor.
  double worst = 0;

  /// Takes over what is worse: wrong before not yet before right.
  void merge(const Judgement &other);
};

struct CaseResult {
  Judgement values, gradients;
  /// Where the shapes leave the dimensions open: what fits, and what was taken.
  std::string note;
};

/// `row` is one of cases.json. The case is run with its sizes as numbers, and with names in their place.
CaseResult judgeCase(const CaseGroup &group, const nlohmann::json &row, const Safetensors &data);

} // namespace tenon::reference
