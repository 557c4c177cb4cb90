// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From samples to a verdict.
#pragma once

#include "bench/Measurement.h"

#include <string>
#include <vector>

namespace tenon::bench {

enum class Verdict : uint8_t {
  Pass,
  Miss,
  /// Nothing is required of the row.
  Reported,
  /// This machine lacks what the row needs: cores or instructions.
  Skipped,
  /// It could not be measured.
  Failed,
};

const char *verdictName(Verdict verdict);

/// The samples' values: half of them lie between the quartiles.
struct Spread {
  double lowerQuartile = 0, median = 0, upperQuartile = 0;
};
Spread spreadOf(const std::vector<Sample> &samples);

struct RowResult {
  Row row;
  Setting setting;
  std::vector<Sample> samples;
  Spread spread;
  Verdict verdict = Verdict::Failed;
  /// Why it was skipped or failed.
  std::string message;
};

/// By the median, against what is required. Failed without samples.
Verdict judge(const Row &row, const std::vector<Sample> &samples);

} // namespace tenon::bench
