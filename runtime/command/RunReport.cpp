// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text for people, JSON for programs.
#include "runtime/command/RunReport.h"

#include "runtime/ElementValue.h"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace tenon {

using Json = nlohmann::ordered_json;

std::string numberText(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.4g", value);
  return text;
}

static std::string elementText(const Tensor &tensor, int64_t i) {
  if (tensor.type() == ElementType::I64) // A double would round it.
    return std::to_string(tensor.data<int64_t>()[static_cast<size_t>(i)]);
  double value = elementValue(tensor, i);
  return isFloat(tensor.type()) ? numberText(value) : std::to_string(static_cast<int>(value));
}

/// "y: f32 [2, 3] = 1 2 3 4 5 6".
static std::string outputText(const RunReport::Output &output) {
  constexpr int64_t shown = 8;
  std::string text =
      output.name + ": " + std::string(elementTypeName(output.value.type())) + " " + shapeText(output.value.shape());
  if (!output.file.empty())
    return text + " -> " + output.file;
  text += " =";
  for (int64_t i = 0; i < std::min(output.value.elementCount(), shown); ++i)
    text += " " + elementText(output.value, i);
  return text + (output.value.elementCount() > shown ? " ..." : "");
}

namespace {
/// What follows from the measurements.
struct Summary {
  int64_t bytes = 0, flops = 0;
  double bandwidth = 0, limit = 0;
  double arithmetic = 0, arithmeticLimit = 0; // Both 0 where the limit is not known.

  explicit Summary(const RunReport &report) {
    for (const StepProfile &step : report.steps) {
      bytes += step.bytesRead + step.bytesWritten;
      flops += step.flops;
    }
    if (!report.timing)
      return;
    bandwidth = static_cast<double>(bytes) / report.timing->best;
    limit = (report.timing->copyBefore + report.timing->copyAfter) / 2;
    arithmeticLimit = (report.timing->multiplyAddBefore + report.timing->multiplyAddAfter) / 2;
    if (arithmeticLimit > 0)
      arithmetic = static_cast<double>(flops) / report.timing->best;
  }
};
} // namespace

/// A step's time and bandwidth, or "-" where its time is not known.
static std::pair<std::string, std::string> timeTexts(const StepProfile &step) {
  if (!(step.seconds > 0))
    return {"-", "-"};
  return {numberText(step.seconds * 1e3),
          numberText(static_cast<double>(step.bytesRead + step.bytesWritten) / step.seconds / 1e9)};
}

static void printText(const RunReport &report, bool stats) {
  for (const RunReport::Output &output : report.outputs)
    std::printf("%s\n", outputText(output).c_str());
  for (const CheckedOutput &output : report.check)
    std::printf("check %s: largest error %s, allowed %s\n", output.name.c_str(),
                numberText(output.deviation.difference).c_str(), numberText(output.deviation.allowed).c_str());
  Summary summary(report);
  if (report.timing) {
    std::string place = report.device == "cpu" ? std::to_string(report.threads) + " threads" : report.deviceName;
    std::printf("time: %s ms, best of %d (median %s), %s, %s\n", numberText(report.timing->best * 1e3).c_str(),
                report.timing->runs, numberText(report.timing->median * 1e3).c_str(), place.c_str(),
                report.level.c_str());
    if (summary.bytes)
      std::printf("bandwidth: %s GB/s read and written, %.0f%% of a copy's (%s before, %s GB/s after)\n",
                  numberText(summary.bandwidth / 1e9).c_str(), 100 * summary.bandwidth / summary.limit,
                  numberText(report.timing->copyBefore / 1e9).c_str(),
                  numberText(report.timing->copyAfter / 1e9).c_str());
    if (summary.arithmetic > 0)
      std::printf("arithmetic: %s GFLOP/s, %.0f%% of f32 multiply-adds in registers (%s before, %s GFLOP/s after)\n",
                  numberText(summary.arithmetic / 1e9).c_str(), 100 * summary.arithmetic / summary.arithmeticLimit,
                  numberText(report.timing->multiplyAddBefore / 1e9).c_str(),
                  numberText(report.timing->multiplyAddAfter / 1e9).c_str());
  }
  if (report.simulated)
    std::printf("simulated: no times\n");
  if (!stats)
    return;
  std::printf("%5s %10s %12s %12s %12s %9s  %s\n", "step", "ms", "read", "written", "flops", "GB/s", "kernel: name");
  for (const StepProfile &step : report.steps) {
    auto [time, bandwidth] = timeTexts(step);
    std::printf("%5zu %10s %12lld %12lld %12lld %9s  %s: %s\n", step.step, time.c_str(),
                static_cast<long long>(step.bytesRead), static_cast<long long>(step.bytesWritten),
                static_cast<long long>(step.flops), bandwidth.c_str(),
                step.kernel.empty() ? "copy" : std::string(step.kernel).c_str(), std::string(step.name).c_str());
  }
}

static Json checkJson(const CheckedOutput &output) {
  const Deviation &deviation = output.deviation;
  Json json = {{"name", output.name},
               {"largest_error", deviation.difference},
               {"allowed_error", deviation.allowed},
               {"exceeding", deviation.exceeding},
               {"within", deviation.isWithin}};
  if (deviation.difference != 0 || !deviation.isWithin)
    json["element"] = elementIndex(deviation.position, output.shape);
  return json;
}

static void printJson(const RunReport &report) {
  Json json = {{"schema_version", 1},
               {"entry", report.entry},
               {"level", report.level},
               {"device", report.device},
               {"device_name", report.deviceName},
               {"threads", report.threads}};
  if (!report.driverVersion.empty())
    json["driver_version"] = report.driverVersion;
  for (const RunReport::Output &output : report.outputs)
    json["outputs"].push_back({{"name", output.name},
                               {"type", elementTypeName(output.value.type())},
                               {"shape", output.value.shape()},
                               {"file", output.file}});
  for (const CheckedOutput &output : report.check)
    json["check"].push_back(checkJson(output));
  Summary summary(report);
  if (report.timing)
    json["timing"] = {{"best_seconds", report.timing->best},
                      {"median_seconds", report.timing->median},
                      {"runs", report.timing->runs},
                      {"bytes", summary.bytes},
                      {"flops", summary.flops},
                      {"bytes_per_second", summary.bandwidth},
                      {"copy_bytes_per_second", {report.timing->copyBefore, report.timing->copyAfter}},
                      {"fraction_of_copy", summary.bandwidth / summary.limit}};
  if (summary.arithmeticLimit > 0) {
    json["timing"]["flops_per_second"] = summary.arithmetic;
    json["timing"]["multiply_add_flops_per_second"] = {report.timing->multiplyAddBefore,
                                                       report.timing->multiplyAddAfter};
    json["timing"]["fraction_of_multiply_add"] = summary.arithmetic / summary.arithmeticLimit;
  }
  for (const StepProfile &step : report.steps)
    json["steps"].push_back({{"step", step.step},
                             {"name", step.name},
                             {"kernel", step.kernel},
                             {"seconds", report.simulated ? Json() : Json(step.seconds)},
                             {"bytes_read", step.bytesRead},
                             {"bytes_written", step.bytesWritten},
                             {"flops", step.flops}});
  // Names are bytes of a file; those that are not UTF-8 must not stop the report.
  std::printf("%s\n", json.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
}

void printRunReport(const RunReport &report, bool json, bool stats) {
  if (json)
    printJson(report);
  else
    printText(report, stats);
}

} // namespace tenon
