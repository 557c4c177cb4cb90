// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Integer, bit and comparison instructions against C++.
#include "tests/sim/InstructionCase.h"
#include <algorithm>

namespace tenon::sim {
namespace {

class IntegerTest : public InstructionTest {};

template <class T> std::string suffix() { return (std::is_signed_v<T> ? "s" : "u") + std::to_string(8 * sizeof(T)); }
template <class T> std::string untyped() { return "b" + std::to_string(8 * sizeof(T)); }

/// The exact value of a source.
template <class T> __int128 wide(uint64_t bits) { return from<T>(bits); }
template <class T> uint64_t wrap(__int128 value) { return to<T>(static_cast<T>(value)); }

template <class T> std::vector<InstructionCase> arithmetic() {
  const std::string t = suffix<T>(), b = untyped<T>();
  const int bits = 8 * sizeof(T);
  auto binary = [&](const std::string &op, std::function<__int128(__int128, __int128)> f) {
    return InstructionCase{
        op + "." + t + " %d, %a, %b;", b, {b, b}, [f](Sources s) { return wrap<T>(f(wide<T>(s.a), wide<T>(s.b))); }};
  };
  std::vector<InstructionCase> cases = {
      binary("add", [](auto x, auto y) { return x + y; }),
      binary("sub", [](auto x, auto y) { return x - y; }),
      binary("mul.lo",
             [](auto x, auto y) {
               return static_cast<__int128>(static_cast<unsigned __int128>(x) * static_cast<unsigned __int128>(y));
             }),
      binary("mul.hi",
             [bits](auto x, auto y) -> __int128 {
               if (std::is_signed_v<T>)
                 return (x * y) >> bits;
               return static_cast<__int128>(static_cast<unsigned __int128>(x) * static_cast<unsigned __int128>(y) >>
                                            bits);
             }),
      binary("div", [](auto x, auto y) { return y == 0 ? __int128(-1) : x / y; }),
      binary("rem", [](auto x, auto y) { return y == 0 ? x : x % y; }),
      binary("min", [](auto x, auto y) { return std::min(x, y); }),
      binary("max", [](auto x, auto y) { return std::max(x, y); }),
  };
  cases.push_back({"mad.lo." + t + " %d, %a, %b, %c;", b, {b, b, b}, [](Sources s) {
                     auto product =
                         static_cast<unsigned __int128>(wide<T>(s.a)) * static_cast<unsigned __int128>(wide<T>(s.b));
                     return wrap<T>(static_cast<__int128>(product + static_cast<unsigned __int128>(wide<T>(s.c))));
                   }});
  cases.push_back({"sad." + t + " %d, %a, %b, %c;", b, {b, b, b}, [](Sources s) {
                     __int128 difference = wide<T>(s.a) - wide<T>(s.b);
                     return wrap<T>((difference < 0 ? -difference : difference) + wide<T>(s.c));
                   }});
  if (std::is_signed_v<T>) {
    cases.push_back({"neg." + t + " %d, %a;", b, {b}, [](Sources s) { return wrap<T>(-wide<T>(s.a)); }});
    cases.push_back({"abs." + t + " %d, %a;", b, {b}, [](Sources s) {
                       return wrap<T>(wide<T>(s.a) < 0 ? -wide<T>(s.a) : wide<T>(s.a));
                     }});
  }
  return cases;
}

TEST_F(IntegerTest, Arithmetic) {
  for (const auto &cases : {arithmetic<uint16_t>(), arithmetic<int16_t>(), arithmetic<uint32_t>(),
                            arithmetic<int32_t>(), arithmetic<uint64_t>(), arithmetic<int64_t>()})
    for (const InstructionCase &instruction : cases)
      check(instruction);
}

template <class T, class W> std::vector<InstructionCase> widening() {
  const std::string t = suffix<T>(), b = untyped<T>(), w = untyped<W>();
  return {{"mul.wide." + t + " %d, %a, %b;", w, {b, b}, [](Sources s) { return wrap<W>(wide<T>(s.a) * wide<T>(s.b)); }},
          {"mad.wide." + t + " %d, %a, %b, %c;", w, {b, b, w}, [](Sources s) {
             return wrap<W>(wide<T>(s.a) * wide<T>(s.b) + wide<W>(s.c));
           }}};
}

TEST_F(IntegerTest, Widening) {
  for (const auto &cases : {widening<uint16_t, uint32_t>(), widening<int16_t, int32_t>(),
                            widening<uint32_t, uint64_t>(), widening<int32_t, int64_t>()})
    for (const InstructionCase &instruction : cases)
      check(instruction);
}

TEST_F(IntegerTest, Saturation) {
  auto clamp = [](__int128 value) { return wrap<int32_t>(std::clamp<__int128>(value, INT32_MIN, INT32_MAX)); };
  check({"add.sat.s32 %d, %a, %b;", "b32", {"b32", "b32"}, [=](Sources s) {
           return clamp(wide<int32_t>(s.a) + wide<int32_t>(s.b));
         }});
  check({"sub.sat.s32 %d, %a, %b;", "b32", {"b32", "b32"}, [=](Sources s) {
           return clamp(wide<int32_t>(s.a) - wide<int32_t>(s.b));
         }});
}

TEST_F(IntegerTest, Carries) {
  // 128-bit sums in two halves: %d is the high half of {a, b} + {c, c}.
  check({".reg .b64 %low;\n add.cc.u64 %low, %a, %c;\n addc.u64 %d, %b, %c;",
         "b64",
         {"b64", "b64", "b64"},
         [](Sources s) {
           unsigned __int128 x = static_cast<unsigned __int128>(s.b) << 64 | s.a;
           unsigned __int128 y = static_cast<unsigned __int128>(s.c) << 64 | s.c;
           return static_cast<uint64_t>((x + y) >> 64);
         }});
  check({".reg .b32 %low;\n sub.cc.u32 %low, %a, %c;\n subc.u32 %d, %b, %c;",
         "b32",
         {"b32", "b32", "b32"},
         [](Sources s) {
           uint64_t x = (s.b & 0xffffffff) << 32 | (s.a & 0xffffffff);
           uint64_t y = (s.c & 0xffffffff) << 32 | (s.c & 0xffffffff);
           return (x - y) >> 32;
         }});
  check({".reg .b32 %low;\n mad.lo.cc.u32 %low, %a, %b, %c;\n madc.hi.u32 %d, %a, %b, %c;",
         "b32",
         {"b32", "b32", "b32"},
         [](Sources s) {
           uint64_t c = s.c & 0xffffffff, product = (s.a & 0xffffffff) * (s.b & 0xffffffff);
           return (product + (c << 32 | c)) >> 32;
         }});
}

TEST_F(IntegerTest, DotProducts) {
  check({"dp4a.s32.u32 %d, %a, %b, %c;", "b32", {"b32", "b32", "b32"}, [](Sources s) {
           __int128 sum = wide<int32_t>(s.c);
           for (int i = 0; i < 4; ++i)
             sum += int(int8_t(s.a >> 8 * i)) * int(uint8_t(s.b >> 8 * i));
           return wrap<int32_t>(sum);
         }});
  check({"dp2a.hi.s32.s32 %d, %a, %b, %c;", "b32", {"b32", "b32", "b32"}, [](Sources s) {
           __int128 sum = wide<int32_t>(s.c);
           for (int i = 0; i < 2; ++i)
             sum += int(int16_t(s.a >> 16 * i)) * int(int8_t(s.b >> (16 + 8 * i)));
           return wrap<int32_t>(sum);
         }});
  check({"mul24.lo.s32 %d, %a, %b;", "b32", {"b32", "b32"}, [](Sources s) {
           return wrap<int32_t>(__int128(int32_t(uint32_t(s.a) << 8) >> 8) * (int32_t(uint32_t(s.b) << 8) >> 8));
         }});
}

template <class T> std::vector<InstructionCase> bitCases() {
  const std::string b = untyped<T>();
  const unsigned bits = 8 * sizeof(T);
  using S = std::make_signed_t<T>;
  return {
      {"and." + b + " %d, %a, %b;", b, {b, b}, [](Sources s) { return to<T>(from<T>(s.a) & from<T>(s.b)); }},
      {"or." + b + " %d, %a, %b;", b, {b, b}, [](Sources s) { return to<T>(from<T>(s.a) | from<T>(s.b)); }},
      {"xor." + b + " %d, %a, %b;", b, {b, b}, [](Sources s) { return to<T>(from<T>(s.a) ^ from<T>(s.b)); }},
      {"not." + b + " %d, %a;", b, {b}, [](Sources s) { return to<T>(static_cast<T>(~from<T>(s.a))); }},
      {"shl." + b + " %d, %a, %b;",
       b,
       {b, "b32"},
       [=](Sources s) { return uint32_t(s.b) >= bits ? 0 : to<T>(static_cast<T>(from<T>(s.a) << uint32_t(s.b))); }},
      {"shr.u" + std::to_string(bits) + " %d, %a, %b;",
       b,
       {b, "b32"},
       [=](Sources s) { return uint32_t(s.b) >= bits ? 0 : to<T>(static_cast<T>(from<T>(s.a) >> uint32_t(s.b))); }},
      {"shr.s" + std::to_string(bits) + " %d, %a, %b;",
       b,
       {b, "b32"},
       [=](Sources s) { return to<T>(static_cast<T>(from<S>(s.a) >> std::min<uint32_t>(uint32_t(s.b), bits - 1))); }},
  };
}

/// The definition in the PTX ISA, bit by bit.
template <class T> uint64_t extractField(Sources s) {
  unsigned top = 8 * sizeof(T) - 1, position = s.b & 255, length = s.c & 255;
  auto bit = [&](unsigned i) { return s.a >> i & 1; };
  uint64_t sign = !std::is_signed_v<T> || length == 0 ? 0 : bit(std::min(position + length - 1, top)), result = 0;
  for (unsigned i = 0; i <= top; ++i)
    result |= (i < length && position + i <= top ? bit(position + i) : sign) << i;
  return result;
}
template <class T> uint64_t insertField(Sources s, uint64_t into) {
  unsigned top = 8 * sizeof(T) - 1, position = s.b & 255, length = s.c & 255;
  uint64_t result = to<T>(static_cast<T>(into));
  for (unsigned i = 0; i < length && position + i <= top; ++i)
    result = (result & ~(uint64_t(1) << (position + i))) | (s.a >> i & 1) << (position + i);
  return result;
}

TEST_F(IntegerTest, Bits) {
  for (const auto &cases : {bitCases<uint16_t>(), bitCases<uint32_t>(), bitCases<uint64_t>()})
    for (const InstructionCase &instruction : cases)
      check(instruction);
  check({"bfe.u32 %d, %a, %b, %c;", "b32", {"b32", "b32", "b32"}, extractField<uint32_t>});
  check({"bfe.s32 %d, %a, %b, %c;", "b32", {"b32", "b32", "b32"}, extractField<int32_t>});
  check({"bfe.u64 %d, %a, %b, %c;", "b64", {"b64", "b32", "b32"}, extractField<uint64_t>});
  check({"bfe.s64 %d, %a, %b, %c;", "b64", {"b64", "b32", "b32"}, extractField<int64_t>});
  check({"bfi.b32 %d, %a, 0x12345678, %b, %c;", "b32", {"b32", "b32", "b32"}, [](Sources s) {
           return insertField<uint32_t>(s, 0x12345678);
         }});
  check({"bfi.b64 %d, %a, 0x123456789abcdef0, %b, %c;", "b64", {"b64", "b32", "b32"}, [](Sources s) {
           return insertField<uint64_t>(s, 0x123456789abcdef0);
         }});
}

TEST_F(IntegerTest, CountsAndPermutations) {
  check({"popc.b64 %d, %a;", "b32", {"b64"}, [](Sources s) { return std::popcount(s.a); }});
  check({"clz.b32 %d, %a;", "b32", {"b32"}, [](Sources s) { return std::countl_zero(uint32_t(s.a)); }});
  check({"brev.b32 %d, %a;", "b32", {"b32"}, [](Sources s) { return __builtin_bitreverse32(uint32_t(s.a)); }});
  check({"bfind.s32 %d, %a;", "b32", {"b32"}, [](Sources s) -> uint64_t {
           auto x = from<int32_t>(s.a);
           uint32_t magnitude = static_cast<uint32_t>(x < 0 ? ~x : x);
           return magnitude ? 31 - std::countl_zero(magnitude) : 0xffffffff;
         }});
  check({"bfind.shiftamt.u64 %d, %a;", "b32", {"b64"}, [](Sources s) -> uint64_t {
           return s.a ? std::countl_zero(s.a) : 0xffffffff;
         }});
  check({"lop3.b32 %d, %a, %b, %c, 0xca;", "b32", {"b32", "b32", "b32"}, [](Sources s) {
           return uint32_t((s.a & s.b) | (~s.a & s.c));
         }});
  check({"shf.l.wrap.b32 %d, %a, %b, %c;", "b32", {"b32", "b32", "b32"}, [](Sources s) {
           uint64_t both = s.b << 32 | uint32_t(s.a);
           return both << (s.c & 31) >> 32;
         }});
  check({"shf.r.clamp.b32 %d, %a, %b, %c;", "b32", {"b32", "b32", "b32"}, [](Sources s) {
           uint64_t both = s.b << 32 | uint32_t(s.a);
           return uint32_t(both >> std::min<uint32_t>(uint32_t(s.c), 32));
         }});
  check({"bmsk.clamp.b32 %d, %a, %b;", "b32", {"b32", "b32"}, [](Sources s) {
           uint32_t result = 0;
           for (uint64_t i = 0; i < 32; ++i)
             result |= uint32_t(i >= uint32_t(s.a) && i < uint64_t(uint32_t(s.a)) + uint32_t(s.b)) << i;
           return result;
         }});
  check({"szext.wrap.s32 %d, %a, %b;", "b32", {"b32", "b32"}, [](Sources s) {
           uint32_t n = s.b & 31, low = uint32_t(s.a) & ((1u << n) - 1);
           return n && low >> (n - 1) ? low | ~((1u << n) - 1) : low;
         }});
  check({"prmt.b32 %d, %a, %b, %c;", "b32", {"b32", "b32", "b32"}, [](Sources s) {
           uint8_t bytes[8];
           for (int i = 0; i < 4; ++i) {
             bytes[i] = uint8_t(s.a >> 8 * i);
             bytes[i + 4] = uint8_t(s.b >> 8 * i);
           }
           uint32_t result = 0;
           for (int i = 0; i < 4; ++i) {
             uint8_t byte = bytes[s.c >> 4 * i & 7];
             result |= uint32_t(s.c >> 4 * i & 8 ? (byte >> 7) * 255 : byte) << 8 * i;
           }
           return result;
         }});
  check({"prmt.b32.rc16 %d, %a, %b, 1;", "b32", {"b32", "b32"}, [](Sources s) {
           return uint32_t((s.a >> 16 & 0xffff) * 0x10001);
         }});
}

TEST_F(IntegerTest, Comparisons) {
  check({"setp.lt.s32 %d, %a, %b;", "pred", {"b32", "b32"}, [](Sources s) {
           return from<int32_t>(s.a) < from<int32_t>(s.b);
         }});
  check({"setp.hs.u16 %d, %a, %b;", "pred", {"b16", "b16"}, [](Sources s) { return uint16_t(s.a) >= uint16_t(s.b); }});
  check({"setp.ne.and.b64 %d, %a, %b, !%c;", "pred", {"b64", "b64", "pred"}, [](Sources s) {
           return s.a != s.b && !s.c;
         }});
  check({".reg .pred %q;\n setp.gt.or.s64 %q|%d, %a, %b, %c;", "pred", {"b64", "b64", "pred"}, [](Sources s) {
           return !(from<int64_t>(s.a) > from<int64_t>(s.b)) || s.c;
         }});
  check({"set.le.u32.s32 %d, %a, %b;", "b32", {"b32", "b32"}, [](Sources s) {
           return from<int32_t>(s.a) <= from<int32_t>(s.b) ? 0xffffffff : 0;
         }});
  check({"selp.b64 %d, %a, %b, %c;", "b64", {"b64", "b64", "pred"}, [](Sources s) { return s.c ? s.a : s.b; }});
  check({"slct.u32.s32 %d, %a, %b, %c;", "b32", {"b32", "b32", "b32"}, [](Sources s) {
           return uint32_t(from<int32_t>(s.c) >= 0 ? s.a : s.b);
         }});
  check({"and.pred %d, %a, !%b;", "pred", {"pred", "pred"}, [](Sources s) { return s.a && !s.b; }});
  check({"xor.pred %d, %a, %b;", "pred", {"pred", "pred"}, [](Sources s) { return s.a != s.b; }});
  check({"not.pred %d, %a;", "pred", {"pred"}, [](Sources s) { return !s.a; }});
}

TEST_F(IntegerTest, Moves) {
  check({"mov.b64 %d, {%a, %b};", "b64", {"b32", "b32"}, [](Sources s) { return s.b << 32 | uint32_t(s.a); }});
  check(
      {".reg .b16 %w, %x, %y;\n mov.b64 {%w, %x, _, %y}, %a;\n mov.b64 %d, {%y, %x, %w, 7};",
       "b64",
       {"b64"},
       [](Sources s) { return (s.a >> 48) | (s.a >> 16 & 0xffff) << 16 | (s.a & 0xffff) << 32 | uint64_t(7) << 48; }});
  check({"mov.b32 %d, {%a, %b};", "b32", {"b16", "b16"}, [](Sources s) {
           return (s.b & 0xffff) << 16 | (s.a & 0xffff);
         }});
}

} // namespace
} // namespace tenon::sim
