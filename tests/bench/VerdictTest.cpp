// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Judging samples, and the table of rows.
#include "bench/Verdict.h"
#include "bench/Bracket.h"
#include "bench/Report.h"

#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>

using namespace tenon;
using namespace tenon::bench;

static std::vector<Sample> samplesOf(std::initializer_list<double> values) {
  std::vector<Sample> samples;
  for (double value : values)
    samples.push_back({.value = value, .seconds = {value}});
  return samples;
}

TEST(Verdict, QuartilesLieBetweenValues) {
  Spread spread = spreadOf(samplesOf({4, 1, 2, 3}));
  EXPECT_DOUBLE_EQ(spread.lowerQuartile, 1.75);
  EXPECT_DOUBLE_EQ(spread.median, 2.5);
  EXPECT_DOUBLE_EQ(spread.upperQuartile, 3.25);
  EXPECT_DOUBLE_EQ(spreadOf(samplesOf({7})).upperQuartile, 7);
}

TEST(Verdict, FractionsMustReachSecondsMustNotPass) {
  Row fraction{.judge = Judge::Fraction, .required = 0.5}, seconds{.judge = Judge::Cold, .required = 0.5};
  EXPECT_EQ(judge(fraction, samplesOf({0.5})), Verdict::Pass);
  EXPECT_EQ(judge(fraction, samplesOf({0.9, 0.4, 0.4})), Verdict::Miss);
  EXPECT_EQ(judge(seconds, samplesOf({0.5})), Verdict::Pass);
  EXPECT_EQ(judge(seconds, samplesOf({0.4, 0.6, 0.6})), Verdict::Miss);
  EXPECT_EQ(judge({.judge = Judge::Surcharge, .required = 1.05}, samplesOf({1.04})), Verdict::Pass);
  EXPECT_EQ(judge({.judge = Judge::Surcharge, .required = 1.05}, samplesOf({1.06})), Verdict::Miss);
  EXPECT_EQ(judge({.judge = Judge::Fraction}, samplesOf({0.1})), Verdict::Reported);
  EXPECT_EQ(judge(fraction, {}), Verdict::Failed);
  EXPECT_EQ(judge(fraction, samplesOf({NAN})), Verdict::Miss);
  EXPECT_EQ(judge(seconds, samplesOf({NAN})), Verdict::Miss);
}

TEST(Rows, AreWellFormed) {
  std::set<std::string> names;
  for (const Row &row : acceptedRows()) {
    std::string name = row.name();
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_TRUE(std::filesystem::exists(std::string(TENON_BENCH_GRAPHS) + "/" + row.kernel.graph + ".mlir")) << name;
    EXPECT_FALSE(row.reason.empty()) << name;
    EXPECT_GE(row.required, 0) << name;
    EXPECT_LE(row.required, row.judge == Judge::Scaling     ? row.threads
                            : row.judge == Judge::Surcharge ? 1.1
                                                            : 1)
        << name;
    EXPECT_EQ(row.judge == Judge::Surcharge, !row.plain.empty()) << name;
    if (!row.plain.empty())
      EXPECT_TRUE(std::filesystem::exists(std::string(TENON_BENCH_GRAPHS) + "/" + row.plain + ".mlir")) << name;
    EXPECT_EQ(row.threads > 1, name.ends_with("-threads")) << name;
  }
}

TEST(Bracket, MemoryOrAllArithmeticLimits) {
  Kernel kernel{.name = "k", .graph = "k"};
  if (expLoop())
    kernel.demands = {{Limit::Exp, 1}, {Limit::Exp, 1}};
  Load load{.bytes = 1e6, .footprint = 1e5, .outputElements = 1e9, .threads = 1};
  auto bracket = Bracket::create(kernel, load);
  ASSERT_TRUE(bracket.ok()) << bracket.error().message;
  auto reading = bracket->measure();
  ASSERT_TRUE(reading.ok()) << reading.error().message;
  ASSERT_EQ(reading->rates.size(), bracket->names().size());
  // Two thousand values for each byte: no memory is so slow.
  if (kernel.demands.empty()) {
    EXPECT_EQ(reading->limiting, 0u);
    EXPECT_DOUBLE_EQ(reading->limit, load.bytes / reading->rates[0]);
    return;
  }
  EXPECT_NE(reading->limiting, 0u);
  EXPECT_DOUBLE_EQ(reading->limit, load.outputElements / reading->rates[1] + load.outputElements / reading->rates[2]);
}

TEST(Report, JsonKeepsRawBrackets) {
  RowResult result;
  result.row = {.kernel = {.name = "chain", .graph = "g"}, .level = Level::L3, .threads = 2, .required = 0.5};
  result.setting = {{{"N", 7}}, "x86-64-v3", 64, {"memory", "exp"}, "BLAS"};
  result.samples = {{0.75, {0.25}, {{{1, 2.00004}, 0.125, 1}}, {{{3, 4}, 0.5, 0}}, 0.5, 0.375}};
  result.spread = spreadOf(result.samples);
  result.verdict = Verdict::Pass;
  Report report{.machine = {"A \"CPU\" (R)", "6", "7"}, .calibration = {}, .rows = {result}};
  EXPECT_EQ(report.machine.slug(), "a-cpu-r-6-7");

  auto json = nlohmann::json::parse(reportJson(report, "2026-01-31"));
  EXPECT_EQ(json["date"], "2026-01-31");
  auto row = json["rows"][0];
  EXPECT_EQ(row["name"], "chain/L3/2-threads");
  EXPECT_EQ(row["verdict"], "pass");
  EXPECT_EQ(row["sizes"]["N"], 7);
  auto sample = row["samples"][0];
  EXPECT_EQ(sample["value"], 0.75);
  EXPECT_EQ(sample["seconds"][0], 0.25);
  EXPECT_EQ(sample["before"][0]["rates"], nlohmann::json({1, 2}));
  EXPECT_EQ(sample["after"][0]["limit_s"], 0.5);
  EXPECT_EQ(sample["peer_value"], 0.375);
  EXPECT_NE(rowLine(result).find("memory; BLAS: 0.375"), std::string::npos);
}
