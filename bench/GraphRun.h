// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A compiled graph with inputs of a wanted size, ready to be run again and again.
#pragma once

#include "bench/Row.h"
#include "runtime/Session.h"

namespace tenon::bench {

class GraphRun {
public:
  /// Loads an artifact of `kernel`'s graph, whose only entry gets random inputs. Sizes that the kernel leaves open
  /// become such that inputs and outputs take about `workingSet` bytes.
  static Result<GraphRun> create(const std::string &artifact, const Kernel &kernel, uint64_t workingSet,
                                 unsigned threads);

  /// Seconds of one run from the call to its return: the median of bursts within about `seconds`.
  Result<double> measure(double seconds);
  /// Seconds of one run.
  Result<double> measureOnce();

  const Sizes &sizes() const { return symbols; }
  /// Read and written by a run that touches everything once.
  double bytes() const { return touched; }
  /// In bytes too: all inputs and outputs.
  double footprint() const { return held; }
  double outputElements() const { return elements; }
  std::string level() const { return code; }

private:
  GraphRun(Session session) : session(std::move(session)) {}
  Status resize(const Program &program, const Kernel &kernel, int64_t size);

  Session session;
  Sizes symbols;
  std::string code;
  std::vector<Tensor> inputs;
  double touched = 0, held = 0, elements = 0;
};

} // namespace tenon::bench
