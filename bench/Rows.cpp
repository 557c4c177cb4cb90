// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of rows.
#include "bench/Row.h"

namespace tenon::bench {

const char *judgeUnit(Judge judge) {
  switch (judge) {
  case Judge::Fraction:
    return "fraction";
  case Judge::Scaling:
    return "times";
  case Judge::Seconds:
    return "s";
  }
  __builtin_unreachable();
}

std::string Row::name() const {
  if (judge == Judge::Seconds)
    return "compile/" + kernel.name;
  std::string text = kernel.name + "/" + levelName(level) + "/" + std::to_string(threads) + "-thread";
  return (judge == Judge::Scaling ? "scaling/" : "") + text + (threads > 1 ? "s" : "");
}

std::vector<Row> acceptedRows() {
  const Kernel chainF32{.name = "chain-f32", .graph = "chain_f32"};
  const Kernel chainBf16{.name = "chain-bf16", .graph = "chain_bf16"};
  const Kernel chainThree{.name = "chain-three-f32", .graph = "chain_three", .reads = 3};
  const Kernel exp{.name = "exp-f32", .graph = "exp", .demands = {{Limit::Exp, 1}}};
  const Kernel gelu{.name = "bias-gelu-f32", .graph = "bias_gelu", .demands = {{Limit::Erfc, 1}}};
  const Kernel geluBf16{.name = "bias-gelu-bf16", .graph = "bias_gelu_bf16", .demands = {{Limit::Erfc, 1}}};
  const Kernel rows{.name = "broadcast-rows-f32", .graph = "broadcast_rows"};
  const Kernel columns{.name = "broadcast-columns-f32", .graph = "broadcast_columns"};
  const Kernel transpose{.name = "transpose-f32", .graph = "transpose"};
  const Kernel slice{.name = "slice-f32", .graph = "slice", .inputShare = 0.5};
  const Kernel product512{.name = "product-512-f32", .graph = "product_512", .demands = {{Limit::Fma, 2 * 512}}};
  const Kernel product1024{.name = "product-1024-f32", .graph = "product_1024", .demands = {{Limit::Fma, 2 * 1024}}};
  const Kernel product2048{.name = "product-2048-f32", .graph = "product_2048", .demands = {{Limit::Fma, 2 * 2048}}};
  const Kernel productGelu{
      .name = "product-bias-gelu-1024-f32", .graph = "product_bias_gelu_1024", .demands = {{Limit::Fma, 2 * 1024}}};

  const std::string products = "packing both operands is counted; accumulators fill the registers";
  const std::string streams = "a chain only streams: what is left is launching it and the edges of its blocks";
  const std::string function = "the loop that is the limit does the costly part; the cheap ops beside it take the rest";
  const std::string shuffles = "each vector is also shuffled about four times in registers";
  const std::string shares = "blocks are independent: what is left is sharing them out";
  const std::string startUp = "a dozen kernels compile before a user looks up";
  constexpr Level l2 = Level::L2, l3 = Level::L3, dram = Level::Dram;
  constexpr Judge fraction = Judge::Fraction, scaling = Judge::Scaling;
  return {
      {fraction, chainF32, l2, 1, 0.85, streams},
      {fraction, chainF32, l3, 1, 0.85, streams},
      {fraction, chainF32, dram, 1, 0.85, streams},
      {fraction, chainF32, dram, 2, 0.85, streams},
      {fraction, chainBf16, l2, 1, 0.85, streams},
      {fraction, chainBf16, l3, 1, 0.85, streams},
      {fraction, chainBf16, dram, 1, 0.85, streams},
      {fraction, chainBf16, dram, 2, 0.85, streams},
      {fraction, chainThree, l2, 1, 0.85, streams},
      {fraction, chainThree, l3, 1, 0.85, streams},
      {fraction, chainThree, dram, 1, 0.85, streams},
      {fraction, exp, l2, 1, 0.85, function},
      {fraction, gelu, l2, 1, 0.85, function},
      {fraction, gelu, dram, 1, 0.85, function},
      {fraction, gelu, dram, 2, 0.85, function},
      {fraction, geluBf16, l2, 1, 0.85, function},
      {fraction, rows, l2, 1, 0.85, streams},
      {fraction, rows, dram, 1, 0.85, streams},
      {fraction, columns, l2, 1, 0.85, streams},
      {fraction, columns, dram, 1, 0.85, streams},
      {fraction, transpose, l2, 1, 0.5, shuffles},
      {fraction, transpose, dram, 1, 0.5, shuffles},
      {fraction, slice, l2, 1, 0.85, streams},
      {fraction, slice, dram, 1, 0.85, streams},
      {fraction, product512, l3, 1, 0.75, products},
      {fraction, product1024, l3, 1, 0.75, products},
      {fraction, product2048, dram, 1, 0.75, products},
      {fraction, productGelu, l3, 1, 0.71, products},
      {scaling, product1024, l3, 2, 1.8, shares},
      {scaling, chainF32, l3, 2, 1.8, shares},
      {scaling, chainF32, dram, 2, 1.8, shares},
      {scaling, gelu, l3, 2, 1.8, shares},
      {Judge::Seconds, {.name = "twelve-kernels-cold", .graph = "twelve"}, l2, 1, 0.5, startUp},
  };
}

} // namespace tenon::bench
