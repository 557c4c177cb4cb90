// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a family of instructions decodes one instruction with.
#include "runtime/sim/OpBuilder.h"
#include "runtime/sim/KernelLayout.h"
#include <algorithm>
#include <bit>

namespace tenon::sim {

OpBuilder::OpBuilder(KernelLayout &layout, const Function &function, const Instruction &instruction)
    : instruction(instruction), function(function), layout(layout), modifiers(instruction.modifiers),
      usedOperands(instruction.operands.size(), false) {}

void OpBuilder::fail(const std::string &message) {
  if (error.empty())
    error = message;
}

bool OpBuilder::take(std::string_view modifier) {
  auto found = std::find(modifiers.begin(), modifiers.end(), modifier);
  if (found == modifiers.end())
    return false;
  modifiers.erase(found);
  return true;
}

int OpBuilder::takeOneOf(std::initializer_list<std::string_view> candidates) {
  int index = 0;
  for (std::string_view candidate : candidates) {
    if (take(candidate))
      return index;
    ++index;
  }
  return -1;
}

void OpBuilder::ignore(std::initializer_list<std::string_view> ignored) {
  for (std::string_view modifier : ignored)
    take(modifier);
}

void OpBuilder::ignorePrefix(std::string_view prefix) {
  std::erase_if(modifiers, [&](std::string_view m) { return m.starts_with(prefix); });
}

PtxType OpBuilder::takeType() {
  for (auto it = modifiers.begin(); it != modifiers.end(); ++it) {
    PtxType type = ptxTypeNamed(*it);
    if (type == PtxType::None)
      continue;
    modifiers.erase(it);
    return type;
  }
  return PtxType::None;
}

const Operand &OpBuilder::operand(size_t i) {
  static const Operand missing;
  if (i >= instruction.operands.size()) {
    fail("operand " + std::to_string(i + 1) + " is missing");
    return missing;
  }
  usedOperands[i] = true;
  return instruction.operands[i];
}

std::span<const Operand> OpBuilder::elements(size_t i) {
  const Operand &list = operand(i);
  if (list.kind == Operand::Kind::Vector)
    return list.elements;
  return {&list, 1};
}

std::span<const Operand> OpBuilder::elements(size_t i, size_t count) {
  std::span<const Operand> list = elements(i);
  if (list.size() != count) {
    fail("operand " + std::to_string(i + 1) + " has " + std::to_string(list.size()) + " elements, expected " +
         std::to_string(count));
    static const std::vector<Operand> missing(256);
    return std::span<const Operand>(missing).first(std::min<size_t>(count, missing.size()));
  }
  return list;
}

unsigned OpBuilder::widthOf(const Operand &operand) const {
  if (operand.kind == Operand::Kind::Register)
    return bitsOf(function.registers[operand.reg].type);
  if (operand.kind == Operand::Kind::Special)
    return isWide(*specialRegisterNamed(operand.name)) ? 64 : 32;
  return 0;
}

void OpBuilder::add(uint32_t row, bool isResult) {
  rows.push_back(row);
  uint8_t &count = isResult ? op.results : op.sources;
  if (count == 255 || (isResult && op.sources > 0))
    return fail("the simulator cannot hold so many operands");
  ++count;
}

uint32_t OpBuilder::newRow(bool wide) { return layout.newRow(wide); }
uint32_t OpBuilder::constant(uint64_t bits, bool wide) { return layout.constantRow(bits, wide); }
uint32_t OpBuilder::carryRow() { return layout.carryRow(); }

void OpBuilder::result(const Operand &operand, unsigned bits) {
  if (operand.kind == Operand::Kind::Sink)
    return add(newRow(bits == 64), true);
  if (operand.kind != Operand::Kind::Register)
    return fail("a result must be a register");
  if (widthOf(operand) != bits)
    return fail("register " + std::string(function.registers[operand.reg].name) + " has " +
                std::to_string(widthOf(operand)) + " bits, expected " + std::to_string(bits));
  add(layout.registerRow(function, operand.reg), true);
}

unsigned OpBuilder::resultOfAny(const Operand &operand, std::initializer_list<unsigned> widths) {
  unsigned width = operand.kind == Operand::Kind::Sink ? *std::prev(widths.end()) : widthOf(operand);
  if (std::find(widths.begin(), widths.end(), width) == widths.end()) {
    fail("a result must be a register of a width that fits its type");
    return *widths.begin();
  }
  result(operand, width);
  return width;
}

unsigned OpBuilder::sourceOfAny(const Operand &operand, std::initializer_list<unsigned> widths) {
  unsigned width = widthOf(operand);
  if (operand.kind == Operand::Kind::Integer || operand.kind == Operand::Kind::Symbol)
    width = *std::prev(widths.end());
  if (std::find(widths.begin(), widths.end(), width) == widths.end()) {
    fail("a source must be a register of a width that fits its type");
    return *widths.begin();
  }
  source(operand, width == 64 ? PtxType::B64 : width == 16 ? PtxType::B16 : PtxType::B32);
  return width;
}

void OpBuilder::secondResult(size_t i) {
  uint32_t second = operand(i).second;
  add(second == noRegister ? newRow(false) : layout.registerRow(function, second), true);
}

uint32_t OpBuilder::sourceRowOf(const Operand &operand, PtxType type) {
  unsigned bits = bitsOf(type);
  auto value = static_cast<uint64_t>(operand.value);
  uint64_t kept = bits == 64 ? value : value & ((uint64_t(1) << bits) - 1);
  switch (operand.kind) {
  case Operand::Kind::Register:
    if (widthOf(operand) != bits)
      fail("register " + std::string(function.registers[operand.reg].name) + " has " +
           std::to_string(widthOf(operand)) + " bits, expected " + std::to_string(bits));
    return layout.registerRow(function, operand.reg);
  case Operand::Kind::Special: {
    SpecialRegister special = *specialRegisterNamed(operand.name);
    if (changesWhileRunning(special) || isWide(special) != (bits == 64) || bits < 16)
      fail("%" + std::string(operand.name) + " cannot be read here");
    return layout.specialRow(special);
  }
  case Operand::Kind::Integer:
    if (type == PtxType::F32 || type == PtxType::F64)
      fail("an integer literal where a floating-point value is expected; write 0f... or 0d...");
    return constant(type == PtxType::Pred ? (value ? UINT32_MAX : 0) : kept, bits == 64);
  case Operand::Kind::Single:
    if (bits == 64 && type == PtxType::F64)
      return constant(std::bit_cast<uint64_t>(double(std::bit_cast<float>(uint32_t(value)))), true);
    if (bits != 32)
      fail("a 32-bit floating-point literal where " + std::to_string(bits) + " bits are expected");
    return constant(kept, false);
  case Operand::Kind::Double:
    if (type == PtxType::F32)
      return constant(std::bit_cast<uint32_t>(static_cast<float>(std::bit_cast<double>(value))), false);
    if (bits != 64)
      fail("a 64-bit floating-point literal where " + std::to_string(bits) + " bits are expected");
    return constant(value, true);
  case Operand::Kind::Symbol:
    if (bits != 32 && bits != 64)
      fail("the address of " + std::string(operand.name) + " where " + std::to_string(bits) + " bits are expected");
    value += layout.addressOf(*operand.variable);
    if (layout.isKernelParameter(*operand.variable))
      value += parameterWindow;
    return constant(bits == 64 ? value : value & UINT32_MAX, bits == 64);
  default:
    fail("an operand that is no register, literal or variable");
    return 0;
  }
}

void OpBuilder::source(const Operand &operand, PtxType type) {
  if (type == PtxType::None)
    return fail("a type is missing");
  if (operand.negated && type != PtxType::Pred)
    return fail("'!' needs a predicate");
  add(failed() ? 0 : sourceRowOf(operand, type), false);
}

Space OpBuilder::address(size_t i, Space space) {
  const Operand &where = operand(i);
  if (where.kind != Operand::Kind::Address) {
    fail("operand " + std::to_string(i + 1) + " must be an address in brackets");
    return space;
  }
  op.immediate = static_cast<uint64_t>(where.value);
  if (where.reg != noRegister) {
    unsigned width = widthOf(where.reg == noRegister
                                 ? where
                                 : Operand{Operand::Kind::Register, false, where.reg, noRegister, 0, nullptr, {}, {}});
    if (width != 32 && width != 64)
      fail("an address must be in a register of 32 or 64 bits");
    uint32_t base = layout.registerRow(function, where.reg);
    op.modifiers |= width == 32 ? 1u << 31 : 0;
    add(base, false);
    return space == Space::Param && !function.isEntry ? Space::Local : space;
  }
  uint64_t base = 0;
  if (where.variable) {
    base = layout.addressOf(*where.variable);
    Space own = where.variable->space;
    bool isKernels = layout.isKernelParameter(*where.variable);
    if (space == Space::Generic && own != Space::Global && own != Space::Const)
      fail("the address of " + std::string(where.name) + " is no generic one");
    else if (space != Space::Generic && space != own)
      fail(std::string(where.name) + " is not in the space of this instruction");
    if (own == Space::Param && !isKernels)
      space = Space::Local;
  }
  add(constant(base, true), false);
  return space;
}

uint64_t OpBuilder::literal(size_t i, uint64_t limit) {
  const Operand &value = operand(i);
  if (value.kind != Operand::Kind::Integer || static_cast<uint64_t>(value.value) > limit) {
    fail("operand " + std::to_string(i + 1) + " must be a literal up to " + std::to_string(limit));
    return 0;
  }
  return static_cast<uint64_t>(value.value);
}

void OpBuilder::finish() {
  for (size_t i = 0; i < usedOperands.size(); ++i)
    if (!usedOperands[i])
      fail("the simulator does not know operand " + std::to_string(i + 1));
  bool isFlow =
      op.flow != Flow::Next && op.flow != Flow::Aligned && op.flow != Flow::Members && op.flow != Flow::WarpSync;
  if (!modifiers.empty())
    fail("the simulator does not know '." + std::string(modifiers.front()) + "' here");
  else if (!op.run && !isFlow)
    fail("the simulator does not know this form");
}

} // namespace tenon::sim
