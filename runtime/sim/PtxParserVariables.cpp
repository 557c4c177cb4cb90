// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// PTX text to a module: declarations of variables and their initial values.
#include "runtime/sim/PtxParser.h"
#include <bit>
#include <cstring>

namespace tenon::sim {
namespace {

constexpr uint64_t maximumBytes = uint64_t(1) << 31;
constexpr uint64_t maximumInitialBytes = uint64_t(64) << 20;

} // namespace

const Variable *PtxParser::findVariable(std::string_view name) const {
  for (size_t i = blocks.size(); i-- > 0;)
    if (auto found = blocks[i].variables.find(name); found != blocks[i].variables.end())
      return found->second;
  auto found = moduleVariables.find(name);
  return found == moduleVariables.end() ? nullptr : found->second;
}

/// `.align 8 .v2 .f32`, in any order, with `.ptr .global .align 4` of parameters.
bool PtxParser::parseVariableType(Variable &prototype, uint64_t &elementBytes, PtxType &type) {
  uint64_t lanes = 1;
  bool describesPointee = false;
  while (token.kind == PtxToken::Kind::Directive) {
    std::string_view directive = token.text;
    const PtxToken at = token;
    advance();
    if (directive == "align") {
      uint64_t value;
      if (!integer(value, 1024, "an alignment"))
        return false;
      if (!std::has_single_bit(value))
        return fail(at, "alignment " + std::to_string(value) + " is no power of two");
      if (!describesPointee)
        prototype.align = static_cast<uint32_t>(value);
    } else if (directive == "ptr") {
      describesPointee = true;
    } else if (directive == "v2" || directive == "v4") {
      lanes = directive == "v2" ? 2 : 4;
    } else if (PtxType named = ptxTypeNamed(directive); named != PtxType::None && named != PtxType::Pred) {
      type = named;
    } else if (!describesPointee || (directive != "global" && directive != "shared" && directive != "const" &&
                                     directive != "local" && directive != "generic")) {
      return fail(at, "expected the type of a variable but found '." + std::string(directive) + "'");
    }
  }
  if (type == PtxType::None)
    return expected("the type of a variable");
  elementBytes = lanes * bitsOf(type) / 8;
  if (prototype.align < elementBytes)
    prototype.align = static_cast<uint32_t>(elementBytes);
  return true;
}

bool PtxParser::parseVariables(Space space, bool isExtern, std::vector<const Variable *> &list) {
  Variable prototype;
  prototype.isExtern = isExtern;
  uint64_t elementBytes = 0;
  PtxType type = PtxType::None;
  if (!parseVariableType(prototype, elementBytes, type))
    return false;
  do {
    if (!parseVariable(space, prototype, elementBytes, type, list))
      return false;
  } while (take(','));
  return expect(';');
}

bool PtxParser::parseVariable(Space space, Variable &prototype, uint64_t elementBytes, PtxType type,
                              std::vector<const Variable *> &list) {
  const PtxToken at = token;
  Variable variable = prototype;
  variable.space = space;
  variable.line = at.line;
  variable.bytes = elementBytes;
  if (!name(variable.name, "a variable's name") || !parseArray(variable, elementBytes))
    return false;
  if (variable.bytes == 0 && !(variable.isExtern && space == Space::Shared))
    return fail(at, "the array " + std::string(variable.name) + " needs a size");
  if (take('=')) {
    if (space != Space::Global && space != Space::Const)
      return fail(at, "only variables in .global and .const may have initial values");
    if (!parseInitializer(variable, elementBytes, type))
      return false;
  }
  auto &names = function ? blocks.back().variables : moduleVariables;
  const Variable *known = &module.variables.emplace_back(std::move(variable));
  auto [place, isNew] = names.try_emplace(known->name, known);
  if (!isNew && !place->second->isExtern && !known->isExtern)
    return fail(at, "a second variable " + std::string(known->name));
  if (!isNew && !known->isExtern)
    place->second = known;
  list.push_back(known);
  return true;
}

bool PtxParser::parseArray(Variable &variable, uint64_t elementBytes) {
  while (take('[')) {
    uint64_t count = 0;
    if (!token.is(']') && !integer(count, maximumBytes / std::max<uint64_t>(elementBytes, 1), "an array size"))
      return false;
    if (variable.bytes != 0 && count > maximumBytes / variable.bytes)
      return fail(token, "the array " + std::string(variable.name) + " is larger than 2 GiB");
    variable.bytes *= count;
    if (!expect(']'))
      return false;
  }
  return true;
}

bool PtxParser::parseInitializer(Variable &variable, uint64_t elementBytes, PtxType type) {
  elementBytes = bitsOf(type) / 8;
  if (!take('{'))
    return parseInitialValue(variable, elementBytes, type);
  if (take('}'))
    return true;
  do {
    if (!parseInitialValue(variable, elementBytes, type))
      return false;
  } while (take(','));
  return expect('}');
}

bool PtxParser::parseInitialValue(Variable &variable, uint64_t elementBytes, PtxType type) {
  if (variable.initial.size() + elementBytes > variable.bytes)
    return fail(token, std::string(variable.name) + " has more initial values than elements");
  initialBytes += elementBytes;
  if (initialBytes > maximumInitialBytes)
    return fail(token, "the initial values of all variables take more than 64 MiB");
  if (token.kind == PtxToken::Kind::Word) {
    if (elementBytes != 8)
      return fail(token, "an address needs an element of 8 bytes");
    return parseInitialAddress(variable);
  }
  bool minus = take('-');
  uint64_t bits = token.integer;
  if (token.kind == PtxToken::Kind::Integer) {
    bits = minus ? 0 - bits : bits;
  } else if (token.kind == PtxToken::Kind::Single || token.kind == PtxToken::Kind::Double) {
    bool single = token.kind == PtxToken::Kind::Single;
    double value = single ? std::bit_cast<float>(static_cast<uint32_t>(bits)) : std::bit_cast<double>(bits);
    value = minus ? -value : value;
    if (type == PtxType::F64)
      bits = std::bit_cast<uint64_t>(value);
    else if (type == PtxType::F32)
      bits = std::bit_cast<uint32_t>(static_cast<float>(value));
    else if (!single || elementBytes != 4)
      return fail(token, "a floating-point value needs an element of type f32 or f64");
  } else {
    return expected("an initial value");
  }
  advance();
  for (uint64_t i = 0; i < elementBytes; ++i)
    variable.initial.push_back(static_cast<uint8_t>(bits >> (8 * i)));
  return true;
}

/// `name`, `name+4` or `generic(name)+4`; global and generic addresses are the same.
bool PtxParser::parseInitialAddress(Variable &variable) {
  Variable::Address address;
  address.position = variable.initial.size();
  bool generic = token.text == "generic" && lookahead.is('(');
  if (generic) {
    advance();
    advance();
  }
  address.target = findVariable(token.text);
  if (!address.target || (address.target->space != Space::Global && address.target->space != Space::Const))
    return expected("a variable in .global or .const declared before");
  advance();
  if (generic && !expect(')'))
    return false;
  if (take('+')) {
    uint64_t offset;
    if (!integer(offset, maximumBytes, "an offset"))
      return false;
    address.offset = static_cast<int64_t>(offset);
  }
  variable.addresses.push_back(address);
  variable.initial.insert(variable.initial.end(), 8, 0);
  return true;
}

} // namespace tenon::sim
