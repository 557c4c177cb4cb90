// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The rate of a compute loop, whatever the loop.
#include "bench/calibration/ComputeLoop.h"

#include "bench/calibration/Burst.h"

#include <algorithm>

namespace tenon::bench {

Result<double> measureRate(const ComputeLoop &loop, unsigned threads, double seconds) {
  // Rounds of about 0.2 ms, from the best of three short tries.
  constexpr int64_t tried = 64;
  double once = 1;
  for (int i = 0; i < 3; ++i)
    once = std::min(once, medianBurst(0, [&] { loop.run(tried); }));
  auto rounds = static_cast<int64_t>(std::clamp(2e-4 * tried / std::max(once, 1e-9), 1.0, 1e9));
  auto times = TENON_TRY(medianBursts(threads, seconds, [&](unsigned) { loop.run(rounds); }));
  double rate = 0;
  for (double time : times)
    rate += static_cast<double>(rounds) * loop.workPerRound / time;
  return rate;
}

} // namespace tenon::bench
