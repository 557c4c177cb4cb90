// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One pass over the bytes with an explicit stack of brackets.
#include "frontend/text/TextScan.h"
#include "frontend/text/AliasGraph.h"
#include <vector>

namespace tenon {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool isWordByte(char c) { return isLetter(c) || isDigit(c) || c == '$' || c == '.'; }

int hexDigit(char c) {
  if (isDigit(c))
    return c - '0';
  char lower = char(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// What the last token before a position was, as far as the next one's meaning hangs on it.
enum class Last {
  None,
  Symbol,       // #name or !name
  Continuation, // ':', '=', ',' or "->": a definition goes on after a line break
  Other,
};

struct Level {
  char opening;
  bool isDialectBody; // of #name<...> or !name<...>
  bool isMetadata;    // of {-# ... #-}
  unsigned line, column;
  // Operators on the longest path to here, now and where this level began.
  unsigned operators, initialOperators;
};

class Scanner {
public:
  explicit Scanner(std::string_view text) : text(text) {}

  std::optional<TextError> scan() {
    if (text.size() > TextLimits::bytes)
      return TextError{1, 1,
                       "expected at most " + std::to_string(TextLimits::bytes) + " bytes of text, found " +
                           std::to_string(text.size()) + "; large constants belong into files beside it"};
    while (!error && position < text.size())
      scanToken();
    if (!error && !levels.empty())
      fail(levels.back().line, levels.back().column,
           std::string("'") + levels.back().opening + "' is never closed; the text may be cut off");
    AliasGraph::Excess excess;
    if (!error && !aliases.check(TextLimits::nesting, TextLimits::aliasUses, excess))
      failAlias(excess);
    return error;
  }

private:
  void fail(unsigned atLine, unsigned atColumn, std::string message) {
    if (!error)
      error = TextError{atLine, atColumn, std::move(message)};
  }
  void fail(std::string message) { fail(line, column(), std::move(message)); }
  unsigned column() const { return unsigned(position - lineStart + 1); }
  char at(size_t offset) const { return position + offset < text.size() ? text[position + offset] : '\0'; }

  void failAlias(const AliasGraph::Excess &excess) {
    size_t offset = excess.alias.empty() ? 0 : size_t(excess.alias.data() - text.data());
    std::string_view before = text.substr(0, offset);
    unsigned atLine = 1;
    for (char c : before)
      atLine += c == '\n';
    size_t lineBreak = before.rfind('\n');
    unsigned atColumn = unsigned(offset - (lineBreak == std::string_view::npos ? 0 : lineBreak + 1) + 1);
    std::string subject = excess.alias.empty() ? "the text" : "'" + std::string(excess.alias.substr(0, 64)) + "'";
    fail(atLine, atColumn,
         excess.isDepth ? "expected at most " + std::to_string(TextLimits::nesting) +
                              " nested brackets, but the aliases that " + subject + " uses nest deeper"
                        : subject + " stands for more than " + std::to_string(TextLimits::aliasUses) +
                              " uses of aliases; define it with fewer");
  }

  void scanToken() {
    char c = text[position];
    if (c == '\n') {
      ++position;
      ++line;
      lineStart = position;
      brokeLine = true;
      return;
    }
    if (c == ' ' || c == '\t' || c == '\r') {
      ++position;
      return;
    }
    if (c == '\0')
      return fail("expected text, found a NUL byte; this may be a binary file");
    if (c == '/' && at(1) == '/')
      return scanComment();
    if (isLetter(c) || c == '"' || c == '%')
      endDefinition();
    brokeLine = false;
    if (c == '"')
      scanString();
    else if (c == '#' || c == '!')
      scanSymbol();
    else if (c == '%' || c == '^' || c == '@')
      scanValueName();
    else if (isDigit(c))
      scanNumber();
    else if (isLetter(c))
      scanWord();
    else
      scanPunctuation(c);
  }

  // A new top-level item ends an alias definition; after ':', '=' and the like the definition goes on.
  void endDefinition() {
    if (levels.empty() && brokeLine && last != Last::Continuation)
      aliases.define({});
  }

  void scanComment() {
    for (const Level &level : levels)
      if (level.isDialectBody)
        return fail("a comment within the brackets of a dialect's attribute or type; move it outside");
    position = std::min(text.find('\n', position), text.size());
  }

  void scanString() {
    size_t start = ++position;
    while (position < text.size() && text[position] != '"' && text[position] != '\n' && text[position] != '\0')
      position += text[position] == '\\' && position + 1 < text.size() && text[position + 1] != '\n' ? 2 : 1;
    if (position >= text.size() || text[position] != '"') {
      position = start - 1;
      return fail("expected the closing '\"' of this string on the same line");
    }
    std::string_view content = text.substr(start, position - start);
    ++position;
    last = Last::Other;
    if (!levels.empty() && levels.back().isMetadata && content.starts_with("0x"))
      checkBlob(content.substr(2));
  }

  // The text of a resource: its alignment as 32 bits, little endian, then its bytes.
  void checkBlob(std::string_view hex) {
    uint64_t alignment = 0;
    bool valid = hex.size() >= 8;
    for (unsigned i = 0; valid && i < 8; ++i) {
      int digit = hexDigit(hex[i]);
      valid = digit >= 0;
      alignment |= uint64_t(digit & 15) << (i / 2 * 8 + (i % 2 ? 0 : 4));
    }
    if (!valid || alignment == 0 || (alignment & (alignment - 1)) || alignment > TextLimits::resourceAlignment)
      fail("expected a resource that starts with its alignment, a power of two up to " +
           std::to_string(TextLimits::resourceAlignment) + " as 8 hexadecimal digits, little endian");
  }

  // A name after #, !, %, ^ or @: only digits, or anything else, in which '-' is allowed.
  std::string_view takeName() {
    size_t start = position++;
    bool isNumber = isDigit(at(0));
    while (isNumber ? isDigit(at(0)) : isWordByte(at(0)) || (at(0) == '-' && at(1) != '>'))
      ++position;
    return text.substr(start, position - start);
  }

  void scanSymbol() {
    if (text[position] == '#' && at(1) == '-' && at(2) == '}') { // the end of {-# ... #-}
      position += 2;
      return;
    }
    std::string_view name = takeName();
    last = Last::Symbol;
    if (name.size() == 1 || name.find('.') != std::string_view::npos) // no alias
      return;
    size_t next = text.find_first_not_of(" \t\r\n", position);
    bool isDefinition = levels.empty() && next != std::string_view::npos && text[next] == '=' &&
                        (next + 1 == text.size() || text[next + 1] != '=');
    if (isDefinition)
      aliases.define(name);
    else
      aliases.use(name, unsigned(levels.size()));
  }

  void scanValueName() {
    bool isValue = text[position] == '%';
    takeName();
    last = Last::Other;
    if (!isValue || at(0) != '#' || !isDigit(at(1)))
      return;
    ++position;
    uint64_t number = 0;
    for (; isDigit(at(0)); ++position)
      if ((number = number * 10 + uint64_t(at(0) - '0')) > TextLimits::resultNumber)
        return fail("expected a result number up to " + std::to_string(TextLimits::resultNumber));
  }

  void scanNumber() {
    size_t start = position;
    while (position < text.size() && isDigit(text[position]))
      ++position;
    if (position - start > TextLimits::digits) {
      position = start;
      return fail("expected a number of at most " + std::to_string(TextLimits::digits) + " digits");
    }
    last = Last::Other;
  }

  void scanWord() {
    size_t start = position;
    while (isWordByte(at(0)))
      ++position;
    std::string_view word = text.substr(start, position - start);
    last = Last::Other;
    if (word == "floordiv" || word == "ceildiv" || word == "mod")
      countOperator();
  }

  // Braces hold statements, in which operators are signs of constants.
  void countOperator() {
    if (!levels.empty() && levels.back().opening != '{' && ++levels.back().operators > TextLimits::operators)
      fail("expected at most " + std::to_string(TextLimits::operators) + " operators in one affine expression");
  }

  void scanPunctuation(char c) {
    Last before = last;
    last = c == ':' || c == '=' || c == ',' ? Last::Continuation : Last::Other;
    if (c == '-' && at(1) == '>') {
      position += 2;
      last = Last::Continuation;
      return;
    }
    if (c == '>' && at(1) == '=') { // a comparison in an integer set
      position += 2;
      return;
    }
    if (c == '(' || c == '[' || c == '{' || c == '<')
      open(c, before);
    else if (c == '>')
      closeAngle();
    else if (c == ')' || c == ']' || c == '}')
      close(c);
    else if (c == '+' || c == '-' || c == '*')
      countOperator();
    else if (c == ',' && !levels.empty())
      levels.back().operators = levels.back().initialOperators;
    ++position;
  }

  void open(char c, Last before) {
    if (levels.size() == TextLimits::nesting)
      return fail("expected at most " + std::to_string(TextLimits::nesting) + " nested brackets");
    unsigned operators = c == '{' || levels.empty() ? 0 : levels.back().operators;
    bool isMetadata = (c == '{' && at(1) == '-' && at(2) == '#') || (!levels.empty() && levels.back().isMetadata);
    levels.push_back({c, c == '<' && before == Last::Symbol, isMetadata, line, column(), operators, operators});
    aliases.reachDepth(unsigned(levels.size()));
  }

  // '>' may also be a comparison, so without a '<' it means nothing.
  void closeAngle() {
    if (!levels.empty() && levels.back().opening == '<')
      leave();
  }

  void close(char c) {
    char opening = c == ')' ? '(' : c == ']' ? '[' : '{';
    while (!levels.empty() && levels.back().opening == '<')
      leave(); // '<' may have been a comparison
    if (levels.empty())
      return fail(std::string("'") + c + "' closes nothing");
    if (levels.back().opening != opening)
      return fail(std::string("'") + c + "' does not match the '" + levels.back().opening + "' of line " +
                  std::to_string(levels.back().line) + ", column " + std::to_string(levels.back().column));
    leave();
  }

  void leave() {
    Level closed = levels.back();
    levels.pop_back();
    if (!levels.empty() && levels.back().opening != '{' && closed.opening != '{')
      levels.back().operators = closed.operators;
  }

  std::string_view text;
  size_t position = 0, lineStart = 0;
  unsigned line = 1;
  bool brokeLine = false;
  Last last = Last::None;
  std::vector<Level> levels;
  AliasGraph aliases;
  std::optional<TextError> error;
};

} // namespace

std::optional<TextError> scanText(std::string_view text) { return Scanner(text).scan(); }

} // namespace tenon
