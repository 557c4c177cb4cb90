// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is measured and what it must reach, as data.
#pragma once

#include "bench/calibration/CacheSizes.h"

#include <string>
#include <vector>

namespace tenon::bench {

/// A rate of the machine that a kernel may be bound by, besides that of its memory.
enum class Limit : uint8_t { Fma, DotBf16, Exp, Erf, Erfc };

/// Units of work (see bench/calibration/ComputeLoop.h) for each element that the kernel writes.
struct Demand {
  Limit limit = Limit::Fma;
  double perOutput = 1;
};

/// A graph with one entry, whose inputs and outputs grow linearly with its symbols, which all get the same number.
struct Kernel {
  std::string name;
  /// Without folder and ".mlir".
  std::string graph;
  /// Large inputs, 1 to 3: the stream loop that is the limit reads as many.
  unsigned reads = 1;
  /// Part of the first input that is read.
  double inputShare = 1;
  std::vector<Demand> demands = {};
};

enum class Judge : uint8_t {
  /// Of the limit: the longest of the times that memory and each demand need. At least `required`.
  Fraction,
  /// Of one thread's speed, on `threads` threads, were the limit `threads` times as high there. At least `required`.
  Scaling,
  /// Of `tenon compile` in a fresh process on one core. At most `required`.
  Seconds,
};

/// "fraction", "times" or "s": what a judge's numbers count.
const char *judgeUnit(Judge judge);

struct Row {
  Judge judge = Judge::Fraction;
  Kernel kernel = {};
  /// These two not for Seconds.
  Level level = Level::L2;
  unsigned threads = 1;
  double required = 0;
  /// Why that is what can be asked for.
  std::string reason = {};

  /// "chain-f32/L2/1-thread": unique.
  std::string name() const;
};

/// The rows that are accepted, in the order in which they are printed.
std::vector<Row> acceptedRows();

} // namespace tenon::bench
