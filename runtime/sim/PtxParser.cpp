// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// PTX text to a module: what stands outside of function bodies.
#include "runtime/sim/PtxParser.h"
#include <algorithm>

namespace tenon::sim {

bool PtxParser::fail(const PtxToken &at, const std::string &message) {
  if (error.message.empty())
    error = dataError("line " + std::to_string(at.line) + ": " + message);
  return false;
}

bool PtxParser::expected(const std::string &what) {
  std::string found = token.kind == PtxToken::Kind::End ? "the text ends" : "found '";
  if (token.kind != PtxToken::Kind::End) {
    for (char c : token.text.substr(0, 40))
      found += c >= ' ' && c <= '~' ? c : '?';
    found += "'";
  }
  return fail(token, "expected " + what + " but " + found);
}

void PtxParser::advance() {
  token = lookahead;
  lookahead = lexer.next();
}

bool PtxParser::take(char c) {
  if (!token.is(c))
    return false;
  advance();
  return true;
}

bool PtxParser::expect(char c) { return take(c) || expected(std::string("'") + c + "'"); }

bool PtxParser::integer(uint64_t &value, uint64_t limit, const char *what) {
  if (token.kind != PtxToken::Kind::Integer)
    return expected(what);
  value = token.integer;
  if (value > limit)
    return fail(token, std::string(what) + " is " + std::to_string(value) + ", more than the largest supported, " +
                           std::to_string(limit));
  advance();
  return true;
}

bool PtxParser::name(std::string_view &result, const char *what) {
  if (token.kind != PtxToken::Kind::Word)
    return expected(what);
  result = token.text;
  advance();
  return true;
}

bool PtxParser::skipUntil(char c) {
  while (!token.is(c)) {
    if (token.kind == PtxToken::Kind::End || token.kind == PtxToken::Kind::Bad)
      return expected(std::string("'") + c + "'");
    advance();
  }
  advance();
  return true;
}

bool PtxParser::parseModule() {
  advance();
  advance();
  while (token.kind != PtxToken::Kind::End)
    if (!parseTopLevel())
      return false;
  if (module.smVersion == 0)
    return fail(token, "the module has no .target; it must name one such as sm_80");
  return true;
}

bool PtxParser::parseTopLevel() {
  if (token.kind != PtxToken::Kind::Directive)
    return expected("a directive of module scope");
  bool isExtern = false;
  while (token.isDirective("visible") || token.isDirective("extern") || token.isDirective("weak") ||
         token.isDirective("common")) {
    isExtern |= token.text == "extern";
    advance();
  }
  std::string_view directive = token.kind == PtxToken::Kind::Directive ? token.text : std::string_view();
  auto variables = [&](Space space) {
    advance();
    return parseVariables(space, isExtern, module.globals);
  };
  if (directive == "global")
    return variables(Space::Global);
  if (directive == "const")
    return variables(Space::Const);
  if (directive == "shared")
    return variables(Space::Shared);
  if (directive == "target")
    return parseTarget();
  if (directive == "file")
    return skipFile();
  if (directive == "section")
    return skipSection();
  if (directive == "pragma")
    return skipUntil(';');
  if (directive == "entry" || directive == "func") {
    advance();
    return parseFunction(directive == "entry");
  }
  if (directive == "version" || directive == "address_size") {
    advance();
    if (directive == "address_size" && (token.kind != PtxToken::Kind::Integer || token.integer != 64))
      return expected("address size 64");
    if (token.kind != PtxToken::Kind::Integer && token.kind != PtxToken::Kind::Double)
      return expected("a number");
    advance();
    return true;
  }
  return expected("a directive of module scope that the simulator knows");
}

bool PtxParser::parseTarget() {
  advance();
  bool more = true;
  while (more) {
    std::string_view word;
    if (!name(word, "a target such as sm_80"))
      return false;
    if (word.starts_with("sm_"))
      for (char c : word.substr(3, 3))
        if (c >= '0' && c <= '9')
          module.smVersion = module.smVersion * 10 + static_cast<unsigned>(c - '0');
    more = take(',');
  }
  return true;
}

/// `.file 1 "name"` with an optional time and size.
bool PtxParser::skipFile() {
  advance();
  uint64_t ignored;
  if (!integer(ignored, UINT64_MAX, "a file number"))
    return false;
  if (token.kind != PtxToken::Kind::String)
    return expected("a file name");
  advance();
  while (take(','))
    if (!integer(ignored, UINT64_MAX, "a number"))
      return false;
  return true;
}

/// Debug sections hold no nested braces.
bool PtxParser::skipSection() { return skipUntil('{') && skipUntil('}'); }

bool PtxParser::parseParameters(std::vector<const Variable *> &list) {
  if (!expect('('))
    return false;
  if (take(')'))
    return true;
  do {
    if (!token.isDirective("param"))
      return expected("a .param");
    advance();
    Variable prototype;
    uint64_t elementBytes = 0;
    PtxType type = PtxType::None;
    if (!parseVariableType(prototype, elementBytes, type) ||
        !parseVariable(Space::Param, prototype, elementBytes, type, list))
      return false;
  } while (take(','));
  return expect(')');
}

bool PtxParser::parseDimensions(uint32_t (&dimensions)[3]) {
  advance();
  std::fill_n(dimensions, 3, 1u);
  for (unsigned i = 0; i < 3; ++i) {
    uint64_t value;
    if (!integer(value, 0x7fffffff, "a block size"))
      return false;
    dimensions[i] = static_cast<uint32_t>(value);
    if (!take(','))
      return true;
  }
  return fail(token, "a block has at most three dimensions");
}

bool PtxParser::parseFunctionDirectives(Function &function) {
  while (token.kind == PtxToken::Kind::Directive) {
    uint64_t ignored;
    std::string_view directive = token.text;
    if (directive == "reqntid" || directive == "maxntid") {
      if (!parseDimensions(directive == "reqntid" ? function.requiredBlock : function.maximumBlock))
        return false;
    } else if (directive == "minnctapersm" || directive == "maxnctapersm" || directive == "maxnreg") {
      advance();
      if (!integer(ignored, UINT32_MAX, "a number"))
        return false;
    } else if (directive == "noreturn") {
      advance();
    } else if (directive == "pragma") {
      if (!skipUntil(';'))
        return false;
    } else {
      return expected("a directive of a function that the simulator knows");
    }
  }
  return true;
}

bool PtxParser::parseFunction(bool isEntry) {
  Function parsed;
  parsed.isEntry = isEntry;
  parsed.line = token.line;
  blocks.clear();
  blocks.emplace_back();
  function = &module.functions.emplace_back(std::move(parsed));
  function->scopes.emplace_back();
  if (token.is('(') && !parseParameters(function->results))
    return false;
  if (!name(function->name, "a function's name"))
    return false;
  if (token.is('(') && !parseParameters(function->parameters))
    return false;
  if (!parseFunctionDirectives(*function))
    return false;
  auto [place, isNew] = module.functionNames.try_emplace(function->name, function);
  if (token.is('{')) {
    if (place->second->hasBody)
      return fail(token, "a second body for " + std::string(function->name));
    place->second = function;
    function->hasBody = true;
    return parseBody();
  }
  function = nullptr;
  blocks.clear();
  return expect(';');
}

Result<PtxModule> parsePtx(std::string text) {
  constexpr size_t limit = size_t(64) << 20;
  if (text.size() > limit)
    return dataError("line 1: the PTX text has " + std::to_string(text.size()) +
                     " bytes, more than the largest "
                     "supported, " +
                     std::to_string(limit));
  PtxModule module;
  module.text = std::make_unique<const std::string>(std::move(text));
  PtxParser parser(module);
  if (!parser.parseModule())
    return std::move(parser.error);
  return module;
}

} // namespace tenon::sim
