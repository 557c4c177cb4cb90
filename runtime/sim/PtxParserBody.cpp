// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// PTX text to a module: function bodies.
#include "runtime/sim/PtxParser.h"
#include "runtime/sim/SpecialRegister.h"

namespace tenon::sim {
namespace {

constexpr unsigned maximumNesting = 64;
constexpr size_t maximumElements = 256;

} // namespace

void PtxParser::openBlock() {
  Names names;
  names.block = static_cast<uint32_t>(function->scopes.size());
  function->scopes.emplace_back().parent = blocks.back().block;
  blocks.push_back(std::move(names));
}

bool PtxParser::parseBody() {
  advance();
  size_t outside = blocks.size();
  while (true) {
    if (token.is('{')) {
      if (blocks.size() == maximumNesting)
        return fail(token, "blocks are nested more than " + std::to_string(maximumNesting) + " deep");
      openBlock();
      advance();
    } else if (token.is('}')) {
      if (blocks.size() == outside)
        break;
      blocks.pop_back();
      advance();
    } else if (!parseStatement()) {
      return false;
    }
  }
  // Running into the end of a function returns from it.
  Instruction end;
  end.mnemonic = "ret";
  end.line = token.line;
  end.text = token.text;
  function->body.push_back(std::move(end));
  function = nullptr;
  blocks.clear();
  advance();
  return true;
}

bool PtxParser::parseStatement() {
  if (token.kind == PtxToken::Kind::Directive)
    return parseBodyDirective();
  if (token.kind == PtxToken::Kind::Word && lookahead.is(':')) {
    const PtxToken label = token;
    advance();
    advance();
    return parseLabel(label);
  }
  if (take(';'))
    return true;
  return parseInstruction();
}

bool PtxParser::parseBodyDirective() {
  std::string_view directive = token.text;
  if (directive == "loc")
    return skipLocation();
  if (directive == "pragma")
    return skipUntil(';');
  if (directive == "reg") {
    advance();
    return parseRegisters();
  }
  Space space;
  if (directive == "local")
    space = Space::Local;
  else if (directive == "shared")
    space = Space::Shared;
  else if (directive == "param")
    space = Space::Param;
  else if (directive == "global")
    space = Space::Global;
  else if (directive == "const")
    space = Space::Const;
  else
    return expected("a directive of a function body that the simulator knows");
  advance();
  bool isModule = space == Space::Global || space == Space::Const;
  return parseVariables(space, false, isModule ? module.globals : function->variables);
}

/// `.loc 1 20 3` with an optional `, function_name $L__info, inlined_at 1 10 2`; it ends with its line.
bool PtxParser::skipLocation() {
  uint32_t line = token.line;
  do
    advance();
  while (token.line == line && token.kind != PtxToken::Kind::End);
  return true;
}

/// `.reg .b32 %r<100>;` or `.reg .pred p, q;`
bool PtxParser::parseRegisters() {
  PtxType type = token.kind == PtxToken::Kind::Directive ? ptxTypeNamed(token.text) : PtxType::None;
  if (type == PtxType::None)
    return expected("the type of a register, a scalar one");
  advance();
  Names &names = blocks.back();
  do {
    const PtxToken at = token;
    std::string_view word;
    if (!name(word, "a register's name"))
      return false;
    bool isNew;
    if (take('<')) {
      uint64_t count;
      if (!integer(count, UINT32_MAX, "a number of registers") || !expect('>'))
        return false;
      isNew = names.ranges.try_emplace(word, Names::Range{count, type}).second;
    } else {
      isNew = names.declared.try_emplace(word, type).second;
    }
    if (!isNew)
      return fail(at, "a second register " + std::string(word));
  } while (take(','));
  return expect(';');
}

uint32_t PtxParser::addRegister(Names &names, std::string_view name, PtxType type) {
  auto index = static_cast<uint32_t>(function->registers.size());
  function->registers.push_back({name, type});
  names.registers.emplace(name, index);
  return index;
}

/// The index of a declared register, or noRegister. Only those used take memory.
uint32_t PtxParser::findRegister(std::string_view word) {
  for (size_t i = blocks.size(); i-- > 0;) {
    Names &names = blocks[i];
    if (auto found = names.registers.find(word); found != names.registers.end())
      return found->second;
    if (auto found = names.declared.find(word); found != names.declared.end())
      return addRegister(names, word, found->second);
    // The prefix may itself end in digits.
    uint64_t value = 0, scale = 1;
    for (size_t split = word.size(); split-- > 1 && word.size() - split < 10;) {
      if (word[split] < '0' || word[split] > '9')
        break;
      value += static_cast<uint64_t>(word[split] - '0') * scale;
      scale *= 10;
      bool leadingZero = word[split] == '0' && split + 1 < word.size();
      auto found = names.ranges.find(word.substr(0, split));
      if (!leadingZero && found != names.ranges.end() && value < found->second.count)
        return addRegister(names, word, found->second.type);
    }
  }
  return noRegister;
}

bool PtxParser::parseLabel(const PtxToken &label) {
  Function::BlockScope &scope = function->scopes[blocks.back().block];
  if (token.isDirective("branchtargets")) {
    advance();
    auto &targets = scope.branchTables[label.text];
    do {
      std::string_view target;
      if (!name(target, "a label"))
        return false;
      targets.push_back(target);
    } while (take(','));
    return expect(';');
  }
  if (token.isDirective("callprototype") || token.isDirective("calltargets"))
    return fail(token, "indirect calls are not supported by the simulator");
  if (!scope.labels.try_emplace(label.text, static_cast<uint32_t>(function->body.size())).second)
    return fail(label, "a second label " + std::string(label.text));
  return true;
}

bool PtxParser::parseGuard(Instruction &instruction) {
  instruction.guardNegated = take('!');
  if (token.kind == PtxToken::Kind::Word)
    instruction.guard = findRegister(token.text);
  if (instruction.guard == noRegister || function->registers[instruction.guard].type != PtxType::Pred)
    return expected("a declared predicate register");
  advance();
  return true;
}

bool PtxParser::parseInstruction() {
  Instruction instruction;
  instruction.line = token.line;
  instruction.scope = blocks.back().block;
  const char *begin = token.text.data();
  if (take('@') && !parseGuard(instruction))
    return false;
  if (!parseOpcode(instruction) || !parseOperands(instruction))
    return false;
  instruction.text = std::string_view(begin, static_cast<size_t>(token.text.data() - begin));
  function->body.push_back(std::move(instruction));
  return expect(';');
}

bool PtxParser::parseOpcode(Instruction &instruction) {
  std::string_view word;
  if (!name(word, "an instruction"))
    return false;
  constexpr size_t maximumModifiers = 24;
  size_t dot = word.find('.');
  instruction.mnemonic = word.substr(0, dot);
  while (dot != std::string_view::npos) {
    size_t end = word.find('.', dot + 1);
    instruction.modifiers.push_back(word.substr(dot + 1, end - dot - 1));
    if (instruction.modifiers.size() > maximumModifiers)
      return fail(token, "an instruction with more than " + std::to_string(maximumModifiers) + " modifiers");
    dot = end;
  }
  return true;
}

bool PtxParser::parseOperands(Instruction &instruction) {
  if (token.is(';'))
    return true;
  do {
    if (instruction.operands.size() == maximumElements)
      return fail(token, "an instruction with more than " + std::to_string(maximumElements) + " operands");
    if (!parseOperand(instruction.operands.emplace_back(), 0))
      return false;
  } while (take(','));
  return token.is(';') || expected("',' or ';'");
}

bool PtxParser::parseList(Operand &operand, char close, unsigned depth) {
  operand.kind = Operand::Kind::Vector;
  if (depth > 0)
    return fail(token, "a list of operands within another");
  if (take(close))
    return true;
  do {
    if (operand.elements.size() == maximumElements)
      return fail(token, "a list of more than " + std::to_string(maximumElements) + " operands");
    if (!parseOperand(operand.elements.emplace_back(), depth + 1))
      return false;
  } while (take(','));
  return expect(close);
}

bool PtxParser::parseOperand(Operand &operand, unsigned depth) {
  if (take('{'))
    return parseList(operand, '}', depth);
  if (take('('))
    return parseList(operand, ')', depth);
  if (take('['))
    return parseAddress(operand);
  if (take('-'))
    return parseNumber(operand, true);
  operand.negated = take('!');
  if (token.kind == PtxToken::Kind::Word)
    return parseWord(operand);
  return parseNumber(operand, false);
}

bool PtxParser::parseNumber(Operand &operand, bool minus) {
  operand.value = static_cast<int64_t>(token.integer);
  if (token.kind == PtxToken::Kind::Integer) {
    operand.kind = Operand::Kind::Integer;
    operand.value = static_cast<int64_t>(minus ? 0 - token.integer : token.integer);
  } else if (token.kind == PtxToken::Kind::Single) {
    operand.kind = Operand::Kind::Single;
    operand.value ^= minus ? int64_t(0x80000000) : 0;
  } else if (token.kind == PtxToken::Kind::Double) {
    operand.kind = Operand::Kind::Double;
    operand.value = static_cast<int64_t>(token.integer ^ (minus ? uint64_t(1) << 63 : 0));
  } else {
    return expected("an operand");
  }
  advance();
  return true;
}

bool PtxParser::parseWord(Operand &operand) {
  std::string_view word = token.text;
  if (word == "_") {
    operand.kind = Operand::Kind::Sink;
  } else if (uint32_t reg = findRegister(word); reg != noRegister) {
    operand.kind = Operand::Kind::Register;
    operand.reg = reg;
  } else if (word[0] == '%' && specialRegisterNamed(word.substr(1))) {
    operand.kind = Operand::Kind::Special;
    operand.name = word.substr(1);
  } else if (const Variable *variable = findVariable(word)) {
    operand.kind = Operand::Kind::Symbol;
    operand.variable = variable;
    operand.name = word;
    advance();
    return parseDisplacement(operand);
  } else if (word[0] == '%') {
    return fail(token, "register " + std::string(word) + " is not declared");
  } else {
    operand.kind = Operand::Kind::Name;
    operand.name = word;
  }
  advance();
  if (!take('|'))
    return true;
  if (token.kind != PtxToken::Kind::Word)
    return expected("a predicate register");
  if (token.text != "_") {
    operand.second = findRegister(token.text);
    if (operand.second == noRegister || function->registers[operand.second].type != PtxType::Pred)
      return expected("a declared predicate register");
  }
  advance();
  return true;
}

/// `+4`, `+-4`, `-4` or nothing.
bool PtxParser::parseDisplacement(Operand &operand) {
  bool plus = take('+');
  bool minus = take('-');
  if (!plus && !minus)
    return true;
  if (token.kind != PtxToken::Kind::Integer)
    return expected("a displacement");
  operand.value = static_cast<int64_t>(minus ? 0 - token.integer : token.integer);
  advance();
  return true;
}

bool PtxParser::parseAddress(Operand &operand) {
  operand.kind = Operand::Kind::Address;
  if (token.kind == PtxToken::Kind::Integer) {
    operand.value = static_cast<int64_t>(token.integer);
    advance();
    return expect(']');
  }
  if (token.kind != PtxToken::Kind::Word)
    return expected("an address");
  operand.name = token.text;
  operand.reg = findRegister(token.text);
  if (operand.reg == noRegister) {
    operand.variable = findVariable(token.text);
    if (!operand.variable)
      return fail(token, std::string(token.text) + " is neither a declared register nor a variable");
  }
  advance();
  return parseDisplacement(operand) && expect(']');
}

} // namespace tenon::sim
