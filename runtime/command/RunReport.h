// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the `run` subcommand tells, as text or JSON.
#pragma once

#include "runtime/Session.h"
#include "runtime/command/RunCommand.h"

#include <optional>

namespace tenon {

struct RunReport {
  struct Output {
    std::string name;
    /// Where it was written, or empty.
    std::string file;
    Tensor value;
  };
  struct Timing {
    double best = 0, median = 0; ///< Seconds.
    int runs = 0;
    double copyBefore = 0, copyAfter = 0; ///< Bytes per second of a copy of the same working set.
    /// Operations per second of f32 multiply-adds on the same threads; 0 where that is not known.
    double multiplyAddBefore = 0, multiplyAddAfter = 0;
  };

  /// `device` as the command line has it.
  std::string entry, level, device, deviceName;
  /// Empty where the device has no driver of its own.
  std::string driverVersion;
  /// Then there are no times.
  bool simulated = false;
  unsigned threads = 0;
  std::vector<Output> outputs;
  std::vector<StepProfile> steps;
  CheckReport check;
  std::optional<Timing> timing;
};

/// Prints to standard output.
void printRunReport(const RunReport &report, bool json, bool stats);

/// A number with a few significant digits: "1.25e-07".
std::string numberText(double value);

} // namespace tenon
