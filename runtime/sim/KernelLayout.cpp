// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows of registers and places of variables, for one kernel and all functions that it calls.
#include "runtime/sim/KernelLayout.h"

namespace tenon::sim {
namespace {

// As the hardware has them: local memory of a thread, and the parameters of a kernel since PTX 8.1.
constexpr uint64_t maximumLocalBytes = 512 * 1024;
constexpr uint64_t maximumParameterBytes = 32764;
// More than any GPU has; the launch checks the device's own limit.
constexpr uint64_t maximumSharedBytes = 1 << 20;

/// Appends a variable to a space and returns its offset, or nothing if that goes over the limit.
Result<uint32_t> append(uint64_t &size, const Variable &variable, uint64_t limit, const char *space) {
  uint64_t offset = (size + variable.align - 1) / variable.align * variable.align;
  if (variable.bytes > limit || offset + variable.bytes > limit)
    return dataError("line " + std::to_string(variable.line) + ": " + std::string(variable.name) + " makes the " +
                     space + " memory larger than " + std::to_string(limit) + " bytes");
  size = offset + variable.bytes;
  return static_cast<uint32_t>(offset);
}

} // namespace

Status KernelLayout::place(const std::vector<const Function *> &functions) {
  TENON_TRY(placeParameters(*functions.back()));
  TENON_TRY(placeShared(functions));
  return placeLocal(functions);
}

Status KernelLayout::placeParameters(const Function &kernel) {
  uint64_t size = 0;
  for (const Variable *parameter : kernel.parameters) {
    uint32_t offset = TENON_TRY(append(size, *parameter, maximumParameterBytes, "parameter"));
    kernelParameters.emplace(parameter, offset);
    program.parameters.push_back({offset, static_cast<uint32_t>(parameter->bytes)});
  }
  program.parameterBytes = static_cast<uint32_t>(size);
  return {};
}

Status KernelLayout::placeShared(const std::vector<const Function *> &functions) {
  std::vector<const Variable *> shared;
  for (const Variable *variable : module.globals)
    if (variable->space == Space::Shared)
      shared.push_back(variable);
  for (const Function *function : functions)
    for (const Variable *variable : function->variables)
      if (variable->space == Space::Shared)
        shared.push_back(variable);
  uint64_t size = 0, dynamicAlign = 16;
  for (const Variable *variable : shared) {
    if (variable->bytes == 0) {
      dynamicAlign = std::max<uint64_t>(dynamicAlign, variable->align);
      continue;
    }
    offsets[variable] = TENON_TRY(append(size, *variable, maximumSharedBytes, "shared"));
  }
  program.staticSharedBytes = static_cast<uint32_t>(size);
  program.dynamicSharedOffset = static_cast<uint32_t>((size + dynamicAlign - 1) / dynamicAlign * dynamicAlign);
  for (const Variable *variable : shared)
    if (variable->bytes == 0)
      offsets[variable] = program.dynamicSharedOffset;
  return {};
}

Status KernelLayout::placeLocal(const std::vector<const Function *> &functions) {
  uint64_t size = 0;
  for (const Function *function : functions) {
    std::vector<const Variable *> own(function->variables);
    if (!function->isEntry) {
      own.insert(own.end(), function->parameters.begin(), function->parameters.end());
      own.insert(own.end(), function->results.begin(), function->results.end());
    }
    for (const Variable *variable : own)
      if (variable->space != Space::Shared)
        offsets[variable] = TENON_TRY(append(size, *variable, maximumLocalBytes, "local"));
  }
  // Vector accesses need lanes that begin aligned.
  program.localBytes = static_cast<uint32_t>((size + 15) / 16 * 16);
  return {};
}

uint32_t KernelLayout::newRow(bool wide) {
  uint32_t row = program.rows;
  program.rows += wide ? 2 : 1;
  return row;
}

uint32_t KernelLayout::registerRow(const Function &function, uint32_t reg) {
  std::vector<uint32_t> &rows = registerRows[&function];
  if (rows.empty())
    rows.assign(function.registers.size(), noRegister);
  if (rows[reg] == noRegister)
    rows[reg] = newRow(bitsOf(function.registers[reg].type) == 64);
  return rows[reg];
}

uint32_t KernelLayout::constantRow(uint64_t bits, bool wide) {
  auto [place, isNew] = constants.try_emplace({bits, wide}, 0);
  if (isNew) {
    place->second = newRow(wide);
    program.constants.push_back({place->second, bits, wide});
  }
  return place->second;
}

uint32_t KernelLayout::specialRow(SpecialRegister special) {
  auto [place, isNew] = specials.try_emplace(special, 0);
  if (isNew) {
    place->second = newRow(isWide(special));
    program.specials.emplace_back(special, place->second);
  }
  return place->second;
}

uint32_t KernelLayout::returnRow(const Function &function) {
  auto [place, isNew] = returnRows.try_emplace(&function, 0);
  if (isNew)
    place->second = newRow(false);
  return place->second;
}

uint32_t KernelLayout::carryRow() {
  if (carry == noRegister)
    carry = newRow(false);
  return carry;
}

uint64_t KernelLayout::addressOf(const Variable &variable) const {
  if (auto found = kernelParameters.find(&variable); found != kernelParameters.end())
    return found->second;
  if (auto found = globals.find(&variable); found != globals.end())
    return found->second;
  auto found = offsets.find(&variable);
  return found == offsets.end() ? 0 : found->second;
}

} // namespace tenon::sim
