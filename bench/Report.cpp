// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table and the JSON form of a report.
#include "bench/Report.h"

#include "runtime/Version.h"
#include "runtime/cpu/CpuFeatures.h"

#include <cstdarg>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace tenon::bench {
using Json = nlohmann::ordered_json;

[[gnu::format(printf, 1, 2)]] static std::string format(const char *text, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, text);
  std::vsnprintf(line, sizeof(line), text, arguments);
  va_end(arguments);
  return line;
}

std::string calibrationTable(const std::vector<MachineRate> &rates) {
  std::string text = format("%-34s %8s %10s\n", "limit of this machine", "threads", "rate");
  for (const MachineRate &rate : rates)
    text += format("%-34s %8u %10.1f G%s/s\n", rate.name.c_str(), rate.threads, rate.rate * 1e-9, rate.unit.c_str());
  return text;
}

std::string rowHeader() {
  return format("%-38s %8s %15s %9s  %-8s %s\n", "row", "median", "quartiles", "required", "verdict", "limited by");
}

std::string rowLine(const RowResult &result) {
  std::string unit = judgeUnit(result.row.judge);
  if (result.samples.empty())
    return format("%-38s %8s %15s %9.2f  %-8s %s\n", result.row.name().c_str(), "-", "-", result.row.required,
                  verdictName(result.verdict), result.message.c_str());
  const Sample &last = result.samples.back();
  std::string limit = last.after.empty() ? unit : result.setting.loops.at(last.after.back().limiting);
  std::string quartiles = format("%.3f-%.3f", result.spread.lowerQuartile, result.spread.upperQuartile);
  return format("%-38s %8.3f %15s %9.2f  %-8s %s\n", result.row.name().c_str(), result.spread.median, quartiles.c_str(),
                result.row.required, verdictName(result.verdict), limit.c_str());
}

static Json readingsJson(const std::vector<Bracket::Reading> &readings) {
  Json list = Json::array();
  for (const Bracket::Reading &reading : readings)
    list.push_back({{"rates", reading.rates}, {"limit_s", reading.limit}, {"limiting", reading.limiting}});
  return list;
}

static Json rowJson(const RowResult &result) {
  Json samples = Json::array();
  for (const Sample &sample : result.samples) {
    Json entry = {{"value", sample.value}, {"seconds", sample.seconds}};
    if (!sample.before.empty())
      entry.update({{"before", readingsJson(sample.before)}, {"after", readingsJson(sample.after)}});
    samples.push_back(std::move(entry));
  }
  Json row = {{"name", result.row.name()},
              {"unit", judgeUnit(result.row.judge)},
              {"required", result.row.required},
              {"reason", result.row.reason},
              {"verdict", verdictName(result.verdict)},
              {"median", result.spread.median},
              {"lower_quartile", result.spread.lowerQuartile},
              {"upper_quartile", result.spread.upperQuartile},
              {"graph", result.row.kernel.graph}};
  if (!result.message.empty())
    row["message"] = result.message;
  if (result.row.judge != Judge::Seconds) {
    row["threads"] = result.row.threads;
    row["level"] = levelName(result.row.level);
    row["code"] = result.setting.codeLevel;
    row["sizes"] = result.setting.sizes;
    row["bytes"] = result.setting.bytes;
    row["loops"] = result.setting.loops;
  }
  row["samples"] = std::move(samples);
  return row;
}

std::string reportJson(const Report &report, const std::string &date) {
  Json calibration = Json::array(), rows = Json::array();
  for (const MachineRate &rate : report.calibration)
    calibration.push_back({{"name", rate.name}, {"threads", rate.threads}, {"rate", rate.rate}, {"unit", rate.unit}});
  for (const RowResult &row : report.rows)
    rows.push_back(rowJson(row));
  CacheSizes caches = cacheSizes();
  Json result = {{"schema", "tenon-bench"},
                 {"schema_version", 1},
                 {"date", date},
                 {"version", version()},
                 {"commit", commit()},
                 {"machine",
                  {{"cpu", report.machine.model},
                   {"family", report.machine.family},
                   {"model", report.machine.modelNumber},
                   {"cores", report.machine.cores},
                   {"l2_bytes", caches.l2},
                   {"l3_bytes", caches.l3},
                   {"memory_bytes", report.machine.memoryBytes},
                   {"features", hostCpu().features}}},
                 {"load_before", report.loadBefore},
                 {"load_after", report.loadAfter},
                 {"calibration", std::move(calibration)},
                 {"rows", std::move(rows)}};
  return result.dump(1) + "\n";
}

} // namespace tenon::bench
