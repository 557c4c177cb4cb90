// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of rows.
#include "bench/Row.h"

#include <algorithm>

namespace tenon::bench {

const char *judgeUnit(Judge judge) {
  switch (judge) {
  case Judge::Fraction:
    return "fraction";
  case Judge::Scaling:
    return "times";
  case Judge::Surcharge:
    return "ratio";
  case Judge::Cold:
  case Judge::Warm:
    return "s";
  }
  __builtin_unreachable();
}

std::string Row::name() const {
  if (isOfCompiler(judge))
    return "compile/" + kernel.name + (judge == Judge::Warm ? "-warm" : "-cold");
  const char *prefix = judge == Judge::Scaling ? "scaling/" : judge == Judge::Surcharge ? "surcharge/" : "";
  bool hasLevel = !kernel.squareProduct;
  return prefix + kernel.name + (hasLevel ? std::string("/") + levelName(level) : "") + "/" + std::to_string(threads) +
         "-thread" + (threads > 1 ? "s" : "");
}

static constexpr int64_t productSizes[] = {512, 1024, 2048};

static Kernel product(const std::string &type, int64_t size, const std::string &epilogue = "") {
  std::string tail = type + "_" + std::to_string(size);
  Kernel kernel{.name = "product_" + epilogue + tail, .graph = "product_" + epilogue + tail, .reads = 2};
  std::replace(kernel.name.begin(), kernel.name.end(), '_', '-');
  kernel.demands = {{type == "f32" ? Limit::Fma : Limit::DotBf16, 2.0 * static_cast<double>(size)}};
  kernel.sizes = {{"M", size}};
  kernel.squareProduct = size;
  return kernel;
}

static void addProducts(std::vector<Row> &rows) {
  const std::string packed = "packing both operands is counted; accumulators fill the registers";
  const std::string pairs = "the same, twice the operations between loads";
  const std::string epilogue = "K operations for each of the few dozen that bias and GELU need";
  for (int64_t size : productSizes)
    rows.push_back({.kernel = product("f32", size), .required = 0.75, .reason = packed});
  for (int64_t size : productSizes)
    rows.push_back({.kernel = product("bf16", size), .required = 0.7, .reason = pairs});
  for (const char *type : {"f32", "bf16"})
    for (int64_t size : productSizes)
      // Of the f32 products of 512 and of bf16 the issue asks nothing: K is small against what GELU costs.
      rows.push_back({.judge = Judge::Surcharge,
                      .kernel = product(type, size, "bias_gelu_"),
                      .required = type == std::string("f32") && size > 512 ? 1.05 : 0,
                      .reason = epilogue,
                      .plain = product(type, size).graph});
}

static void addChains(std::vector<Row> &rows) {
  const Kernel chainF32{.name = "chain-f32", .graph = "chain_f32"};
  const Kernel chainThree{.name = "chain-three-f32", .graph = "chain_three", .reads = 3};
  // Of its four ops, relu does not round.
  const Kernel chainBf16{.name = "chain-bf16", .graph = "chain_bf16", .demands = {{Limit::RoundBf16, 3}}};
  const Kernel exp{.name = "exp-f32", .graph = "exp", .demands = {{Limit::Exp, 1}}};
  const Kernel gelu{.name = "bias-gelu-f32", .graph = "bias_gelu", .demands = {{Limit::Gelu, 1}}};
  const Kernel geluBf16{
      .name = "bias-gelu-bf16", .graph = "bias_gelu_bf16", .demands = {{Limit::Gelu, 1}, {Limit::RoundBf16, 2}}};
  const Kernel broadcast{.name = "broadcast-rows-f32", .graph = "broadcast_rows"};
  const std::string streams = "a chain only streams: what is left is launching it and the edges of its blocks";
  const std::string function = "the loops that are the limit do the costly part; the cheap ops beside it take the rest";
  const std::string rounds =
      "the loop counts additions and their rounding; relu and the conversion of words, a fifth as many "
      "operations, come on top";
  for (const Kernel &kernel : {chainF32, chainThree, chainBf16, broadcast})
    for (Level level : {Level::L2, Level::L3, Level::Dram}) {
      bool isNarrow = kernel.name == chainBf16.name;
      rows.push_back(
          {.kernel = kernel, .level = level, .required = isNarrow ? 0.8 : 0.85, .reason = isNarrow ? rounds : streams});
    }
  for (const Kernel &kernel : {exp, gelu, geluBf16})
    for (Level level : {Level::L2, Level::L3, Level::Dram})
      rows.push_back({.kernel = kernel, .level = level, .required = 0.85, .reason = function});
}

static Kernel rmsNorm(const std::string &form) {
  Kernel kernel{.name = "rms-norm-" + form, .graph = "rms_norm_" + form};
  if (form == "symbolic")
    kernel.sizes = {{"C", 2048}};
  if (form == "bf16") // Its results are rounded once.
    kernel.demands = {{Limit::RoundBf16, 1}};
  return kernel;
}

static void addRows(std::vector<Row> &rows) {
  const std::string reason = "a row is read once from its level, and again from the first";
  for (const char *form : {"f32", "symbolic", "wide", "bf16"})
    for (Level level : {Level::L3, Level::Dram}) {
      // Of a wide row, its result and the weights, the first level does not hold enough for the second time (plain
      // intrinsics reach 0.74 there on Zen 5); a bf16 row is widened twice, which the loops do not count.
      bool isJudged = level == Level::Dram || form == std::string("f32") || form == std::string("symbolic");
      rows.push_back({.kernel = rmsNorm(form), .level = level, .required = isJudged ? 0.8 : 0, .reason = reason});
    }
}

/// Nothing is required of them.
static void addViews(std::vector<Row> &rows) {
  const Kernel columns{.name = "broadcast-columns-f32", .graph = "broadcast_columns"};
  const Kernel transpose{.name = "transpose-f32", .graph = "transpose"};
  const Kernel slice{.name = "slice-f32", .graph = "slice", .inputShare = 0.5};
  for (const Kernel &kernel : {columns, transpose, slice})
    for (Level level : {Level::L2, Level::Dram})
      rows.push_back({.kernel = kernel, .level = level, .reason = "shown beside a copy of as many bytes"});
}

static void addScaling(std::vector<Row> &rows) {
  const Kernel chain{.name = "chain-f32", .graph = "chain_f32"};
  const std::string shares = "blocks are independent: what is left is sharing them out";
  auto add = [&](const Kernel &kernel, Level level) {
    rows.push_back({Judge::Scaling, kernel, level, 2, 1.8, shares, {}});
  };
  add(product("f32", 1024), Level::L3);
  add(chain, Level::Dram);
  add(rmsNorm("f32"), Level::Dram);
}

static void addCompilers(std::vector<Row> &rows) {
  const Kernel twelve{.name = "twelve-kernels", .graph = "twelve"};
  rows.push_back({.judge = Judge::Cold,
                  .kernel = twelve,
                  .required = 0.5,
                  .reason = "a dozen kernels compile before a user looks up, start-up counted"});
  rows.push_back({.judge = Judge::Warm,
                  .kernel = twelve,
                  .required = 0.05,
                  .reason = "start-up, reading the graph and a file of the cache"});
}

std::vector<Row> acceptedRows() {
  std::vector<Row> rows;
  addProducts(rows);
  addChains(rows);
  addRows(rows);
  addScaling(rows);
  addCompilers(rows);
  addViews(rows);
  return rows;
}

} // namespace tenon::bench
