// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a family of instructions decodes one instruction with.
#pragma once

#include "runtime/sim/Program.h"
#include <initializer_list>
#include <optional>
#include <span>

namespace tenon::sim {

/// Where variables are, and the rows of the kernel that is being decoded.
class KernelLayout;

/// The first error sticks; after one, results are arbitrary but safe. What the family leaves over (modifiers, operands)
/// is an error, and so is an op without a handler.
class OpBuilder {
public:
  OpBuilder(KernelLayout &layout, const Function &function, const Instruction &instruction);

  const Instruction &instruction;
  Op op;

  /// Removes a modifier; true if it was there.
  bool take(std::string_view modifier);
  /// Removes one of several; its index, or -1.
  int takeOneOf(std::initializer_list<std::string_view> modifiers);
  /// Removes modifiers that make no difference here.
  void ignore(std::initializer_list<std::string_view> modifiers);
  /// Removes the first type suffix that is left, or None.
  PtxType takeType();
  /// Removes all modifiers that begin so.
  void ignorePrefix(std::string_view prefix);

  size_t operands() const { return instruction.operands.size(); }
  const Operand &operand(size_t i);
  bool isKind(size_t i, Operand::Kind kind) { return operand(i).kind == kind; }

  // Results come before sources. `bits` is the width that the register must have; 1 is a predicate.
  void result(const Operand &operand, unsigned bits);
  void result(size_t i, unsigned bits) { result(operand(i), bits); }
  /// The predicate of `%r|%p`; a row that nobody reads if there is none.
  void secondResult(size_t i);
  void source(const Operand &operand, PtxType type);
  void source(size_t i, PtxType type) { source(operand(i), type); }
  /// A register of any width in `widths`, which it returns.
  unsigned resultOfAny(const Operand &operand, std::initializer_list<unsigned> widths);
  unsigned sourceOfAny(const Operand &operand, std::initializer_list<unsigned> widths);
  void sourceRow(uint32_t row) { add(row, false); }
  void resultRow(uint32_t row) { add(row, true); }
  /// The elements of `{a, b}`, checked to be `count`; a lone operand counts as one.
  std::span<const Operand> elements(size_t i, size_t count);
  std::span<const Operand> elements(size_t i);

  /// An address operand: its base becomes a source (64-bit wide), its displacement op.immediate. Returns the space,
  /// which differs from `space` for the parameters of device functions.
  Space address(size_t i, Space space);
  /// The value of an operand that must be a literal.
  uint64_t literal(size_t i, uint64_t limit);

  uint32_t constant(uint64_t bits, bool wide);
  uint32_t newRow(bool wide);
  uint32_t carryRow();
  /// Width of a register operand in bits, or 0 for anything else.
  unsigned widthOf(const Operand &operand) const;

  void fail(const std::string &message);
  bool failed() const { return !error.empty(); }
  /// Checks that nothing is left over, and takes the operands' rows.
  void finish();

  std::string error;
  std::vector<uint32_t> rows;
  const Function &function;
  KernelLayout &layout;
  /// Set by the families of control flow, resolved by the decoder.
  std::string_view jumpTo, branchTable;

private:
  void add(uint32_t row, bool isResult);
  uint32_t sourceRowOf(const Operand &operand, PtxType type);
  std::vector<std::string_view> modifiers;
  std::vector<bool> usedOperands;
};

struct InstructionRule {
  std::string_view mnemonic;
  void (*decode)(OpBuilder &builder);
};

// The families, a file each in ops/.
std::span<const InstructionRule> integerRules();
std::span<const InstructionRule> integerWideRules();
std::span<const InstructionRule> bitRules();
std::span<const InstructionRule> floatRules();
std::span<const InstructionRule> elementaryRules();
std::span<const InstructionRule> compareRules();
std::span<const InstructionRule> convertRules();
std::span<const InstructionRule> moveRules();
std::span<const InstructionRule> memoryRules();
std::span<const InstructionRule> atomicRules();
std::span<const InstructionRule> asyncCopyRules();
std::span<const InstructionRule> controlRules();
std::span<const InstructionRule> warpRules();
std::span<const InstructionRule> matrixRules();
std::span<const InstructionRule> fragmentRules();

} // namespace tenon::sim
