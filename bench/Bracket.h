// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The limit of a kernel on this machine at this moment.
#pragma once

#include "bench/Row.h"
#include "bench/calibration/ComputeLoop.h"
#include "bench/calibration/StreamLoop.h"

namespace tenon::bench {

/// What a run has to do, for the loops that say how fast it could be.
struct Load {
  double bytes = 0;
  /// Bytes that inputs and outputs take: the stream loop works on as many.
  double footprint = 0;
  double outputElements = 0;
  unsigned threads = 1;
};

/// The loop of a limit by the widest instructions of this CPU; Environment where there are none.
Result<ComputeLoop> loopOf(Limit limit);

class Bracket {
public:
  static Result<Bracket> create(const Kernel &kernel, const Load &load);

  /// One measurement of every loop.
  struct Reading {
    /// In units of work or bytes a second, as names() says.
    std::vector<double> rates;
    /// Seconds that a run cannot be faster than: those of memory, or those of all other loops together, which share a
    /// core's arithmetic. And which loop takes most of them.
    double limit = 0;
    size_t limiting = 0;
  };
  Result<Reading> measure() const;

  /// "memory (1 read, 1 written, plain stores)", "erf f32, AVX-512".
  const std::vector<std::string> &names() const { return loopNames; }

private:
  Bracket(StreamLoop memory) : memory(std::move(memory)) {}

  Load load;
  StreamLoop memory;
  std::vector<ComputeLoop> loops;
  /// Of each loop, memory first.
  std::vector<double> work;
  std::vector<std::string> loopNames;
};

} // namespace tenon::bench
