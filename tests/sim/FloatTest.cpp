// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Floating-point instructions against the host's, whose rounding mode the CPU itself changes.
#include "tests/sim/InstructionCase.h"
#include <algorithm>
#include <cfenv>
#include <cmath>

namespace tenon::sim {
namespace {

class FloatTest : public InstructionTest {};

struct Mode {
  const char *suffix;
  int host;
};
constexpr Mode modes[] = {{".rn", FE_TONEAREST}, {".rz", FE_TOWARDZERO}, {".rm", FE_DOWNWARD}, {".rp", FE_UPWARD}};

/// Evaluates under a rounding mode of the CPU. This file is compiled with -frounding-math.
template <class T, class F> T rounded(int mode, F f) {
  std::fesetround(mode);
  volatile T result = f();
  std::fesetround(FE_TONEAREST);
  return result;
}

/// f32 has one NaN; of f64 the tests ask only that it is one.
uint64_t bitsOf(float value) { return std::isnan(value) ? 0x7fffffff : to(value); }
uint64_t bitsOf(double value) { return std::isnan(value) ? 0x7ff8000000000000 : to(value); }

template <class T> std::string name() { return sizeof(T) == 4 ? "f32" : "f64"; }

template <class T>
InstructionCase roundedCase(const std::string &op, Mode mode, unsigned arity, std::function<T(T, T, T)> f) {
  const std::string t = name<T>();
  std::string code = op + mode.suffix + "." + t + " %d, %a";
  for (unsigned i = 1; i < arity; ++i)
    code += std::string(", %") + char('a' + i);
  code += ";";
  // NaN results become one NaN here, so that any payload is right.
  if (sizeof(T) == 8)
    code += "\n.reg .pred %isnan;\n testp.notanumber.f64 %isnan, %d;\n @%isnan mov.b64 %d, 0x7ff8000000000000;";
  return {code, t, std::vector<std::string>(arity, t), [=](Sources s) {
            volatile T a = from<T>(s.a), b = from<T>(s.b), c = from<T>(s.c);
            return bitsOf(rounded<T>(mode.host, [&] { return f(a, b, c); }));
          }};
}

template <class T> void checkRounded(const std::function<void(const InstructionCase &)> &check) {
  for (Mode mode : modes) {
    check(roundedCase<T>("add", mode, 2, [](T a, T b, T) { return a + b; }));
    check(roundedCase<T>("sub", mode, 2, [](T a, T b, T) { return a - b; }));
    check(roundedCase<T>("mul", mode, 2, [](T a, T b, T) { return a * b; }));
    check(roundedCase<T>("div", mode, 2, [](T a, T b, T) { return a / b; }));
    check(roundedCase<T>("fma", mode, 3, [](T a, T b, T c) { return std::fma(a, b, c); }));
    check(roundedCase<T>("sqrt", mode, 1, [](T a, T, T) { return std::sqrt(a); }));
    check(roundedCase<T>("rcp", mode, 1, [](T a, T, T) { return T(1) / a; }));
  }
}

TEST_F(FloatTest, RoundedSingle) {
  checkRounded<float>([&](const InstructionCase &c) { check(c); });
}
TEST_F(FloatTest, RoundedDouble) {
  checkRounded<double>([&](const InstructionCase &c) { check(c); });
}

float flushed(float value) { return std::fpclassify(value) == FP_SUBNORMAL ? std::copysign(0.0f, value) : value; }

TEST_F(FloatTest, FlushingAndSaturation) {
  check({"mul.ftz.f32 %d, %a, %b;", "f32", {"f32", "f32"}, [](Sources s) {
           return bitsOf(flushed(flushed(from<float>(s.a)) * flushed(from<float>(s.b))));
         }});
  check({"add.sat.f32 %d, %a, %b;", "f32", {"f32", "f32"}, [](Sources s) {
           float sum = from<float>(s.a) + from<float>(s.b);
           return to(sum > 0 ? std::min(sum, 1.0f) : 0.0f);
         }});
  check({"setp.lt.ftz.f32 %d, %a, %b;", "pred", {"f32", "f32"}, [](Sources s) {
           return flushed(from<float>(s.a)) < flushed(from<float>(s.b));
         }});
}

template <class T> T smaller(T a, T b) {
  if (std::isnan(a) || std::isnan(b))
    return std::isnan(a) ? b : a;
  return std::signbit(a) != std::signbit(b) ? (std::signbit(a) ? a : b) : std::min(a, b);
}

TEST_F(FloatTest, MinMaxAndSigns) {
  check({"min.f32 %d, %a, %b;", "f32", {"f32", "f32"}, [](Sources s) {
           return bitsOf(smaller(from<float>(s.a), from<float>(s.b)));
         }});
  check({"max.f32 %d, %a, %b;", "f32", {"f32", "f32"}, [](Sources s) {
           return bitsOf(-smaller(-from<float>(s.a), -from<float>(s.b)));
         }});
  check({"max.NaN.f32 %d, %a, %b;", "f32", {"f32", "f32"}, [](Sources s) {
           float a = from<float>(s.a), b = from<float>(s.b);
           return bitsOf(std::isnan(a) || std::isnan(b) ? NAN : -smaller(-a, -b));
         }});
  check({"neg.f32 %d, %a;", "f32", {"f32"}, [](Sources s) { return (s.a ^ 0x80000000) & 0xffffffff; }});
  check({"abs.f64 %d, %a;", "f64", {"f64"}, [](Sources s) { return s.a & ~(1ull << 63); }});
  check({"copysign.f32 %d, %a, %b;", "f32", {"f32", "f32"}, [](Sources s) {
           return (s.b & 0x7fffffff) | (s.a & 0x80000000);
         }});
}

TEST_F(FloatTest, Comparisons) {
  check({"setp.lt.f32 %d, %a, %b;", "pred", {"f32", "f32"}, [](Sources s) {
           return from<float>(s.a) < from<float>(s.b);
         }});
  check({"setp.geu.f64 %d, %a, %b;", "pred", {"f64", "f64"}, [](Sources s) {
           return !(from<double>(s.a) < from<double>(s.b));
         }});
  check({"setp.ne.f32 %d, %a, %b;", "pred", {"f32", "f32"}, [](Sources s) {
           float a = from<float>(s.a), b = from<float>(s.b);
           return a < b || a > b;
         }});
  check({"setp.nan.f32 %d, %a, %b;", "pred", {"f32", "f32"}, [](Sources s) {
           return std::isnan(from<float>(s.a)) || std::isnan(from<float>(s.b));
         }});
  check({"testp.subnormal.f32 %d, %a;", "pred", {"f32"}, [](Sources s) {
           return std::fpclassify(from<float>(s.a)) == FP_SUBNORMAL;
         }});
}

TEST_F(FloatTest, Approximations) {
  struct Function {
    const char *code;
    double (*exact)(double);
  };
  const Function functions[] = {
      {"ex2.approx.f32 %d, %a;", [](double x) { return std::exp2(x); }},
      {"lg2.approx.f32 %d, %a;", [](double x) { return std::log2(x); }},
      {"sin.approx.f32 %d, %a;", [](double x) { return std::sin(x); }},
      {"cos.approx.f32 %d, %a;", [](double x) { return std::cos(x); }},
      {"tanh.approx.f32 %d, %a;", [](double x) { return std::tanh(x); }},
      {"rsqrt.approx.f32 %d, %a;", [](double x) { return 1 / std::sqrt(x); }},
      {"rcp.approx.f32 %d, %a;", [](double x) { return 1 / x; }},
      {"sqrt.approx.f32 %d, %a;", [](double x) { return std::sqrt(x); }},
  };
  for (const Function &function : functions)
    check({function.code, "f32", {"f32"}, [&](Sources s) {
             return bitsOf(static_cast<float>(function.exact(from<float>(s.a))));
           }});
  check({"div.full.f32 %d, %a, %b;", "f32", {"f32", "f32"}, [](Sources s) {
           return bitsOf(from<float>(s.a) / from<float>(s.b));
         }});
}

// Halves in double: exact there but for fma, whose exact value needs more.
template <bool Brain> __float128 valueOf(uint64_t bits) {
  if (Brain)
    return from<float>(uint64_t(bits & 0xffff) << 16);
  return from<_Float16>(bits & 0xffff);
}

/// Whether `bits` is a nearest number of the format to `exact`, even where there are two.
template <bool Brain> bool isNearest(__float128 exact, uint64_t bits) {
  const uint64_t infinity = Brain ? 0x7f80 : 0x7c00;
  uint64_t magnitude = bits & 0x7fff;
  bool negative = bits >> 15 & 1;
  if (magnitude > infinity)
    return false;
  if (negative != (exact < 0) && exact != 0)
    return false;
  __float128 target = exact < 0 ? -exact : exact;
  // Infinity stands for the number that would follow the largest.
  auto value = [&](uint64_t m) {
    return m == infinity ? 2 * valueOf<Brain>(infinity - 1) - valueOf<Brain>(infinity - 2) : valueOf<Brain>(m);
  };
  auto distance = [&](uint64_t m) { return value(m) > target ? value(m) - target : target - value(m); };
  if (magnitude == infinity && target >= value(infinity))
    return true;
  for (uint64_t other : {magnitude - 1, magnitude + 1}) {
    if ((other == magnitude - 1 && magnitude == 0) || other > infinity)
      continue;
    if (distance(other) < distance(magnitude) || (distance(other) == distance(magnitude) && magnitude % 2 == 1))
      return false;
  }
  return true;
}

template <bool Brain>
void checkHalves(
    const std::function<std::vector<uint64_t>(const InstructionCase &, const std::vector<Sources> &)> &evaluate) {
  const std::string t = Brain ? "bf16" : "f16";
  struct Function {
    const char *op;
    unsigned arity;
    __float128 (*exact)(__float128, __float128, __float128);
  };
  const Function functions[] = {
      {"add", 2, [](__float128 a, __float128 b, __float128) { return a + b; }},
      {"sub", 2, [](__float128 a, __float128 b, __float128) { return a - b; }},
      {"mul", 2, [](__float128 a, __float128 b, __float128) { return a * b; }},
      {"fma.rn", 3,
       [](__float128 a, __float128 b, __float128 c) {
         // What the sum lacks decides where it is a tie: it is replaced by something that still fits.
         __float128 product = a * b, sum = product + c;
         __float128 rest = product * product > c * c ? (product - sum) + c : (c - sum) + product;
         __float128 least = (sum < 0 ? -sum : sum) * 0x1p-111;
         return rest > 0 ? sum + least : rest < 0 ? sum - least : sum;
       }},
  };
  for (const Function &function : functions) {
    InstructionCase instruction{std::string(function.op) + "." + t + " %d, %a, %b", t,
                                std::vector<std::string>(function.arity, t), nullptr};
    instruction.code += function.arity == 3 ? ", %c;" : ";";
    auto values = interestingValues(instruction.sources, 2);
    auto results = evaluate(instruction, values);
    for (size_t i = 0; i < values.size(); ++i) {
      __float128 exact =
          function.exact(valueOf<Brain>(values[i].a), valueOf<Brain>(values[i].b), valueOf<Brain>(values[i].c));
      bool isNan = exact != exact, isInfinite = !isNan && (exact > __float128(1e300) || exact < -__float128(1e300));
      uint64_t infinity = Brain ? 0x7f80 : 0x7c00;
      bool good = isNan        ? results[i] == 0x7fff
                  : isInfinite ? results[i] == (exact < 0 ? infinity | 0x8000 : infinity)
                               : isNearest<Brain>(exact, results[i]);
      ASSERT_TRUE(good) << instruction.code << std::hex << " of 0x" << values[i].a << ", 0x" << values[i].b << ", 0x"
                        << values[i].c << " is 0x" << results[i];
    }
  }
}

TEST_F(FloatTest, Halves) {
  checkHalves<false>([&](auto &instruction, auto &values) { return evaluate(instruction, values); });
  checkHalves<true>([&](auto &instruction, auto &values) { return evaluate(instruction, values); });
}

TEST_F(FloatTest, Pairs) {
  // Each half as the single instruction does it.
  std::vector<Sources> values = interestingValues({"f16", "f16"}, 3), pairs;
  for (size_t i = 0; i + 1 < values.size(); i += 2)
    pairs.push_back({(values[i].a & 0xffff) | (values[i + 1].a & 0xffff) << 16,
                     (values[i].b & 0xffff) | (values[i + 1].b & 0xffff) << 16, 0});
  for (const char *op : {"add", "mul", "max", "min.NaN"}) {
    std::string code = op;
    auto single = evaluate({code + ".f16 %d, %a, %b;", "f16", {"f16", "f16"}, nullptr}, values);
    auto packed = evaluate({code + ".f16x2 %d, %a, %b;", "b32", {"b32", "b32"}, nullptr}, pairs);
    for (size_t i = 0; i < pairs.size(); ++i)
      ASSERT_EQ(packed[i], single[2 * i] | single[2 * i + 1] << 16) << code << " " << i;
  }
  check({"fma.rn.relu.bf16x2 %d, %a, %b, %b;", "b32", {"b32", "b32"}, [](Sources) { return 0; }},
        {{0x3f803f80, 0xbf80bf80, 0}});
}

} // namespace
} // namespace tenon::sim
