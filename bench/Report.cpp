// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table and the JSON form of a report.
#include "bench/Report.h"

#include "runtime/Version.h"
#include "runtime/cpu/CpuFeatures.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
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
  return format("%-44s %8s %15s %9s  %-8s %s\n", "row", "median", "quartiles", "required", "verdict", "limited by");
}

/// "0.75", or "-" where nothing is required.
static std::string requiredText(const Row &row) { return row.required == 0 ? "-" : format("%.2f", row.required); }

/// "; OpenBLAS 0.3.21: 0.900".
static std::string peerText(const RowResult &result) {
  if (result.setting.peer.empty())
    return "";
  std::vector<Sample> peers;
  for (const Sample &sample : result.samples)
    if (sample.peerSeconds > 0)
      peers.push_back({.value = sample.peerValue});
  std::string text = "; " + result.setting.peer;
  return peers.empty() ? text : text + format(": %.3f", spreadOf(peers).median);
}

std::string rowLine(const RowResult &result) {
  std::string unit = judgeUnit(result.row.judge);
  if (result.samples.empty())
    return format("%-44s %8s %15s %9s  %-8s %s\n", result.row.name().c_str(), "-", "-",
                  requiredText(result.row).c_str(), verdictName(result.verdict), result.message.c_str());
  const Sample &last = result.samples.back();
  std::string limit = last.after.empty() ? unit : result.setting.loops.at(last.after.back().limiting);
  std::string quartiles = format("%.3f-%.3f", result.spread.lowerQuartile, result.spread.upperQuartile);
  return format("%-44s %8.3f %15s %9s  %-8s %s%s\n", result.row.name().c_str(), result.spread.median, quartiles.c_str(),
                requiredText(result.row).c_str(), verdictName(result.verdict), limit.c_str(), peerText(result).c_str());
}

std::string missTable(const std::vector<RowResult> &rows) {
  std::string text;
  for (const RowResult &row : rows)
    if (row.verdict == Verdict::Miss)
      text += rowLine(row);
  return text.empty() ? text : "\nmisses:\n" + rowHeader() + text;
}

/// Four digits say more than a noisy machine can tell.
static double rounded(double value) { return std::strtod(format("%.4g", value).c_str(), nullptr); }
static std::vector<double> rounded(std::vector<double> values) {
  for (double &value : values)
    value = rounded(value);
  return values;
}

static Json readingsJson(const std::vector<Bracket::Reading> &readings) {
  Json list = Json::array();
  for (const Bracket::Reading &reading : readings)
    list.push_back(
        {{"rates", rounded(reading.rates)}, {"limit_s", rounded(reading.limit)}, {"limiting", reading.limiting}});
  return list;
}

static Json rowJson(const RowResult &result) {
  Json samples = Json::array();
  for (const Sample &sample : result.samples) {
    Json entry = {{"value", rounded(sample.value)}, {"seconds", rounded(sample.seconds)}};
    if (sample.peerSeconds > 0)
      entry.update({{"peer_value", rounded(sample.peerValue)}, {"peer_seconds", rounded(sample.peerSeconds)}});
    if (!sample.before.empty())
      entry.update({{"before", readingsJson(sample.before)}, {"after", readingsJson(sample.after)}});
    samples.push_back(std::move(entry));
  }
  Json row = {{"name", result.row.name()},
              {"unit", judgeUnit(result.row.judge)},
              {"required", result.row.required == 0 ? Json() : Json(result.row.required)},
              {"reason", result.row.reason},
              {"verdict", verdictName(result.verdict)},
              {"median", rounded(result.spread.median)},
              {"lower_quartile", rounded(result.spread.lowerQuartile)},
              {"upper_quartile", rounded(result.spread.upperQuartile)},
              {"graph", result.row.kernel.graph}};
  if (!result.message.empty())
    row["message"] = result.message;
  if (!isOfCompiler(result.row.judge)) {
    row["threads"] = result.row.threads;
    row["level"] = levelName(result.row.level);
    row["code"] = result.setting.codeLevel;
    row["sizes"] = result.setting.sizes;
    row["bytes"] = result.setting.bytes;
    row["loops"] = result.setting.loops;
    if (!result.setting.peer.empty())
      row["peer"] = result.setting.peer;
    if (!result.row.plain.empty())
      row["plain"] = result.row.plain;
  }
  row["samples"] = std::move(samples);
  return row;
}

std::string reportJson(const Report &report, const std::string &date) {
  Json calibration = Json::array();
  for (const MachineRate &rate : report.calibration)
    calibration.push_back(
        {{"name", rate.name}, {"threads", rate.threads}, {"rate", rounded(rate.rate)}, {"unit", rate.unit}});
  CacheSizes caches = cacheSizes();
  Json result = {{"schema", "tenon bench"},
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
                 {"calibration", std::move(calibration)}};
  std::string text = result.dump(1), rows;
  for (const RowResult &row : report.rows)
    rows += (rows.empty() ? "\n  " : ",\n  ") + rowJson(row).dump();
  text.resize(text.size() - std::string_view("\n}").size());
  return text + ",\n \"rows\": [" + rows + "\n ]\n}\n";
}

} // namespace tenon::bench
