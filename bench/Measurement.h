// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How a row is measured: sample after sample, each between two readings of its limit.
#pragma once

#include "bench/Bracket.h"
#include "bench/Compiler.h"
#include "runtime/Program.h"

#include <memory>

namespace tenon::bench {

/// One comparison with the limit.
struct Sample {
  /// What the row is judged by: see Judge.
  double value = 0;
  /// Seconds: of a run on one thread and, for Scaling, on several; of the plain graph and of the other for Surcharge;
  /// of a process and of the cores for compilers.
  std::vector<double> seconds = {};
  /// Readings of the limit for each of `seconds`; none for Surcharge and compilers.
  std::vector<Bracket::Reading> before = {}, after = {};
  /// Seconds of the peer, within the same bracket, and its part of the limit; 0 where there is none.
  double peerSeconds = 0, peerValue = 0;
};

/// What the samples of a row have in common.
struct Setting {
  Sizes sizes;
  std::string codeLevel;
  double bytes = 0;
  std::vector<std::string> loops;
  /// Who does the same; or why nobody does, where somebody could.
  std::string peer;
};

class Measurement {
public:
  virtual ~Measurement() = default;
  /// The end of a sample's bracket begins the next one's: A-B-A-B.
  virtual Result<Sample> sample() = 0;
  virtual Setting setting() const { return {}; }
};

/// Environment where this machine lacks what the row needs.
Result<std::unique_ptr<Measurement>> createMeasurement(const Row &row, Compiler &compiler);

} // namespace tenon::bench
