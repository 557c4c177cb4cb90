// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One instruction over many values of its sources, against a function in C++.
#pragma once

#include "tests/sim/Simulator.h"
#include <bit>
#include <cstring>
#include <functional>

namespace tenon::sim {

/// The bits of up to three sources.
struct Sources {
  uint64_t a = 0, b = 0, c = 0;
};

/// An instruction with its operands as %d, %a, %b and %c, whose registers have these types ("pred" too).
struct InstructionCase {
  std::string code;
  std::string result;
  std::vector<std::string> sources;
  std::function<uint64_t(Sources)> expected;
};

class InstructionTest : public SimulatorTest {
protected:
  /// Results of `instruction` for each of `values`, as bits in the low part.
  std::vector<uint64_t> evaluate(const InstructionCase &instruction, const std::vector<Sources> &values);
  /// Compares all results with the expected ones, on edge cases and random values of the sources' widths.
  void check(const InstructionCase &instruction);
  void check(const InstructionCase &instruction, const std::vector<Sources> &values);
};

/// Values worth trying of a type: zeros, ones, ends of ranges, and random ones; for floating-point types also
/// subnormal ones, infinities and NaN.
std::vector<Sources> interestingValues(const std::vector<std::string> &types, unsigned seed);

template <class T> T from(uint64_t bits) {
  T value;
  std::memcpy(&value, &bits, sizeof(T));
  return value;
}
template <class T> uint64_t to(T value) {
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(T));
  return bits;
}

} // namespace tenon::sim
