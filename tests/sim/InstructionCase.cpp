// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One instruction over many values of its sources, against a function in C++.
#include "tests/sim/InstructionCase.h"
#include <random>

namespace tenon::sim {
namespace {

unsigned widthOf(const std::string &type) {
  if (type == "pred")
    return 1;
  return static_cast<unsigned>(std::stoul(type.substr(type.find_first_of("0123456789"))));
}

/// Types as registers have them: pairs of halves are 32 bits.
std::string registerType(const std::string &type) {
  if (type == "pred")
    return ".pred";
  unsigned width = type.find("x2") != std::string::npos ? 32 : widthOf(type);
  return ".b" + std::to_string(std::max(width, 16u));
}

std::string loadSource(const std::string &type, char name) {
  std::string offset = std::to_string((name - 'a') * 8);
  if (type == "pred")
    return "ld.global.u32 %t, [%in+" + offset + "];\n setp.ne.u32 %" + name + ", %t, 0;\n";
  return "ld.global" + registerType(type) + " %" + name + ", [%in+" + offset + "];\n";
}

std::vector<uint64_t> edgesOf(const std::string &type) {
  if (type == "pred")
    return {0, 1};
  if (type == "f32")
    return {0,          0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00001, 1,
            0x80000001, 0x007fffff, 0x00800000, 0x7f7fffff, 0x3f000001, 0x4f000000, 0x40490fdb, 0x33800000};
  if (type == "f64")
    return {0, 1ull << 63,         0x3ff0000000000000, 0xbff8000000000000, 0x7ff0000000000000, 0x7ff8000000000000,
            1, 0x0010000000000000, 0x7fefffffffffffff, 0x3ca0000000000001, 0x41e0000000000000};
  if (type == "f16")
    return {0, 0x8000, 0x3c00, 0xbc00, 0x7c00, 0xfc00, 0x7e01, 1, 0x8001, 0x3ff, 0x400, 0x7bff, 0x3555};
  if (type == "bf16")
    return {0, 0x8000, 0x3f80, 0xbf80, 0x7f80, 0xff80, 0x7fc1, 1, 0x8001, 0x7f, 0x80, 0x7f7f, 0x3eab};
  uint64_t top = uint64_t(1) << (widthOf(type) - 1);
  return {0, 1, 2, 5, 31, 32, 33, top - 1, top, top + 1, top | (top - 1), (top | (top - 1)) - 1, 0xaaaaaaaaaaaaaaaa};
}

uint64_t randomOf(const std::string &type, std::mt19937_64 &generator) {
  uint64_t bits = generator();
  if (type == "pred")
    return bits & 1;
  // Exponents near each other, so that sums round.
  if (type == "f32")
    return (bits & 0x807fffff) | (110 + generator() % 40) << 23;
  if (type == "f64")
    return (bits & 0x800fffffffffffff) | (1000 + generator() % 60) << 52;
  if (type == "f16" || type == "bf16")
    return bits & 0xffff;
  return bits >> generator() % 64;
}

} // namespace

std::vector<Sources> interestingValues(const std::vector<std::string> &types, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::vector<Sources> values;
  auto all = [&](size_t i) { return i < types.size() ? edgesOf(types[i]) : std::vector<uint64_t>{0}; };
  for (uint64_t a : all(0))
    for (uint64_t b : all(1))
      for (uint64_t c : all(2))
        values.push_back({a, b, c});
  auto random = [&](size_t i) { return i < types.size() ? randomOf(types[i], generator) : 0; };
  for (int i = 0; i < 2000; ++i)
    values.push_back({random(0), random(1), random(2)});
  return values;
}

std::vector<uint64_t> InstructionTest::evaluate(const InstructionCase &instruction,
                                                const std::vector<Sources> &values) {
  std::string text = ".visible .entry k(.param .u64 in, .param .u64 out, .param .u32 n) {\n"
                     ".reg .pred %done;\n .reg .b32 %t, %i, %n;\n .reg .b64 %in, %out, %at;\n";
  for (size_t i = 0; i < instruction.sources.size(); ++i)
    text += ".reg " + registerType(instruction.sources[i]) + " %" + char('a' + i) + ";\n";
  text += ".reg " + registerType(instruction.result) +
          " %d;\n"
          "mov.u32 %t, %ctaid.x;\n mad.lo.u32 %i, %t, 128, 0;\n mov.u32 %t, %tid.x;\n add.u32 %i, %i, %t;\n"
          "ld.param.u64 %in, [in];\n ld.param.u64 %out, [out];\n ld.param.u32 %n, [n];\n"
          "setp.ge.u32 %done, %i, %n;\n @%done ret;\n"
          "mad.wide.u32 %in, %i, 24, %in;\n mad.wide.u32 %out, %i, 8, %out;\n";
  for (size_t i = 0; i < instruction.sources.size(); ++i)
    text += loadSource(instruction.sources[i], static_cast<char>('a' + i));
  text += instruction.code + "\n";
  if (instruction.result == "pred")
    text += "selp.u32 %t, 1, 0, %d;\n st.global.u32 [%out], %t;\n";
  else
    text += "st.global" + registerType(instruction.result) + " [%out], %d;\n";
  load(text + "ret;\n}\n");
  Buffer in(values), out(values.size() * 8);
  out.clear();
  auto count = static_cast<unsigned>(values.size());
  EXPECT_EQ(launch("k", {(count + 127) / 128, 1, 128}, in.address, out.address, count), CUDA_SUCCESS)
      << instruction.code << ": " << tenonSimLastReport();
  return out.read<uint64_t>();
}

void InstructionTest::check(const InstructionCase &instruction) {
  check(instruction, interestingValues(instruction.sources, 1));
}

void InstructionTest::check(const InstructionCase &instruction, const std::vector<Sources> &values) {
  std::vector<uint64_t> results = evaluate(instruction, values);
  unsigned wrong = 0;
  for (size_t i = 0; i < values.size() && wrong < 3; ++i) {
    uint64_t expected = instruction.expected(values[i]);
    if (results[i] == expected)
      continue;
    ++wrong;
    ADD_FAILURE() << instruction.code << std::hex << " of 0x" << values[i].a << ", 0x" << values[i].b << ", 0x"
                  << values[i].c << " is 0x" << results[i] << ", expected 0x" << expected;
  }
}

} // namespace tenon::sim
