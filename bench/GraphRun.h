// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A compiled graph with inputs of a wanted size, ready to be run again and again.
#pragma once

#include "runtime/Session.h"

namespace tenon::bench {

class GraphRun {
public:
  /// Loads an artifact, whose only entry gets sizes at which inputs and outputs take about `workingSet` bytes, and
  /// random inputs. `inputShare` of the first input counts as read.
  static Result<GraphRun> create(const std::string &artifact, uint64_t workingSet, unsigned threads, double inputShare);

  /// Seconds of one run from the call to its return: the median of bursts within about `seconds`.
  Result<double> measure(double seconds);

  const Sizes &sizes() const { return symbols; }
  /// Read and written by a run that touches everything once.
  double bytes() const { return touched; }
  /// In bytes too: all inputs and outputs.
  double footprint() const { return held; }
  double outputElements() const { return elements; }
  std::string level() const { return code; }

private:
  GraphRun(Session session) : session(std::move(session)) {}
  Status resize(const Program &program, int64_t size, double inputShare);

  Session session;
  Sizes symbols;
  std::string code;
  std::vector<Tensor> inputs;
  double touched = 0, held = 0, elements = 0;
};

} // namespace tenon::bench
