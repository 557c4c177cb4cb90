// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// PTX text to a module.
#pragma once

#include "runtime/Result.h"
#include "runtime/sim/PtxLexer.h"
#include "runtime/sim/PtxModule.h"
#include <unordered_map>

namespace tenon::sim {

/// Time and memory are linear in the size of `text`, except that initial values of variables may take 64 MiB. Opcodes
/// and their operands are not judged here. Errors begin with "line N: ".
Result<PtxModule> parsePtx(std::string text);

/// What parsePtx works with; each member function returns false after it has set `error`.
class PtxParser {
public:
  explicit PtxParser(PtxModule &module) : module(module), lexer(*module.text) {}

  bool parseModule();
  Error error;

private:
  /// Names of one brace block.
  struct Names {
    struct Range {
      uint64_t count;
      PtxType type;
    };
    uint32_t block = 0; ///< In Function::scopes.
    std::unordered_map<std::string_view, uint32_t> registers;
    std::unordered_map<std::string_view, PtxType> declared;
    std::unordered_map<std::string_view, Range> ranges; ///< By prefix: `%r<9>` is %r0 to %r8.
    std::unordered_map<std::string_view, const Variable *> variables;
  };

  bool fail(const PtxToken &at, const std::string &message);
  bool expected(const std::string &what);
  void advance();
  bool take(char c);
  bool expect(char c);
  bool integer(uint64_t &value, uint64_t limit, const char *what);
  bool skipUntil(char c);
  bool name(std::string_view &result, const char *what);

  // Module scope.
  bool parseTopLevel();
  bool parseTarget();
  bool skipFile();
  bool skipSection();
  bool parseFunction(bool isEntry);
  bool parseParameters(std::vector<const Variable *> &list);
  bool parseFunctionDirectives(Function &function);
  bool parseDimensions(uint32_t (&dimensions)[3]);

  // Variables.
  bool parseVariables(Space space, bool isExtern, std::vector<const Variable *> &list);
  bool parseVariable(Space space, Variable &prototype, uint64_t elementBytes, PtxType type,
                     std::vector<const Variable *> &list);
  bool parseVariableType(Variable &prototype, uint64_t &elementBytes, PtxType &type);
  bool parseArray(Variable &variable, uint64_t elementBytes);
  bool parseInitializer(Variable &variable, uint64_t elementBytes, PtxType type);
  bool parseInitialValue(Variable &variable, uint64_t elementBytes, PtxType type);
  bool parseInitialAddress(Variable &variable);
  const Variable *findVariable(std::string_view name) const;

  // Function bodies.
  bool parseBody();
  bool parseStatement();
  bool parseBodyDirective();
  bool parseRegisters();
  bool parseLabel(const PtxToken &label);
  bool parseInstruction();
  bool parseOpcode(Instruction &instruction);
  bool parseOperands(Instruction &instruction);
  bool parseOperand(Operand &operand, unsigned depth);
  bool parseList(Operand &operand, char close, unsigned depth);
  bool parseAddress(Operand &operand);
  bool parseNumber(Operand &operand, bool minus);
  bool parseWord(Operand &operand);
  bool parseDisplacement(Operand &operand);
  bool parseGuard(Instruction &instruction);
  bool skipLocation();
  uint32_t findRegister(std::string_view name);
  uint32_t addRegister(Names &names, std::string_view name, PtxType type);
  void openBlock();

  PtxModule &module;
  PtxLexer lexer;
  PtxToken token;     ///< The next one.
  PtxToken lookahead; ///< The one after it.
  Function *function = nullptr;
  std::vector<Names> blocks;
  std::unordered_map<std::string_view, const Variable *> moduleVariables;
  uint64_t initialBytes = 0;
};

} // namespace tenon::sim
