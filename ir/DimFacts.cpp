// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Proofs about size expressions: interval arithmetic and exact polynomial division.
#include "ir/DimFacts.h"
#include <algorithm>
#include <numeric>

namespace tenon {

namespace {

using Kind = DimAtom::Kind;
using Wide = __int128;

// Beyond every int64; farther values are cut to it, which keeps bounds sound.
constexpr Wide kInfinity = Wide(1) << 100;

Wide cut(Wide value) { return std::clamp(value, -kInfinity, kInfinity); }

Wide multiply(Wide a, Wide b) {
  Wide product;
  if (__builtin_mul_overflow(a, b, &product))
    return (a < 0) == (b < 0) ? kInfinity : -kInfinity;
  return cut(product);
}

Wide divideDown(Wide a, Wide b) {
  if (a == kInfinity || a == -kInfinity)
    return a;
  return a / b - (a % b < 0);
}

struct Division {
  DimExpr quotient, remainder;
};

// `term` / `divisor` where every factor and the coefficient divide.
std::optional<DimTerm> divideTerm(const DimTerm &term, const DimTerm &divisor) {
  if (divisor.coefficient == -1 ? term.coefficient == INT64_MIN : term.coefficient % divisor.coefficient != 0)
    return std::nullopt;
  DimTerm quotient{term.coefficient / divisor.coefficient, {}};
  size_t matched = 0;
  for (const DimFactor &factor : term.factors) {
    unsigned power = factor.power;
    if (matched < divisor.factors.size() && DimAtom::compare(*factor.atom, *divisor.factors[matched].atom) == 0) {
      if (power < divisor.factors[matched].power)
        return std::nullopt;
      power -= divisor.factors[matched++].power;
    }
    if (power)
      quotient.factors.push_back({factor.atom, power});
  }
  return matched == divisor.factors.size() ? std::optional(quotient) : std::nullopt;
}

// dividend = quotient * divisor + remainder, by long division on the divisor's first term.
Division dividePolynomial(const DimExpr &dividend, const DimExpr &divisor) {
  Division result{0, dividend};
  if (divisor.terms().empty())
    return result;
  // Each step takes one term away; the weight bounds how many there can be.
  for (size_t step = 0; step < DimExpr::kMaxWeight; ++step) {
    std::optional<DimTerm> quotient;
    for (const DimTerm &term : result.remainder.terms())
      if ((quotient = divideTerm(term, divisor.terms()[0])))
        break;
    if (!quotient)
      return result;
    DimExpr part = DimExpr::fromTerms({*quotient});
    Division next{result.quotient + part, result.remainder - part * divisor};
    if (!next.quotient.isValid() || !next.remainder.isValid())
      return result;
    result = next;
  }
  return result;
}

DimExpr withoutFactor(const DimTerm &term, size_t index) {
  DimTerm rest = term;
  if (--rest.factors[index].power == 0)
    rest.factors.erase(rest.factors.begin() + index);
  return DimExpr::fromTerms({rest});
}

// The first factor of a kind, or -1.
int findFactor(const DimTerm &term, Kind kind) {
  for (size_t i = 0; i < term.factors.size(); ++i)
    if (term.factors[i].atom->kind() == kind)
      return int(i);
  return -1;
}

// b * (a floordiv b) as a - a mod b, which shows its bounds.
DimExpr exposeRemainders(const DimExpr &expr) {
  DimExpr sum;
  for (const DimTerm &term : expr.terms()) {
    DimExpr part = DimExpr::fromTerms({term});
    if (int index = findFactor(term, Kind::FloorDiv); index >= 0) {
      const std::vector<DimExpr> &operands = term.factors[index].atom->operands();
      Division rest = dividePolynomial(withoutFactor(term, index), operands[1]);
      if (rest.remainder == DimExpr(0))
        part = rest.quotient * (operands[0] - mod(operands[0], operands[1]));
    }
    sum = sum + part;
  }
  return sum.isValid() ? sum : expr;
}

// A number that divides the expression everywhere; 0 for 0.
int64_t contentOf(const DimExpr &expr) {
  int64_t content = 0;
  for (const DimTerm &term : expr.terms()) {
    int64_t product = term.coefficient;
    for (const DimFactor &factor : term.factors) {
      const std::vector<DimExpr> &operands = factor.atom->operands();
      int64_t divisor = 1;
      if (factor.atom->kind() == Kind::Min || factor.atom->kind() == Kind::Max || factor.atom->kind() == Kind::Mod) {
        divisor = 0;
        for (const DimExpr &operand : operands)
          divisor = std::gcd(divisor, contentOf(operand));
      }
      int64_t larger;
      for (unsigned i = 0; i < factor.power; ++i)
        if (!__builtin_mul_overflow(product, divisor, &larger))
          product = larger;
    }
    // |INT64_MIN| is no int64; half of it divides as well.
    content = std::gcd(content, product == INT64_MIN ? product / 2 : product);
  }
  return content;
}

bool contains(const DimExpr &expr, std::string_view name) {
  std::vector<std::string> names;
  expr.collectSymbols(names);
  return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

// Of integers; kInfinity for no bound.
struct DimFacts::Interval {
  Wide low = -kInfinity, high = kInfinity;

  Interval operator+(const Interval &other) const {
    bool lowOpen = low == -kInfinity || other.low == -kInfinity,
         highOpen = high == kInfinity || other.high == kInfinity;
    return {lowOpen ? -kInfinity : cut(low + other.low), highOpen ? kInfinity : cut(high + other.high)};
  }

  Interval operator*(const Interval &other) const {
    auto [least, most] = std::minmax(
        {multiply(low, other.low), multiply(low, other.high), multiply(high, other.low), multiply(high, other.high)});
    return {least, most};
  }

  Interval operator&(const Interval &other) const { return {std::max(low, other.low), std::min(high, other.high)}; }
};

void DimFacts::declare(std::string name, int64_t minimum, int64_t maximum, int64_t divisor) {
  DimExpr symbol = DimExpr::symbol(name);
  if (divisor > 1 && symbol.isValid()) {
    std::string unit = name + "/" + std::to_string(divisor);
    int64_t most = maximum == INT64_MAX ? maximum : int64_t(divideDown(maximum, divisor));
    bounds[unit] = {int64_t(-divideDown(-Wide(minimum), divisor)), most};
    units[name] = DimExpr(divisor) * DimAtom::makeSymbol(unit);
    divisors[name] = divisor;
  } else {
    units.erase(name);
    divisors.erase(name);
  }
  bounds[std::move(name)] = {minimum, maximum};
}

bool DimFacts::isDeclared(std::string_view name) const { return bounds.find(name) != bounds.end(); }

bool DimFacts::assume(const DimExpr &a, const DimExpr &b) {
  DimExpr left = replaceEqual(a), right = replaceEqual(b);
  DimExpr zero = left - right;
  if (std::optional<int64_t> difference = zero.constant())
    return *difference == 0;
  if (!zero.isValid())
    return true;
  if (left.isSymbol() && (!right.isSymbol() || left.symbolName() > right.symbolName()) &&
      !contains(right, left.symbolName())) {
    learnReplacement(left.symbolName(), right);
  } else if (right.isSymbol() && !contains(left, right.symbolName())) {
    learnReplacement(right.symbolName(), left);
  } else {
    // Solved for the last symbol that occurs once, with the coefficient 1 or -1.
    for (size_t i = zero.terms().size(); i-- > 0;) {
      const DimTerm &term = zero.terms()[i];
      if (term.coefficient != 1 && term.coefficient != -1)
        continue;
      DimExpr symbol = DimExpr::fromTerms({{1, term.factors}});
      DimExpr value = DimExpr(-term.coefficient) * (zero - DimExpr::fromTerms({term}));
      if (!symbol.isSymbol() || !value.isValid() || contains(value, symbol.symbolName()))
        continue;
      learnReplacement(symbol.symbolName(), value);
      return true;
    }
    zeros.push_back(zero);
  }
  return true;
}

void DimFacts::learnReplacement(std::string_view name, const DimExpr &value) {
  DimExpr::Substitution single{{std::string(name), value}};
  for (auto &[other, replacement] : replacements)
    if (DimExpr updated = replacement.substitute(single); updated.isValid())
      replacement = updated;
    else
      return;
  for (DimExpr &zero : zeros)
    if (DimExpr updated = zero.substitute(single); updated.isValid())
      zero = updated;
  if (value.isSymbol())
    mergeDeclarations(name, value.symbolName());
  replacements.insert(single.begin(), single.end());
}

// Both names now mean one value, so what was declared of either holds for `into`.
void DimFacts::mergeDeclarations(std::string_view from, std::string_view into) {
  auto divisorOf = [&](std::string_view name) {
    auto found = divisors.find(name);
    return found == divisors.end() ? int64_t(1) : found->second;
  };
  auto source = bounds.find(from), target = bounds.find(into);
  if (source == bounds.end())
    return;
  Bounds merged = source->second;
  if (target != bounds.end())
    merged = {std::max(merged.minimum, target->second.minimum), std::min(merged.maximum, target->second.maximum)};
  int64_t divisor = divisorOf(into) / std::gcd(divisorOf(from), divisorOf(into));
  if (__builtin_mul_overflow(divisor, divisorOf(from), &divisor))
    divisor = std::max(divisorOf(from), divisorOf(into));
  declare(std::string(into), merged.minimum, merged.maximum, divisor);
}

DimExpr DimFacts::replaceEqual(const DimExpr &expr) const {
  DimExpr replaced = expr.substitute(replacements);
  return replaced.isValid() ? replaced : expr;
}

DimExpr DimFacts::normalize(const DimExpr &expr) const { return simplify(replaceEqual(expr)); }

DimExpr DimFacts::prepare(const DimExpr &expr) const {
  DimExpr inUnits = replaceEqual(expr).substitute(units);
  return simplify(inUnits.isValid() ? inUnits : expr);
}

DimExpr DimFacts::simplify(const DimExpr &expr) const {
  if (!expr.isValid())
    return expr;
  DimExpr sum;
  for (const DimTerm &term : expr.terms()) {
    DimTerm symbols{term.coefficient, {}};
    DimExpr rest(1);
    for (const DimFactor &factor : term.factors) {
      if (factor.atom->kind() == Kind::Symbol) {
        symbols.factors.push_back(factor);
        continue;
      }
      DimExpr simple = simplifyAtom(*factor.atom);
      for (unsigned i = 0; i < factor.power; ++i)
        rest = rest * simple;
    }
    sum = sum + DimExpr::fromTerms({symbols}) * rest;
  }
  return sum.isValid() ? sum : expr;
}

DimExpr DimFacts::simplifyAtom(const DimAtom &atom) const {
  std::vector<DimExpr> operands;
  for (const DimExpr &operand : atom.operands())
    operands.push_back(simplify(operand));
  if (atom.kind() == Kind::Min || atom.kind() == Kind::Max)
    return simplifyExtremum(atom.kind(), operands);
  const DimExpr &divisor = operands[1];
  Division division{0, operands[0]};
  if (boundsOf(divisor).low >= 1) {
    division = dividePolynomial(operands[0], divisor);
    bool reduced = boundsOf(division.remainder).low >= 0 && boundsOf(divisor - division.remainder - 1).low >= 0;
    if (reduced)
      return atom.kind() == Kind::Mod ? division.remainder : division.quotient;
  }
  if (atom.kind() == Kind::FloorDiv)
    return division.quotient + floorDiv(division.remainder, divisor);
  std::optional<int64_t> inUnits = mod(division.remainder, divisor).substitute(units).constant();
  return inUnits ? DimExpr(*inUnits) : mod(division.remainder, divisor);
}

DimExpr DimFacts::simplifyExtremum(Kind kind, const std::vector<DimExpr> &operands) const {
  std::vector<DimExpr> kept;
  auto dominates = [&](const DimExpr &a, const DimExpr &b) {
    return boundsOf(kind == Kind::Min ? b - a : a - b).low >= 0;
  };
  for (const DimExpr &operand : operands) {
    if (std::any_of(kept.begin(), kept.end(), [&](const DimExpr &other) { return dominates(other, operand); }))
      continue;
    std::erase_if(kept, [&](const DimExpr &other) { return dominates(operand, other); });
    kept.push_back(operand);
  }
  DimExpr result = kept[0];
  for (const DimExpr &operand : kept)
    result = kind == Kind::Min ? min(result, operand) : max(result, operand);
  return result;
}

DimFacts::Interval DimFacts::rangeOfAtom(const DimAtom &atom) const {
  if (atom.kind() == Kind::Symbol) {
    auto found = bounds.find(atom.name());
    if (found == bounds.end())
      return {};
    auto [minimum, maximum] = found->second;
    return {minimum == INT64_MIN ? -kInfinity : minimum, maximum == INT64_MAX ? kInfinity : maximum};
  }
  const std::vector<DimExpr> &operands = atom.operands();
  Interval first = rangeOf(operands[0]);
  if (atom.kind() == Kind::Min || atom.kind() == Kind::Max) {
    for (const DimExpr &operand : operands) {
      Interval next = rangeOf(operand);
      first = atom.kind() == Kind::Min ? Interval{std::min(first.low, next.low), std::min(first.high, next.high)}
                                       : Interval{std::max(first.low, next.low), std::max(first.high, next.high)};
    }
    return first;
  }
  // Where it is defined, the divisor is positive.
  Interval divisor = rangeOf(operands[1]) & Interval{1, kInfinity};
  if (divisor.low > divisor.high)
    return {};
  if (atom.kind() == Kind::Mod) {
    if (first.low >= 0 && first.high < divisor.low)
      return first;
    Interval range{0, divisor.high == kInfinity ? kInfinity : divisor.high - 1};
    return first.low >= 0 ? range & Interval{0, first.high} : range;
  }
  auto [least, most] = std::minmax({divideDown(first.low, divisor.low), divideDown(first.low, divisor.high),
                                    divideDown(first.high, divisor.low), divideDown(first.high, divisor.high)});
  return {least, most};
}

DimFacts::Interval DimFacts::rangeOf(const DimExpr &expr) const {
  if (!expr.isValid())
    return {};
  Interval sum{0, 0};
  for (const DimTerm &term : expr.terms()) {
    Interval product{term.coefficient, term.coefficient};
    for (const DimFactor &factor : term.factors) {
      Interval range = rangeOfAtom(*factor.atom), power{1, 1};
      for (unsigned i = 0; i < factor.power; ++i)
        power = power * range;
      if (factor.power % 2 == 0)
        power.low = std::max(power.low, Wide(0));
      product = product * power;
    }
    sum = sum + product;
  }
  return sum;
}

DimFacts::Interval DimFacts::boundsOf(const DimExpr &expr) const {
  return rangeOf(expr) & rangeOf(exposeRemainders(expr));
}

std::optional<int64_t> DimFacts::lowerBound(const DimExpr &expr) const {
  Wide low = (boundsOf(prepare(expr)) & boundsOf(expr)).low;
  return low == int64_t(low) ? std::optional(int64_t(low)) : std::nullopt;
}

std::optional<int64_t> DimFacts::upperBound(const DimExpr &expr) const {
  Wide high = (boundsOf(prepare(expr)) & boundsOf(expr)).high;
  return high == int64_t(high) ? std::optional(int64_t(high)) : std::nullopt;
}

bool DimFacts::isMultipleOf(const DimExpr &expr, int64_t divisor) const {
  DimExpr prepared = prepare(expr);
  return prepared.isValid() && divisor > 0 &&
         (contentOf(prepared) % divisor == 0 || simplify(mod(prepared, divisor)) == DimExpr(0));
}

bool DimFacts::provablyEqual(const DimExpr &a, const DimExpr &b) const {
  DimExpr difference = prepare(a - b);
  if (!difference.isValid())
    return false;
  if (simplify(exposeRemainders(difference)) == DimExpr(0))
    return true;
  for (const DimExpr &zero : zeros)
    if (DimExpr prepared = prepare(zero); dividePolynomial(difference, prepared).remainder == DimExpr(0))
      return true;
  Interval range = boundsOf(difference);
  return range.low == 0 && range.high == 0;
}

bool DimFacts::provablyLessEqual(const DimExpr &a, const DimExpr &b) const {
  DimExpr difference = prepare(b - a);
  return difference.isValid() && (isNonNegative(difference, 3) || provablyEqual(a, b));
}

// Splits on one min or max at a time: max >= each operand, and it equals one of them. `depth` bounds the splits.
bool DimFacts::isNonNegative(const DimExpr &expr, unsigned depth) const {
  if (boundsOf(expr).low >= 0)
    return true;
  for (const DimTerm &term : expr.terms()) {
    if (depth == 0 || term.factors.size() != 1 || term.factors[0].power != 1)
      continue;
    const DimAtom &atom = *term.factors[0].atom;
    if (atom.kind() != Kind::Min && atom.kind() != Kind::Max)
      continue;
    DimExpr rest = expr - DimExpr::fromTerms({term});
    auto holds = [&](const DimExpr &operand) {
      DimExpr chosen = rest + DimExpr(term.coefficient) * operand;
      return chosen.isValid() && isNonNegative(chosen, depth - 1);
    };
    bool oneIsEnough = (atom.kind() == Kind::Max) == (term.coefficient > 0);
    const std::vector<DimExpr> &operands = atom.operands();
    if (oneIsEnough ? std::any_of(operands.begin(), operands.end(), holds)
                    : std::all_of(operands.begin(), operands.end(), holds))
      return true;
  }
  return false;
}

} // namespace tenon
