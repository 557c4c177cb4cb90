// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a kernel can do wrong.
#pragma once

#include <cstdint>
#include <string>

namespace tenon::sim {

enum class FaultKind : uint8_t {
  OutOfBounds,
  Misaligned,
  Uninitialized,
  Race,
  Divergence,
  Deadlock,
  InstructionLimit,
  Trap
};

struct Fault {
  FaultKind kind = FaultKind::Trap;
  uint64_t block = 0;  ///< Linear index; of several faults the first block's is reported.
  std::string message; ///< With kernel, instruction, block, thread and address.
};

} // namespace tenon::sim
