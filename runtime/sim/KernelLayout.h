// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows of registers and places of variables, for one kernel and all functions that it calls.
#pragma once

#include "runtime/Result.h"
#include "runtime/sim/Program.h"
#include <map>

namespace tenon::sim {

/// Addresses of the variables of a module in global memory.
using GlobalAddresses = std::map<const Variable *, uint64_t>;

// Generic addresses of the other spaces: window + offset.
inline constexpr uint64_t windowBytes = uint64_t(1) << 32;
inline constexpr uint64_t sharedWindow = uint64_t(0x7f00) << 32;
inline constexpr uint64_t localWindow = uint64_t(0x7f01) << 32;
inline constexpr uint64_t parameterWindow = uint64_t(0x7f02) << 32;

class KernelLayout {
public:
  KernelLayout(Program &program, const PtxModule &module, const GlobalAddresses &globals)
      : program(program), module(module), globals(globals) {}

  /// Places the shared and local variables and the parameters of these functions, the kernel last.
  Status place(const std::vector<const Function *> &functions);

  uint32_t newRow(bool wide);
  uint32_t registerRow(const Function &function, uint32_t reg);
  uint32_t constantRow(uint64_t bits, bool wide);
  uint32_t specialRow(SpecialRegister special);
  uint32_t returnRow(const Function &function);
  uint32_t carryRow();
  /// An address within the variable's space; that of a kernel's parameter is an offset.
  uint64_t addressOf(const Variable &variable) const;
  /// Whether it is a parameter of the kernel itself; those of device functions and calls are in local memory.
  bool isKernelParameter(const Variable &variable) const { return kernelParameters.count(&variable) != 0; }

  Program &program;
  const PtxModule &module;

private:
  Status placeShared(const std::vector<const Function *> &functions);
  Status placeLocal(const std::vector<const Function *> &functions);
  Status placeParameters(const Function &kernel);

  const GlobalAddresses &globals;
  std::map<const Variable *, uint32_t> offsets;
  std::map<const Variable *, uint32_t> kernelParameters;
  std::map<const Function *, std::vector<uint32_t>> registerRows;
  std::map<const Function *, uint32_t> returnRows;
  std::map<std::pair<uint64_t, bool>, uint32_t> constants;
  std::map<SpecialRegister, uint32_t> specials;
  uint32_t carry = noRegister;
};

} // namespace tenon::sim
