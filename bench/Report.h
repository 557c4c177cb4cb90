// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Results for people and for programs.
#pragma once

#include "bench/Calibration.h"
#include "bench/Machine.h"
#include "bench/Verdict.h"

namespace tenon::bench {

struct Report {
  Machine machine;
  std::vector<MachineRate> calibration;
  double loadBefore = 0, loadAfter = 0;
  std::vector<RowResult> rows;
};

/// Lines of a table, each with a newline.
std::string calibrationTable(const std::vector<MachineRate> &rates);
std::string rowHeader();
std::string rowLine(const RowResult &result);
/// The rows that miss what they must reach, as a table of their own; empty where none does.
std::string missTable(const std::vector<RowResult> &rows);

/// One JSON object with all samples and brackets, four digits of each, a row a line; `date` is "2026-01-31".
std::string reportJson(const Report &report, const std::string &date);

} // namespace tenon::bench
