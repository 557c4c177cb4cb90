// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Mistakes while building: they stick, and their message names the line that made them and what did not fit.
#include "frontend/Graph.h"

#include "tests/frontend/TestTensors.h"

#include <cmath>

using namespace tenon;
using namespace tenon::test;

namespace {

/// "GraphErrorTest.cpp:12: " where line 12 is the one below the call.
std::string nextLine(Place place = Place::current()) {
  return "GraphErrorTest.cpp:" + std::to_string(place.line() + 1) + ": ";
}
const char *anyLine = "GraphErrorTest.cpp:";

/// The message names the place and holds all the parts.
void expectError(const std::string &message, const std::string &place, std::initializer_list<const char *> parts) {
  EXPECT_TRUE(contains(message, place)) << message << "\nhas no " << place;
  for (const char *part : parts)
    EXPECT_TRUE(contains(message, part)) << message << "\nhas no " << part;
}

TEST(GraphError, namesLineAndBothShapes) {
  auto g = Graph();
  auto a = g.input("a", f32, {2, 3});
  auto b = relu(g.input("b", f32, {4, 3}));
  std::string line = nextLine();
  auto c = add(a, b);
  EXPECT_TRUE(c.isEmpty());
  expectError(compileError(g, {c}), line, {"add", "[2, 3]", "[4, 3]"});
}

TEST(GraphError, mayBeTheFirstOp) {
  auto g = Graph();
  auto a = g.input("a", f32, {2, 3}), b = g.input("b", f32, {4, 3});
  std::string line = nextLine();
  auto c = add(a, b);
  expectError(compileError(g, {c}), line, {"[2, 3]", "[4, 3]"});
  auto h = Graph();
  auto x = h.input("x", f32, {2});
  line = nextLine();
  auto y = broadcast(x, {2, 3});
  expectError(compileError(h, {y}), line, {"[2]", "[2, 3]"});
}

TEST(GraphError, ofAnOperatorNamesItsLine) {
  auto error = [](auto build) {
    auto g = Graph();
    auto a = relu(g.input("a", f32, {2, 3})), b = g.input("b", f32, {4, 3}), n = g.input("n", i8, {2});
    return compileError(g, {build(a, b, n)});
  };
  std::string line = nextLine();
  expectError(error([](Value a, Value b, Value) { return a * b; }), line, {"[2, 3]", "[4, 3]"});
  line = nextLine();
  expectError(error([](Value, Value, Value n) { return n + 0.5; }), line, {"0.5"});
  line = nextLine();
  expectError(error([](Value, Value, Value n) { return 0.5 / n; }), line, {"0.5"});
  line = nextLine();
  expectError(error([](Value, Value b, Value) { return -transpose(b, {0}); }), line, {"[4, 3]"});
}

TEST(GraphError, theFirstOneSticks) {
  auto g = Graph();
  auto a = g.input("a", f32, {2, 3});
  std::string line = nextLine();
  auto bad = transpose(a, {0, 0});
  auto later = exp(bad) + a * 2.0;
  g.update(a, later);
  g.declareSize("n", 5, 2);
  expectError(compileError(g, {later}), line, {"[2, 3]"});
  expectError(compileError(g, {a}), line, {"[2, 3]"}); // whatever is asked for
  EXPECT_TRUE(contains(g.text({a}).error().message, line));
}

TEST(GraphError, ofViews) {
  struct Case {
    const char *what;
    Value (*build)(const Value &x);
    std::initializer_list<const char *> parts;
  };
  // x is [4, 5].
  const Case cases[] = {
      {"beyond the end",
       [](const Value &x) {
         return slice(x, {0, 1}, {4, 5});
       },
       {"1 to 5", "dimension 1", "[4, 5]"}},
      {"before the start",
       [](const Value &x) {
         return slice(x, {0, 0}, {2, 2}, {-1, 1});
       },
       {"dimension 0", "[4, 5]"}},
      {"by the stride",
       [](const Value &x) {
         return slice(x, {0, 0}, {4, 3}, {1, 3});
       },
       {"0 to 6", "[4, 5]"}},
      {"of unknown size",
       [](const Value &x) {
         return slice(x, {0, 0}, {"k", 5});
       },
       {"k-1", "[4, 5]"}},
      {"of wrong rank", [](const Value &x) { return slice(x, {0}, {4}); }, {"each dimension", "[4, 5]"}},
      {"stride missing",
       [](const Value &x) {
         return slice(x, {0, 0}, {4, 5}, {1});
       },
       {"each dimension", "[4, 5]"}},
      {"size -1",
       [](const Value &x) {
         return slice(x, {0, 0}, {-1, 5});
       },
       {"-1"}},
      {"permutation short", [](const Value &x) { return transpose(x, {0}); }, {"[4, 5]"}},
      {"permutation out of range",
       [](const Value &x) {
         return transpose(x, {0, 2});
       },
       {"[4, 5]"}},
      {"permutation doubled",
       [](const Value &x) {
         return transpose(x, {1, 1});
       },
       {"[4, 5]"}},
      {"broadcast does not fit",
       [](const Value &x) {
         return broadcast(x, {3, 5});
       },
       {"[4, 5]", "[3, 5]"}},
      {"broadcast to fewer", [](const Value &x) { return broadcast(x, {5}); }, {"[4, 5]", "[5]"}},
  };
  for (const Case &bad : cases) {
    SCOPED_TRACE(bad.what);
    auto g = Graph();
    auto y = bad.build(g.input("x", f32, {4, 5}));
    EXPECT_TRUE(y.isEmpty());
    expectError(compileError(g, {y}), anyLine, bad.parts);
  }
}

TEST(GraphError, ofTypes) {
  auto g = Graph();
  auto sum = add(g.input("a", f32, {2}), g.input("b", f64, {2}));
  EXPECT_TRUE(sum.isEmpty());
  expectError(compileError(g, {sum}), anyLine, {"add", "f32 [2]", "f64 [2]"});
  auto h = Graph();
  auto power = exp(h.input("a", i32, {2}));
  EXPECT_TRUE(power.isEmpty());
  expectError(compileError(h, {power}), anyLine, {"exp", "i32"});
  auto k = Graph();
  auto bits = bitcast(k.input("a", f32, {2}), i16);
  EXPECT_TRUE(bits.isEmpty());
  expectError(compileError(k, {bits}), anyLine, {"f32", "i16"});
  auto m = Graph();
  EXPECT_TRUE(m.input("a", ElementType::U8, {2}).isEmpty());
  expectError(compileError(m, {}), anyLine, {"ui8"});
}

TEST(GraphError, ofNumbersThatATypeDoesNotHold) {
  for (double number : {2.5, 300.0, -129.0, double(NAN), double(INFINITY), 1e300}) {
    auto g = Graph();
    auto y = splat(number, g.input("x", i8, {2}));
    EXPECT_TRUE(y.isEmpty()) << number;
    EXPECT_TRUE(contains(compileError(g, {y}), "integer")) << number;
  }
}

TEST(GraphError, ofSizes) {
  struct Case {
    Dim size;
    const char *part;
  };
  for (const Case &bad : {Case{"n*", "n*"}, Case{"", "\"\""}, Case{"3n", "3n"}, Case{-1, "-1"}, Case{"2-4", "-2"},
                          Case{"n floordiv 0", "n floordiv 0"}}) {
    auto g = Graph();
    auto x = g.input("x", f32, {bad.size});
    EXPECT_TRUE(x.isEmpty()) << bad.size.text;
    expectError(compileError(g, {x}), anyLine, {bad.part});
  }
  // A size that no input has as a dimension of its own could have no value.
  auto g = Graph();
  auto x = g.input("x", f32, {"n-1"});
  EXPECT_TRUE(contains(compileError(g, {relu(x)}), "size n"));
}

TEST(GraphError, ofDeclaredSizes) {
  auto error = [](auto build) {
    auto g = Graph();
    build(g);
    return compileError(g, {g.input("x", f32, {2})});
  };
  expectError(error([](Graph &g) { g.declareSize("n", 5, 2); }), anyLine, {"n", "5 to 2"});
  expectError(error([](Graph &g) { g.declareSize("n", -3, 2); }), anyLine, {"n", "-3"});
  expectError(error([](Graph &g) { g.declareSize("n", 0, 9, 0); }), anyLine, {"divisor 0"});
  expectError(error([](Graph &g) { g.declareSize("two words", 0, 9); }), anyLine, {"two words"});
  auto used = [](Graph &g) {
    g.input("y", f32, {"n"});
    g.declareSize("n", 0, 9);
  };
  expectError(error(used), anyLine, {"size n", "already"});
}

TEST(GraphError, ofNames) {
  auto g = Graph();
  g.input("x", f32, {2});
  EXPECT_TRUE(g.input("x", f32, {3}).isEmpty());
  expectError(compileError(g, {}), anyLine, {"\"x\""});
  auto h = Graph();
  h.state("x", f32, {2});
  EXPECT_TRUE(h.state("x", f32, {3}).isEmpty());
  expectError(compileError(h, {}), anyLine, {"\"x\""});
  for (const char *bad : {"", "two\nlines", "\x01"}) {
    auto named = Graph();
    EXPECT_TRUE(named.input(bad, f32, {2}).isEmpty());
    expectError(compileError(named, {}), anyLine, {"name"});
  }
  auto both = Graph();
  both.input("x", f32, {2});
  EXPECT_TRUE(both.state("x", f32, {2}).isEmpty());
  expectError(compileError(both, {}), anyLine, {"\"x\""});
  auto k = Graph();
  auto x = k.input("x", f32, {2});
  EXPECT_TRUE(contains(compileError(k, {Output("y", x), Output("y", relu(x))}), "y"));
  EXPECT_TRUE(contains(compileError(k, {x, Output("out0", relu(x))}), "out0"));
}

TEST(GraphError, ofStates) {
  auto error = [](auto build) {
    auto g = Graph();
    auto x = g.input("x", f32, {2});
    build(g, g.state("s", f32, {3}), x);
    return compileError(g, {x});
  };
  expectError(error([](Graph &g, Value s, Value x) { g.update(s, x); }), anyLine, {"s", "[2]", "[3]"});
  expectError(error([](Graph &g, Value, Value x) { g.update(x, x); }), anyLine, {"only a state"});
  auto twice = [](Graph &g, Value s, Value) {
    g.update(s, s + 1.0);
    g.update(s, s);
  };
  expectError(error(twice), anyLine, {"s", "twice"});
  expectError(error([](Graph &g, Value, Value) { g.state("t", f32, {"n"}); }), anyLine, {"\"t\""});
}

TEST(GraphError, emptyValuesAreHarmless) {
  Value none;
  EXPECT_TRUE(none.isEmpty());
  EXPECT_EQ(none.shape(), "[]");
  EXPECT_EQ(none.rank(), 0);
  EXPECT_TRUE((none + none).isEmpty());
  EXPECT_TRUE(select(none, none, none).isEmpty());
  EXPECT_TRUE(splat(1, none).isEmpty());
  EXPECT_TRUE(broadcast(none, {2}).isEmpty());
  EXPECT_TRUE(transpose(none, {0}).isEmpty());
  EXPECT_TRUE(slice(none, {0}, {1}).isEmpty());
  auto g = Graph();
  auto x = g.input("x", f32, {2});
  EXPECT_TRUE(contains(compileError(g, {Output("y", none)}), "\"y\""));
  EXPECT_TRUE(compile(g, {x}).ok()); // asking for an empty value is no mistake of the graph
  EXPECT_TRUE(add(x, none).isEmpty());
  expectError(compileError(g, {x}), anyLine, {"empty"});
}

TEST(GraphError, twoGraphsDoNotMix) {
  auto g = Graph(), h = Graph();
  auto x = g.input("x", f32, {2}), y = h.input("y", f32, {2});
  EXPECT_TRUE(contains(compileError(h, {x}), "another graph"));
  EXPECT_TRUE(add(x, y).isEmpty());
  expectError(compileError(g, {x}), anyLine, {"another graph"});
  EXPECT_TRUE(compile(h, {y}).ok());
  auto state = h.state("s", f32, {2});
  h.update(state, x);
  expectError(compileError(h, {y}), anyLine, {"another graph"});
}

TEST(GraphError, ofCallsAndTargets) {
  auto g = Graph();
  EXPECT_TRUE(contains(compileError(g, {}), "no results"));
  auto x = g.input("x", f32, {2});
  CompileSettings settings;
  settings.targets = {"z80"};
  Result<Function> function = compile(g, {x}, settings);
  ASSERT_FALSE(function.ok());
  EXPECT_TRUE(contains(function.error().message, "z80")) << function.error().message;
  EXPECT_TRUE(contains(function.error().message, "x86-64-v3")) << function.error().message;
  auto two = compiled(g, {x, x});
  EXPECT_TRUE(contains(two(floats({1, 2})).error().message, "2 results"));
}

} // namespace
