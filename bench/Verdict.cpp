// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Order statistics of samples.
#include "bench/Verdict.h"

#include <algorithm>

namespace tenon::bench {

const char *verdictName(Verdict verdict) {
  switch (verdict) {
  case Verdict::Pass:
    return "pass";
  case Verdict::Miss:
    return "miss";
  case Verdict::Reported:
    return "reported";
  case Verdict::Skipped:
    return "skipped";
  case Verdict::Failed:
    return "failed";
  }
  __builtin_unreachable();
}

/// The value that a part of the sorted values lies below, between two values where it falls there.
static double quantile(const std::vector<double> &sorted, double part) {
  double at = part * static_cast<double>(sorted.size() - 1);
  auto low = static_cast<size_t>(at);
  size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

Spread spreadOf(const std::vector<Sample> &samples) {
  if (samples.empty())
    return {};
  std::vector<double> values;
  for (const Sample &sample : samples)
    values.push_back(sample.value);
  std::sort(values.begin(), values.end());
  return {quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75)};
}

Verdict judge(const Row &row, const std::vector<Sample> &samples) {
  if (samples.empty())
    return Verdict::Failed;
  if (row.required == 0)
    return Verdict::Reported;
  double median = spreadOf(samples).median;
  bool good = isAtMost(row.judge) ? median <= row.required : median >= row.required;
  return good ? Verdict::Pass : Verdict::Miss;
}

} // namespace tenon::bench
