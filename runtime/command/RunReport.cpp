// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text for people, JSON for programs.
#include "runtime/command/RunReport.h"

#include "runtime/FloatFormat.h"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace tenon {

using Json = nlohmann::ordered_json;

std::string numberText(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.4g", value);
  return text;
}

static std::string elementText(const Tensor &tensor, size_t i) {
  switch (tensor.type()) {
  case ElementType::F64:
    return numberText(tensor.data<double>()[i]);
  case ElementType::F32:
    return numberText(tensor.data<float>()[i]);
  case ElementType::F16:
  case ElementType::BF16:
    return numberText(decodeFloat(tensor.data<uint16_t>()[i], tensor.type()));
  case ElementType::F8E4M3FN:
  case ElementType::F8E5M2:
    return numberText(decodeFloat(tensor.data<uint8_t>()[i], tensor.type()));
  case ElementType::I64:
    return std::to_string(tensor.data<int64_t>()[i]);
  case ElementType::I32:
    return std::to_string(tensor.data<int32_t>()[i]);
  case ElementType::I16:
    return std::to_string(tensor.data<int16_t>()[i]);
  case ElementType::I8:
    return std::to_string(tensor.data<int8_t>()[i]);
  case ElementType::I4: {
    int half = std::to_integer<int>(tensor.bytes()[i / 2]) >> (i % 2 * 4) & 15;
    return std::to_string(half < 8 ? half : half - 16);
  }
  default:
    return std::to_string(tensor.data<uint8_t>()[i]);
  }
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
    text += " " + elementText(output.value, static_cast<size_t>(i));
  return text + (output.value.elementCount() > shown ? " ..." : "");
}

namespace {
/// What follows from the measurements.
struct Summary {
  int64_t bytes = 0, flops = 0;
  double bandwidth = 0, limit = 0;

  explicit Summary(const RunReport &report) {
    for (const StepProfile &step : report.steps) {
      bytes += step.bytesRead + step.bytesWritten;
      flops += step.flops;
    }
    if (!report.timing)
      return;
    bandwidth = static_cast<double>(bytes) / report.timing->best;
    limit = (report.timing->copyBefore + report.timing->copyAfter) / 2;
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
                numberText(output.largestError).c_str(), numberText(output.allowedError).c_str());
  Summary summary(report);
  if (report.timing) {
    std::string place = report.device == "cpu" ? std::to_string(report.threads) + " threads" : report.deviceName;
    std::printf("time: %s ms, best of %d, %s, %s\n", numberText(report.timing->best * 1e3).c_str(), report.timing->runs,
                place.c_str(), report.level.c_str());
    if (summary.bytes)
      std::printf("bandwidth: %s GB/s read and written, %.0f%% of a copy's (%s before, %s GB/s after)\n",
                  numberText(summary.bandwidth / 1e9).c_str(), 100 * summary.bandwidth / summary.limit,
                  numberText(report.timing->copyBefore / 1e9).c_str(),
                  numberText(report.timing->copyAfter / 1e9).c_str());
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

static void printJson(const RunReport &report) {
  Json json = {{"schema_version", 1},
               {"entry", report.entry},
               {"level", report.level},
               {"device", report.device},
               {"device_name", report.deviceName},
               {"threads", report.threads}};
  for (const RunReport::Output &output : report.outputs)
    json["outputs"].push_back({{"name", output.name},
                               {"type", elementTypeName(output.value.type())},
                               {"shape", output.value.shape()},
                               {"file", output.file}});
  for (const CheckedOutput &output : report.check)
    json["check"].push_back(
        {{"name", output.name}, {"largest_error", output.largestError}, {"allowed_error", output.allowedError}});
  Summary summary(report);
  if (report.timing)
    json["timing"] = {{"best_seconds", report.timing->best},
                      {"runs", report.timing->runs},
                      {"bytes", summary.bytes},
                      {"flops", summary.flops},
                      {"bytes_per_second", summary.bandwidth},
                      {"copy_bytes_per_second", {report.timing->copyBefore, report.timing->copyAfter}},
                      {"fraction_of_copy", summary.bandwidth / summary.limit}};
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
