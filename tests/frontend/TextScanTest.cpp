// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What scanText refuses, where, and what it must let through.
#include "frontend/text/TextScan.h"
#include <gtest/gtest.h>

using tenon::scanText;
using tenon::TextError;
using tenon::TextLimits;

namespace {

std::string repeat(std::string_view part, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i)
    text += part;
  return text;
}

std::string nested(std::string_view open, std::string_view middle, std::string_view close, size_t count) {
  return repeat(open, count) + std::string(middle) + repeat(close, count);
}

std::string located(std::string_view text) {
  std::optional<TextError> error = scanText(text);
  return error ? std::to_string(error->line) + ":" + std::to_string(error->column) + ": " + error->message : "accepted";
}

TEST(TextScan, AcceptsOrdinaryText) {
  EXPECT_EQ(located(R"(
// A comment with [ ( " and {
#map = affine_map<(d0, d1)[s0] -> (d0 - d1 * 2 floordiv s0, -d0)>
#set = affine_set<(d0) : (d0 - 1 >= 0, d0 <= 5, d0 == 2)>
!pair = tuple<tensor<2x?xf32, #tenon.dims<["B", "T+1"]>>, i32>
module {
  func.func @"odd ( name"(%arg0: !pair) -> (i32, i64) attributes {a = "\"[{("} {
    %c = arith.constant -1 : i32 loc("file":1:2)
    %0:2 = "t.x"(%c) ({ ^bb0(%x: i32): "t.y"(%x) : (i32) -> () }) {m = #map, d = dense<[[1, -2], [3, -4]]> : tensor<2x2xi8>} : (i32) -> (i32, i64)
    return %0#0, %0#1 : i32, i64
  }
}
{-# dialect_resources: { builtin: { blob: "0x08000000AABB" } } #-}
)"),
            "accepted");
  EXPECT_EQ(located(""), "accepted");
}

TEST(TextScan, StatementsAreNotNested) {
  // Signs, maps and aliases of many statements do not add up.
  EXPECT_EQ(located("module {\n" +
                    repeat("%a = arith.constant -1 : i32\n%b = t.x affine_map<(d0) -> (d0 + 1)>\n", 3000) + "}"),
            "accepted");
  EXPECT_EQ(located("#a = 1 : i32\n" + repeat("\"t.x\"() {a = #a} : () -> ()\n#b = [#a]\n", 3000)), "accepted");
  EXPECT_EQ(located("\"t.x\"() {a = [" + repeat("-1, ", 5000) + "1]} : () -> ()"), "accepted");
}

TEST(TextScan, BoundsNesting) {
  struct Form {
    const char *open, *close;
    unsigned brackets;
  };
  const Form forms[] = {{"[", "]", 1},
                        {"{b = ", "}", 1},
                        {"(", ")", 1},
                        {"tensor<2x", ">", 1},
                        {"\"t.x\"() ({", "}) : () -> ()", 2},
                        {"module {\n", "}\n", 1},
                        {"loc(fused[", "])", 2},
                        {"affine_map<(d0) -> (", ")>", 2},
                        {"!llvm.struct<(", ")>", 2},
                        {"() -> (", ")", 1},
                        {"callsite(\"a\" at ", ")", 1}};
  for (const Form &form : forms) {
    unsigned most = TextLimits::nesting / form.brackets;
    EXPECT_EQ(located(nested(form.open, "i32", form.close, most)), "accepted") << form.open;
    EXPECT_NE(located(nested(form.open, "i32", form.close, most + 1)), "accepted") << form.open;
  }
  EXPECT_EQ(located("\n" + repeat("[", 300)), "2:257: expected at most 256 nested brackets");
}

TEST(TextScan, BoundsOperatorChains) {
  auto map = [](std::string_view expression) {
    return "#m = affine_map<(d0)[s0] -> (" + std::string(expression) + ")>";
  };
  for (const char *part : {"d0+", "d0-", "d0 * ", "-", "- ", "d0 floordiv ", "d0 ceildiv ", "d0 mod ", "%0-"}) {
    EXPECT_EQ(located(map(repeat(part, 1000) + "d0")), "accepted") << part;
    EXPECT_NE(located(map(repeat(part, 1100) + "d0")), "accepted") << part;
  }
  // The depth of the tree is the sum over the parentheses.
  EXPECT_NE(located(map(nested("(d0+d0+d0+d0+d0+", "d0", ")", 250))), "accepted");
  EXPECT_EQ(located(map(repeat("d0+1, ", 5000) + "d0")), "accepted");
}

TEST(TextScan, AliasesNestToo) {
  auto chain = [](unsigned count, bool reversed, std::string_view open, std::string_view close) {
    std::string text;
    for (unsigned i = 0; i < count; ++i) {
      unsigned index = reversed ? count - i : i;
      text += "#a" + std::to_string(index + 1) + " = " + std::string(open) + "#a" + std::to_string(index) +
              std::string(close) + "\n";
    }
    return text;
  };
  EXPECT_EQ(located(chain(100, false, "[", "]")), "accepted");
  EXPECT_EQ(located(chain(200, false, "[", "]")),
            "129:1: expected at most 256 nested brackets, but the aliases that '#a129' uses nest deeper");
  EXPECT_NE(located(chain(300, true, "loc(callsite(\"a\" at ", "))")), "accepted");
  EXPECT_NE(located(chain(5, false, repeat("[", 60), repeat("]", 60))), "accepted");
  EXPECT_NE(located(chain(100, false, "[[\n", "]\n]")), "accepted");
  // A definition that goes on after a line break.
  EXPECT_NE(located(chain(300, false, "\ndense<1> :\ntensor<2xi32, ", ">")), "accepted");
  // 2^n uses.
  EXPECT_EQ(located(chain(12, false, "[", ", #a0]")), "accepted");
  std::string doubling;
  for (unsigned i = 0; i < 64; ++i)
    doubling += "!a" + std::to_string(i + 1) + " = tuple<!a" + std::to_string(i) + ", !a" + std::to_string(i) + ">\n";
  EXPECT_EQ(located(doubling), "20:1: '!a20' stands for more than 1048576 uses of aliases; define it with fewer");
  EXPECT_EQ(located("#a = [#b]\n#b = [#a]"), "accepted"); // MLIR's to refuse
}

TEST(TextScan, LocatesBrokenText) {
  EXPECT_EQ(located(std::string_view("module {\0}", 10)),
            "1:9: expected text, found a NUL byte; this may be a binary file");
  EXPECT_EQ(located("a\n \"abc\n\""), "2:2: expected the closing '\"' of this string on the same line");
  EXPECT_EQ(located("\"abc\\\""), "1:1: expected the closing '\"' of this string on the same line");
  EXPECT_EQ(located("module {"), "1:8: '{' is never closed; the text may be cut off");
  EXPECT_EQ(located("(\n}"), "2:1: '}' does not match the '(' of line 1, column 1");
  EXPECT_EQ(located("]"), "1:1: ']' closes nothing");
  EXPECT_EQ(located("#t.a<[1] // no\n>"),
            "1:10: a comment within the brackets of a dialect's attribute or type; move it outside");
  EXPECT_EQ(located(std::string(TextLimits::bytes + 1, ' ')).substr(0, 45),
            "1:1: expected at most 67108864 bytes of text,");
}

TEST(TextScan, BoundsNumbersAndResources) {
  EXPECT_EQ(located(std::string(4096, '9')), "accepted");
  EXPECT_EQ(located(std::string(4097, '9')), "1:1: expected a number of at most 4096 digits");
  EXPECT_EQ(located("t.x %0#65535"), "accepted");
  EXPECT_EQ(located("t.x %0#4000000000"), "1:13: expected a result number up to 65535");
  auto resource = [](std::string_view blob) {
    return located("{-# dialect_resources: { builtin: { a: \"" + std::string(blob) + "\" } } #-}").starts_with("1:");
  };
  EXPECT_FALSE(resource("0x40000000AA"));
  EXPECT_FALSE(resource("text"));
  for (const char *blob : {"0x", "0x01", "0x00000000AA", "0x03000000AA", "0x00000080AA", "0x0100000G"})
    EXPECT_TRUE(resource(blob)) << blob;
}

} // namespace
