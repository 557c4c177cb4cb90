// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs the calibration loops one after the other.
#include "bench/Calibration.h"

#include "bench/calibration/CacheSizes.h"
#include "bench/calibration/ComputeLoop.h"
#include "bench/calibration/StreamLoop.h"

namespace tenon::bench {

static constexpr double loopSeconds = 0.05;

Result<std::vector<MachineRate>> calibrate(unsigned threads) {
  std::vector<MachineRate> rates;
  for (unsigned count : threads > 1 ? std::vector{1u, threads} : std::vector{1u}) {
    for (const auto &[loop, unit] :
         {std::pair(fmaLoop(), "FLOP"), std::pair(dotBf16Loop(), "FLOP"), std::pair(expLoop(), "value"),
          std::pair(geluLoop(), "value"), std::pair(roundBf16Loop(), "value")})
      if (loop)
        rates.push_back({std::string(loop->name), count, TENON_TRY(measureRate(*loop, count, loopSeconds)), unit});
    for (Level level : {Level::L2, Level::L3, Level::Dram})
      for (bool writes : {false, true}) {
        StreamLoop loop = TENON_TRY(StreamLoop::create({1, writes, workingSet(level, count), count}));
        std::string name = std::string(writes ? "copy " : "read ") + levelName(level) +
                           (loop.nonTemporal() ? ", non-temporal stores" : "");
        rates.push_back({name, count, TENON_TRY(loop.measure(loopSeconds)), "byte"});
      }
  }
  return rates;
}

} // namespace tenon::bench
