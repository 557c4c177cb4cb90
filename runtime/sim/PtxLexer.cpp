// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// PTX text to tokens.
#include "runtime/sim/PtxLexer.h"
#include <bit>
#include <charconv>

namespace tenon::sim {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isWord(char c) { return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$'; }

int digitValue(char c) {
  if (isDigit(c))
    return c - '0';
  char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

} // namespace

/// False at a comment without an end.
bool PtxLexer::skipBlanks() {
  while (position < text.size()) {
    char c = text[position];
    if (c == '\n') {
      ++line;
      ++position;
    } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v') {
      ++position;
    } else if (text.substr(position, 2) == "//") {
      position = std::min(text.find('\n', position), text.size());
    } else if (text.substr(position, 2) == "/*") {
      size_t end = text.find("*/", position + 2);
      if (end == std::string_view::npos)
        return false;
      for (; position < end; ++position)
        line += text[position] == '\n';
      position = end + 2;
    } else {
      break;
    }
  }
  return true;
}

PtxToken PtxLexer::finish(PtxToken token, PtxToken::Kind kind, size_t end) {
  token.kind = kind;
  token.text = text.substr(position, end - position);
  position = end;
  return token;
}

PtxToken PtxLexer::digits(PtxToken token, unsigned base) {
  size_t end = position + (base == 10 || base == 8 ? 0 : 2);
  size_t first = end;
  bool fits = true;
  for (; end < text.size() && digitValue(text[end]) < static_cast<int>(base); ++end) {
    auto wide = static_cast<unsigned __int128>(token.integer) * base + static_cast<unsigned>(digitValue(text[end]));
    fits &= wide >> 64 == 0;
    token.integer = static_cast<uint64_t>(wide);
  }
  bool any = end > first;
  if (end < text.size() && (text[end] == 'U' || text[end] == 'u'))
    ++end;
  bool good = any && fits && (end == text.size() || !isWord(text[end]));
  return finish(token, good ? PtxToken::Kind::Integer : PtxToken::Kind::Bad, end);
}

PtxToken PtxLexer::floatBits(PtxToken token, unsigned count) {
  size_t end = position + 2;
  unsigned seen = 0;
  for (; end < text.size() && digitValue(text[end]) < 16 && seen < count; ++end, ++seen)
    token.integer = token.integer << 4 | static_cast<unsigned>(digitValue(text[end]));
  bool good = seen == count && (end == text.size() || !isWord(text[end]));
  auto kind = count == 8 ? PtxToken::Kind::Single : PtxToken::Kind::Double;
  return finish(token, good ? kind : PtxToken::Kind::Bad, end);
}

PtxToken PtxLexer::decimal(PtxToken token) {
  double value = 0;
  const char *begin = text.data() + position;
  auto [end, error] = std::from_chars(begin, text.data() + text.size(), value);
  token.integer = std::bit_cast<uint64_t>(value);
  size_t length = error == std::errc() ? static_cast<size_t>(end - begin) : 1;
  return finish(token, error == std::errc() ? PtxToken::Kind::Double : PtxToken::Kind::Bad, position + length);
}

PtxToken PtxLexer::number(PtxToken token) {
  char second = position + 1 < text.size() ? text[position + 1] : ' ';
  if (text[position] == '0') {
    if (second == 'x' || second == 'X')
      return digits(token, 16);
    if (second == 'f' || second == 'F')
      return floatBits(token, 8);
    if (second == 'd' || second == 'D')
      return floatBits(token, 16);
    if (second == 'b' || second == 'B')
      return digits(token, 2);
  }
  size_t end = position;
  while (end < text.size() && isDigit(text[end]))
    ++end;
  bool fraction = end < text.size() && (text[end] == '.' || text[end] == 'e' || text[end] == 'E');
  return fraction ? decimal(token) : digits(token, text[position] == '0' && isDigit(second) ? 8 : 10);
}

PtxToken PtxLexer::next() {
  PtxToken token;
  bool closed = skipBlanks();
  token.line = line;
  if (!closed)
    return finish(token, PtxToken::Kind::Bad, text.size());
  if (position == text.size())
    return finish(token, PtxToken::Kind::End, position);
  char c = text[position];
  if (isDigit(c))
    return number(token);
  if (c == '"') {
    size_t end = text.find_first_of("\"\n", position + 1);
    bool good = end != std::string_view::npos && text[end] == '"';
    return finish(token, good ? PtxToken::Kind::String : PtxToken::Kind::Bad, good ? end + 1 : position + 1);
  }
  size_t end = position + 1;
  if (c == '.' && end < text.size() && isWord(text[end])) {
    position = end;
    while (end < text.size() && isWord(text[end]))
      ++end;
    return finish(token, PtxToken::Kind::Directive, end);
  }
  if (isWord(c) || c == '%') {
    // A single colon ends a label; a double one is part of a modifier.
    while (end < text.size() &&
           (isWord(text[end]) || text[end] == '.' ||
            (text[end] == ':' && end + 2 < text.size() && text[end + 1] == ':' && isWord(text[end + 2])) ||
            (text[end] == ':' && text[end - 1] == ':')))
      ++end;
    return finish(token, PtxToken::Kind::Word, end);
  }
  return finish(token, PtxToken::Kind::Punctuation, end);
}

} // namespace tenon::sim
