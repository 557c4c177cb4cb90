// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A PTX module after parsing: names are resolved, nothing else is interpreted.
#pragma once

#include "runtime/sim/PtxType.h"
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::sim {

enum class Space : uint8_t { Generic, Global, Const, Shared, Local, Param };

/// Memory with a name: module scope, function scope, or a parameter.
struct Variable {
  /// The address of another variable within an initializer, as 8 bytes.
  struct Address {
    uint64_t position = 0;
    const Variable *target = nullptr;
    int64_t offset = 0;
  };

  std::string_view name;
  Space space = Space::Global;
  uint64_t bytes = 0; ///< 0 for `.extern .shared x[]`, whose size the launch gives.
  uint32_t align = 1;
  bool isExtern = false;
  uint32_t line = 0;
  std::vector<uint8_t> initial; ///< At most `bytes`; the rest is zero.
  std::vector<Address> addresses;
};

struct Register {
  std::string_view name; ///< As first used.
  PtxType type = PtxType::None;
};

inline constexpr uint32_t noRegister = ~0u;

struct Operand {
  enum class Kind : uint8_t { Register, Special, Sink, Integer, Single, Double, Symbol, Address, Vector, Name };

  Kind kind = Kind::Sink;
  bool negated = false;         ///< `!%p`.
  uint32_t reg = noRegister;    ///< Register: index in Function::registers. Address: its base, if a register.
  uint32_t second = noRegister; ///< The predicate of `%r|%p`.
  /// Integer: the value. Single, Double: the bits. Symbol, Address: the displacement in bytes.
  int64_t value = 0;
  const Variable *variable = nullptr; ///< Symbol, and an Address based on one.
  std::string_view name;              ///< Special: register without `%`. Name: a label, a function or a table.
  std::vector<Operand> elements;      ///< Vector; also the lists in parentheses of a call.
};

struct Instruction {
  std::string_view mnemonic;
  std::vector<std::string_view> modifiers; ///< Without dots, in order.
  std::vector<Operand> operands;
  uint32_t guard = noRegister;
  bool guardNegated = false;
  uint32_t scope = 0; ///< For labels: index in Function::scopes.
  uint32_t line = 0;
  std::string_view text; ///< From the opcode to the semicolon.
};

struct Function {
  /// A brace block. Labels are seen in the block and in those inside.
  struct BlockScope {
    uint32_t parent = 0;                                                    ///< The outermost is its own.
    std::map<std::string_view, uint32_t> labels;                            ///< To the index of an instruction.
    std::map<std::string_view, std::vector<std::string_view>> branchTables; ///< `.branchtargets`.
  };

  std::string_view name;
  bool isEntry = false;
  bool hasBody = false;
  uint32_t line = 0;
  std::vector<const Variable *> parameters;
  std::vector<const Variable *> results;
  std::vector<const Variable *> variables; ///< Of the body: shared, local, and the parameters of calls.
  std::vector<Register> registers;         ///< Those that are used.
  std::vector<Instruction> body;
  std::vector<BlockScope> scopes;
  uint32_t requiredBlock[3] = {0, 0, 0}; ///< `.reqntid`, or 0.
  uint32_t maximumBlock[3] = {0, 0, 0};  ///< `.maxntid`, or 0.
};

struct PtxModule {
  std::unique_ptr<const std::string> text; ///< What all names point into.
  unsigned smVersion = 0;                  ///< 80 for `.target sm_80`.
  std::deque<Variable> variables;          ///< All of the module, of any scope.
  std::vector<const Variable *> globals;   ///< Those of module scope.
  std::deque<Function> functions;
  std::map<std::string_view, const Function *> functionNames; ///< A definition, where there is one.
};

} // namespace tenon::sim
