// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calibration loops chosen by what a kernel does.
#include "bench/Bracket.h"

#include <algorithm>

namespace tenon::bench {

/// Seconds for each loop: a few hundred bursts.
static constexpr double readingSeconds = 0.01;

Result<ComputeLoop> loopOf(Limit limit) {
  std::optional<ComputeLoop> loop;
  const char *needed = "AVX2 with FMA";
  switch (limit) {
  case Limit::Fma:
    loop = fmaLoop();
    break;
  case Limit::DotBf16:
    loop = dotBf16Loop();
    needed = "AVX-512 with BF16";
    break;
  case Limit::Exp:
    loop = expLoop();
    break;
  case Limit::Gelu:
    loop = geluLoop();
    break;
  case Limit::RoundBf16:
    loop = roundBf16Loop();
    break;
  }
  if (!loop)
    return environmentError(std::string("this CPU lacks ") + needed);
  return *loop;
}

Result<Bracket> Bracket::create(const Kernel &kernel, const Load &load) {
  Bracket bracket(TENON_TRY(StreamLoop::create({.reads = kernel.reads,
                                                .writes = true,
                                                .workingSet = static_cast<uint64_t>(load.footprint),
                                                .threads = load.threads})));
  bracket.load = load;
  bracket.work = {load.bytes};
  bracket.loopNames = {"memory, " + std::to_string(kernel.reads) + " read, 1 written by " +
                       (bracket.memory.nonTemporal() ? "non-temporal" : "plain") + " stores"};
  for (const Demand &demand : kernel.demands) {
    bracket.loops.push_back(TENON_TRY(loopOf(demand.limit)));
    bracket.work.push_back(demand.perOutput * load.outputElements);
    bracket.loopNames.emplace_back(bracket.loops.back().name);
  }
  return bracket;
}

Result<Bracket::Reading> Bracket::measure() const {
  Reading reading;
  reading.rates.push_back(TENON_TRY(memory.measure(readingSeconds)));
  for (const ComputeLoop &loop : loops)
    reading.rates.push_back(TENON_TRY(measureRate(loop, load.threads, readingSeconds)));
  double computing = 0, longest = 0;
  for (size_t i = 1; i < work.size(); ++i) {
    double seconds = work[i] / reading.rates[i];
    computing += seconds;
    if (seconds > longest) {
      longest = seconds;
      reading.limiting = i;
    }
  }
  double moving = work[0] / reading.rates[0];
  reading.limit = std::max(moving, computing);
  if (moving >= computing)
    reading.limiting = 0;
  return reading;
}

} // namespace tenon::bench
