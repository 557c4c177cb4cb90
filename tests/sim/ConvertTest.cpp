// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// cvt against the host's conversions.
#include "tests/sim/InstructionCase.h"
#include <algorithm>
#include <cfenv>
#include <cmath>

namespace tenon::sim {
namespace {

class ConvertTest : public InstructionTest {};

template <class T> std::string suffix() {
  if (std::is_floating_point_v<T>)
    return sizeof(T) == 4 ? "f32" : "f64";
  return (std::is_signed_v<T> ? "s" : "u") + std::to_string(8 * sizeof(T));
}
template <class T> std::string reg() {
  return std::is_floating_point_v<T> ? suffix<T>() : "b" + std::to_string(std::max<size_t>(16, 8 * sizeof(T)));
}

/// What a register of R holds after it took a value of To: extended as To is.
template <class To> uint64_t inRegister(To value) {
  if constexpr (sizeof(To) == 1)
    return to<uint16_t>(static_cast<uint16_t>(static_cast<int16_t>(value)));
  else
    return to(value);
}

template <class To, class From> InstructionCase integers(bool saturates) {
  std::string code =
      std::string("cvt") + (saturates ? ".sat." : ".") + suffix<To>() + "." + suffix<From>() + " %d, %a;";
  return {code, reg<To>(), {reg<From>()}, [=](Sources s) {
            __int128 value = from<From>(s.a);
            if (saturates)
              value = std::clamp<__int128>(value, std::numeric_limits<To>::min(), std::numeric_limits<To>::max());
            return inRegister(static_cast<To>(value));
          }};
}

template <class From> void checkIntegersFrom(const std::function<void(const InstructionCase &)> &check) {
  for (bool saturates : {false, true}) {
    check(integers<uint8_t, From>(saturates));
    check(integers<int8_t, From>(saturates));
    check(integers<uint16_t, From>(saturates));
    check(integers<int16_t, From>(saturates));
    check(integers<uint32_t, From>(saturates));
    check(integers<int32_t, From>(saturates));
    check(integers<uint64_t, From>(saturates));
    check(integers<int64_t, From>(saturates));
  }
}

TEST_F(ConvertTest, Integers) {
  auto one = [&](const InstructionCase &c) { check(c); };
  checkIntegersFrom<uint8_t>(one);
  checkIntegersFrom<int8_t>(one);
  checkIntegersFrom<uint16_t>(one);
  checkIntegersFrom<int16_t>(one);
  checkIntegersFrom<uint32_t>(one);
  checkIntegersFrom<int32_t>(one);
  checkIntegersFrom<uint64_t>(one);
  checkIntegersFrom<int64_t>(one);
}

struct Mode {
  const char *suffix;
  int host;
};
constexpr Mode modes[] = {{".rn", FE_TONEAREST}, {".rz", FE_TOWARDZERO}, {".rm", FE_DOWNWARD}, {".rp", FE_UPWARD}};

template <class To, class From> void checkToFloat(const std::function<void(const InstructionCase &)> &check) {
  for (Mode mode : modes)
    check({std::string("cvt") + mode.suffix + "." + suffix<To>() + "." + suffix<From>() + " %d, %a;",
           suffix<To>(),
           {std::is_floating_point_v<From> ? suffix<From>() : reg<From>()},
           [=](Sources s) {
             volatile From value = from<From>(s.a);
             std::fesetround(mode.host);
             volatile To result = static_cast<To>(value);
             std::fesetround(FE_TONEAREST);
             return std::isnan(To(result)) ? (sizeof(To) == 4 ? 0x7fffffff : to(To(result))) : to(To(result));
           }});
}

TEST_F(ConvertTest, ToFloat) {
  auto one = [&](const InstructionCase &c) { check(c); };
  checkToFloat<float, uint16_t>(one);
  checkToFloat<float, int32_t>(one);
  checkToFloat<float, uint32_t>(one);
  checkToFloat<float, int64_t>(one);
  checkToFloat<float, uint64_t>(one);
  checkToFloat<double, int32_t>(one);
  checkToFloat<double, int64_t>(one);
  checkToFloat<double, uint64_t>(one);
  checkToFloat<float, double>(one);
}

template <class To, class From> void checkToInteger(const std::function<void(const InstructionCase &)> &check) {
  const char *names[] = {".rni", ".rzi", ".rmi", ".rpi"};
  for (int i = 0; i < 4; ++i)
    check({std::string("cvt") + names[i] + "." + suffix<To>() + "." + suffix<From>() + " %d, %a;",
           reg<To>(),
           {suffix<From>()},
           [=](Sources s) -> uint64_t {
             From value = from<From>(s.a);
             if (std::isnan(value))
               return sizeof(To) == 8 || sizeof(From) == 8 ? uint64_t(1) << (8 * sizeof(To) - 1) : 0;
             long double whole = i == 0   ? std::nearbyint(static_cast<long double>(value))
                                 : i == 1 ? std::trunc(static_cast<long double>(value))
                                 : i == 2 ? std::floor(static_cast<long double>(value))
                                          : std::ceil(static_cast<long double>(value));
             // All values of both types are exact in 64 bits of mantissa.
             long double low = std::numeric_limits<To>::min(), high = std::numeric_limits<To>::max();
             return whole <= low    ? inRegister(std::numeric_limits<To>::min())
                    : whole >= high ? inRegister(std::numeric_limits<To>::max())
                                    : inRegister(static_cast<To>(whole));
           }});
}

TEST_F(ConvertTest, ToInteger) {
  auto one = [&](const InstructionCase &c) { check(c); };
  checkToInteger<int16_t, float>(one);
  checkToInteger<int32_t, float>(one);
  checkToInteger<uint32_t, float>(one);
  checkToInteger<int64_t, float>(one);
  checkToInteger<uint64_t, float>(one);
  checkToInteger<int32_t, double>(one);
  checkToInteger<uint64_t, double>(one);
}

TEST_F(ConvertTest, WholeNumbersAndSaturation) {
  check({"cvt.rmi.f32.f32 %d, %a;", "f32", {"f32"}, [](Sources s) {
           float value = std::floor(from<float>(s.a));
           return std::isnan(value) ? 0x7fffffff : to(value);
         }});
  check({"cvt.sat.f32.f32 %d, %a;", "f32", {"f32"}, [](Sources s) {
           float value = from<float>(s.a);
           return to(value > 0 ? std::min(value, 1.0f) : 0.0f);
         }});
  check({"cvt.f64.f32 %d, %a;", "f64", {"f32"}, [](Sources s) { return to(static_cast<double>(from<float>(s.a))); }});
}

uint64_t halfOf(float value) { return std::isnan(value) ? 0x7fff : to(static_cast<_Float16>(value)); }
uint64_t bfloatOf(float value) {
  if (std::isnan(value))
    return 0x7fff;
  uint64_t bits = to(value);
  return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

TEST_F(ConvertTest, Halves) {
  check({"cvt.rn.f16.f32 %d, %a;", "f16", {"f32"}, [](Sources s) { return halfOf(from<float>(s.a)); }});
  check({"cvt.rn.bf16.f32 %d, %a;", "bf16", {"f32"}, [](Sources s) { return bfloatOf(from<float>(s.a)); }});
  check({"cvt.rz.bf16.f32 %d, %a;", "bf16", {"f32"}, [](Sources s) {
           return std::isnan(from<float>(s.a)) ? 0x7fff : s.a >> 16;
         }});
  check({"cvt.f32.f16 %d, %a;", "f32", {"f16"}, [](Sources s) {
           float value = from<_Float16>(s.a);
           return std::isnan(value) ? 0x7fffffff : to(value);
         }});
  check({"cvt.rn.bf16x2.f32 %d, %a, %b;", "b32", {"f32", "f32"}, [](Sources s) {
           return bfloatOf(from<float>(s.a)) << 16 | bfloatOf(from<float>(s.b));
         }});
  check({"cvt.rn.relu.f16x2.f32 %d, %a, %b;", "b32", {"f32", "f32"}, [](Sources s) {
           auto relu = [](float value) { return value < 0 ? 0.0f : value; };
           return halfOf(relu(from<float>(s.a))) << 16 | halfOf(relu(from<float>(s.b)));
         }});
  check({"cvt.rzi.s32.f16 %d, %a;", "b32", {"f16"}, [](Sources s) -> uint64_t {
           float value = from<_Float16>(s.a);
           if (std::isnan(value) || std::isinf(value))
             return std::isnan(value) ? 0 : value < 0 ? 0x80000000 : 0x7fffffff;
           return to(static_cast<int32_t>(value));
         }});
  check({"cvt.rn.f16.s32 %d, %a;", "f16", {"b32"}, [](Sources s) {
           return to(static_cast<_Float16>(from<int32_t>(s.a)));
         }});
  check({"cvt.rna.tf32.f32 %d, %a;", "b32", {"f32"}, [](Sources s) -> uint64_t {
           if (std::isnan(from<float>(s.a)))
             return 0x7fffe000;
           return std::isinf(from<float>(s.a)) ? s.a : (s.a + 0x1000) & 0xffffe000;
         }});
}

TEST_F(ConvertTest, Packs) {
  check({"cvt.pack.sat.s8.s32.b32 %d, %a, %b, %c;", "b32", {"b32", "b32", "b32"}, [](Sources s) {
           auto byte = [](uint64_t bits) { return uint8_t(std::clamp(from<int32_t>(bits), -128, 127)); };
           return uint32_t(s.c << 16 | uint32_t(byte(s.a)) << 8 | byte(s.b));
         }});
}

} // namespace
} // namespace tenon::sim
