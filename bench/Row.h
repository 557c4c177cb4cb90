// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is measured and what it must reach, as data.
#pragma once

#include "bench/calibration/CacheSizes.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tenon::bench {

/// A rate of the machine that a kernel may be bound by, besides that of its memory.
enum class Limit : uint8_t { Fma, DotBf16, Exp, Gelu, RoundBf16 };

/// Units of work (see bench/calibration/ComputeLoop.h) for each element that the kernel writes.
struct Demand {
  Limit limit = Limit::Fma;
  double perOutput = 1;
};

/// A graph with one entry. Symbols that `sizes` does not name get one number, with which inputs and outputs grow
/// linearly.
struct Kernel {
  std::string name;
  /// Without folder and ".mlir".
  std::string graph;
  /// Large inputs, 1 to 3: the stream loop that is the limit reads as many.
  unsigned reads = 1;
  /// Part of the first input that is read.
  double inputShare = 1;
  std::vector<Demand> demands = {};
  std::map<std::string, int64_t, std::less<>> sizes = {};
  /// A product of two square matrices of this size, for which a BLAS library is asked in turn if it is of f32; 0 for
  /// others.
  int64_t squareProduct = 0;
};

enum class Judge : uint8_t {
  /// Of the limit: the longest of the times that memory and each demand need. At least `required`.
  Fraction,
  /// Of one thread's speed, on `threads` threads, were the limit `threads` times as high there. At least `required`.
  Scaling,
  /// Seconds over those of the graph `plain`, run in turn. At most `required`.
  Surcharge,
  /// Seconds of `tenon compile` in a fresh process on one core, without a cache, and of one that finds the graph in its
  /// cache. At most `required`.
  Cold,
  Warm,
};

/// Whether a judge times compilers, not kernels.
inline bool isOfCompiler(Judge judge) { return judge == Judge::Cold || judge == Judge::Warm; }
/// Whether small values are the good ones.
inline bool isAtMost(Judge judge) { return judge == Judge::Surcharge || isOfCompiler(judge); }

/// "fraction", "times", "ratio" or "s": what a judge's numbers count.
const char *judgeUnit(Judge judge);

struct Row {
  Judge judge = Judge::Fraction;
  Kernel kernel = {};
  /// Where inputs and outputs live, if `kernel.sizes` leaves one open; neither of these two for compilers.
  Level level = Level::L2;
  unsigned threads = 1;
  /// 0 where the row is reported and not judged.
  double required = 0;
  /// Why that is what can be asked for.
  std::string reason = {};
  /// For Surcharge.
  std::string plain = {};

  /// "chain-f32/L2/1-thread", "product-512-f32/1-thread": unique.
  std::string name() const;
};

/// The rows that are accepted, in the order in which they are printed.
std::vector<Row> acceptedRows();

} // namespace tenon::bench
