// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Size expressions as text: DimExpr::str and DimExpr::parse.
#include "ir/DimExpr.h"

namespace tenon {

namespace {

using Kind = DimAtom::Kind;

// Deep enough for every printed expression, whose depth is bounded by its weight.
constexpr unsigned kMaxNesting = 2 * DimExpr::kMaxWeight;

// As an operand of floordiv or mod: whatever is more than a symbol, a number or a call goes in parentheses.
std::string operandText(const DimExpr &expr) {
  std::string text = expr.str();
  if (expr.constant().value_or(-1) >= 0)
    return text;
  if (expr.terms().size() == 1 && expr.terms()[0].coefficient == 1 && expr.terms()[0].factors.size() == 1) {
    const DimFactor &factor = expr.terms()[0].factors[0];
    if (factor.power == 1 && factor.atom->kind() != Kind::FloorDiv && factor.atom->kind() != Kind::Mod)
      return text;
  }
  return "(" + text + ")";
}

std::string divisionText(const DimAtom &atom) {
  const DimExpr &numerator = atom.operands()[0], &divisor = atom.operands()[1];
  if (atom.kind() == Kind::Mod)
    return operandText(numerator) + " mod " + operandText(divisor);
  // (a+b-1) floordiv b was a ceildiv b, wherever that is the shorter form.
  DimExpr raised = numerator - divisor + 1;
  if (raised.isValid() && raised.terms().size() < numerator.terms().size())
    return operandText(raised) + " ceildiv " + operandText(divisor);
  return operandText(numerator) + " floordiv " + operandText(divisor);
}

std::string atomText(const DimAtom &atom, bool alone) {
  if (atom.kind() == Kind::Symbol)
    return atom.name();
  if (atom.kind() == Kind::FloorDiv || atom.kind() == Kind::Mod)
    return alone ? divisionText(atom) : "(" + divisionText(atom) + ")";
  std::string text = atom.kind() == Kind::Min ? "min(" : "max(";
  for (size_t i = 0; i < atom.operands().size(); ++i)
    text += (i ? ", " : "") + atom.operands()[i].str();
  return text + ")";
}

// Recursive descent: sum = ['-'] product (('+'|'-') product)*; product = unary (('*'|floordiv|ceildiv|mod) unary)*;
// unary = '-'* (number | symbol | (min|max) '(' sum (',' sum)+ ')' | '(' sum ')').
class Parser {
public:
  Parser(std::string_view text, std::string &error) : text(text), error(error) {}

  DimExpr parse() {
    if (text.size() > DimExpr::kMaxTextLength)
      return fail("a size expression of at most " + std::to_string(DimExpr::kMaxTextLength) + " characters");
    DimExpr result = parseSum();
    skipSpace();
    if (!failed && position != text.size())
      return fail("an operator or the end");
    return failed ? DimExpr::invalid() : result;
  }

private:
  DimExpr fail(const std::string &expected) {
    if (failed)
      return DimExpr::invalid();
    failed = true;
    std::string found = position < text.size() ? "'" + std::string(1, text[position]) + "'" : "the end";
    if (position < text.size() && (text[position] < ' ' || text[position] > '~'))
      found = "byte " + std::to_string(uint8_t(text[position]));
    error = "column " + std::to_string(position + 1) + ": expected " + expected + ", found " + found;
    return DimExpr::invalid();
  }

  // Reports a result that does not exist, at the operator.
  DimExpr check(DimExpr result, size_t at) {
    if (!failed && !result.isValid()) {
      failed = true;
      error = "column " + std::to_string(at + 1) +
              ": this overflows 64 bits, divides by a number <= 0, or is too large an expression";
    }
    return result;
  }

  void skipSpace() {
    while (position < text.size() && text[position] == ' ')
      ++position;
  }

  bool take(char c) {
    skipSpace();
    if (position == text.size() || text[position] != c)
      return false;
    ++position;
    return true;
  }

  std::string_view peekWord() {
    skipSpace();
    size_t end = position;
    while (end < text.size() && (std::string_view("_.$").find(text[end]) != std::string_view::npos ||
                                 (text[end] >= '0' && text[end] <= '9') || (text[end] >= 'a' && text[end] <= 'z') ||
                                 (text[end] >= 'A' && text[end] <= 'Z')))
      ++end;
    return text.substr(position, end - position);
  }

  DimExpr parseSum() {
    DimExpr sum = parseProduct();
    while (!failed) {
      skipSpace();
      size_t at = position;
      if (take('+'))
        sum = check(sum + parseProduct(), at);
      else if (take('-'))
        sum = check(sum - parseProduct(), at);
      else
        break;
    }
    return sum;
  }

  DimExpr parseProduct() {
    DimExpr product = parseUnary();
    while (!failed) {
      std::string_view word = peekWord();
      size_t at = position;
      if (take('*')) {
        product = check(product * parseUnary(), at);
      } else if (word == "floordiv" || word == "ceildiv" || word == "mod") {
        position += word.size();
        DimExpr divisor = parseUnary();
        product = check(word == "floordiv"  ? floorDiv(product, divisor)
                        : word == "ceildiv" ? ceilDiv(product, divisor)
                                            : mod(product, divisor),
                        at);
      } else {
        break;
      }
    }
    return product;
  }

  DimExpr parseUnary() {
    bool negative = false;
    while (take('-'))
      negative = !negative;
    skipSpace();
    size_t at = position;
    std::string_view word = peekWord();
    if (!word.empty() && word[0] >= '0' && word[0] <= '9')
      return parseNumber(word, negative);
    DimExpr result;
    if (word == "min" || word == "max") {
      position += word.size();
      result = parseCall(word == "min");
    } else if (!word.empty()) {
      result = DimExpr::symbol(word);
      if (!result.isValid())
        return fail("a symbol, a name of at most " + std::to_string(DimExpr::kMaxSymbolLength) + " characters");
      position += word.size();
    } else if (take('(')) {
      result = parseNested();
      if (!failed && !take(')'))
        return fail("')'");
    } else {
      return fail("a number, a symbol, min, max or '('");
    }
    return negative ? check(-result, at) : result;
  }

  DimExpr parseNumber(std::string_view word, bool negative) {
    int64_t value = 0;
    for (char c : word) {
      if (c < '0' || c > '9')
        return fail("a decimal number");
      // Built from below for negative numbers, as the smallest has no positive counterpart.
      int64_t digit = negative ? '0' - c : c - '0';
      if (__builtin_mul_overflow(value, int64_t(10), &value) || __builtin_add_overflow(value, digit, &value))
        return fail("a number that fits 64 bits");
    }
    position += word.size();
    return value;
  }

  DimExpr parseCall(bool isMin) {
    if (!take('('))
      return fail("'('");
    DimExpr result = parseNested();
    size_t count = 1;
    for (; !failed && take(','); ++count) {
      DimExpr operand = parseNested();
      result = check(isMin ? min(result, operand) : max(result, operand), position);
    }
    if (!failed && (count < 2 || !take(')')))
      return fail(count < 2 ? "',' and a second operand" : "',' or ')'");
    return result;
  }

  DimExpr parseNested() {
    if (nesting == kMaxNesting)
      return fail("at most " + std::to_string(kMaxNesting) + " nested parentheses");
    ++nesting;
    DimExpr result = parseSum();
    --nesting;
    return result;
  }

  std::string_view text;
  std::string &error;
  size_t position = 0;
  unsigned nesting = 0;
  bool failed = false;
};

} // namespace

std::string DimExpr::str() const {
  if (!isValid())
    return "<invalid>";
  std::string text;
  for (const DimTerm &term : terms()) {
    bool smallest = term.coefficient == INT64_MIN;
    std::string number = std::to_string(term.coefficient);
    if (!text.empty() && smallest)
      number = "(" + number + ")";
    if (!text.empty() && (term.coefficient > 0 || smallest))
      text += '+';
    if (term.factors.empty()) {
      text += number;
      continue;
    }
    if (term.coefficient == -1)
      text += '-';
    else if (term.coefficient != 1)
      text += number + '*';
    bool alone = terms().size() == 1 && term.coefficient == 1 && term.factors.size() == 1 && term.factors[0].power == 1;
    for (size_t i = 0; i < term.factors.size(); ++i)
      for (unsigned j = 0; j < term.factors[i].power; ++j)
        text += (i || j ? "*" : "") + atomText(*term.factors[i].atom, alone);
  }
  return text.empty() ? "0" : text;
}

DimExpr DimExpr::parse(std::string_view text, std::string &error) { return Parser(text, error).parse(); }

} // namespace tenon
