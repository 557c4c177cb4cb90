// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Canonical arithmetic of size expressions.
#include "ir/DimExpr.h"
#include <algorithm>
#include <numeric>

namespace tenon {

struct DimExpr::Node {
  bool valid = true;
  std::vector<DimTerm> terms;
  size_t weight = 0;
  size_t hash = 0;
};

namespace {

using Kind = DimAtom::Kind;

// The 64-bit finalizer of MurmurHash3 on a running sum: stable across runs and machines.
size_t mix(size_t seed, uint64_t value) {
  uint64_t bits = seed * 0x9e3779b97f4a7c15u + value;
  bits = (bits ^ (bits >> 33)) * 0xff51afd7ed558ccdu;
  bits = (bits ^ (bits >> 33)) * 0xc4ceb9fe1a85ec53u;
  return bits ^ (bits >> 33);
}

int order(uint64_t a, uint64_t b) { return a < b ? -1 : a > b; }

unsigned degree(const DimTerm &term) {
  unsigned sum = 0;
  for (const DimFactor &factor : term.factors)
    sum += factor.power;
  return sum;
}

// Higher degrees first, so that the constant comes last; the coefficients do not count.
int compareMonomials(const DimTerm &a, const DimTerm &b) {
  if (int result = order(degree(b), degree(a)))
    return result;
  size_t common = std::min(a.factors.size(), b.factors.size());
  for (size_t i = 0; i < common; ++i) {
    if (int result = DimAtom::compare(*a.factors[i].atom, *b.factors[i].atom))
      return result;
    if (int result = order(b.factors[i].power, a.factors[i].power))
      return result;
  }
  return order(a.factors.size(), b.factors.size());
}

std::optional<DimTerm> multiplyTerms(const DimTerm &a, const DimTerm &b) {
  DimTerm product{0, {}};
  if (__builtin_mul_overflow(a.coefficient, b.coefficient, &product.coefficient))
    return std::nullopt;
  size_t i = 0, j = 0;
  while (i < a.factors.size() || j < b.factors.size()) {
    int side = i == a.factors.size()   ? 1
               : j == b.factors.size() ? -1
                                       : DimAtom::compare(*a.factors[i].atom, *b.factors[j].atom);
    product.factors.push_back(side <= 0 ? a.factors[i] : b.factors[j]);
    if (side == 0)
      product.factors.back().power += b.factors[j].power;
    i += side <= 0;
    j += side >= 0;
  }
  return product;
}

int64_t floorQuotient(int64_t a, int64_t b) { return a / b - (a % b < 0); }

bool isName(std::string_view name) {
  auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (name.empty() || name.size() > DimExpr::kMaxSymbolLength || !isLetter(name[0]))
    return false;
  for (char c : name)
    if (!isLetter(c) && !(c >= '0' && c <= '9') && c != '.' && c != '$')
      return false;
  return name != "floordiv" && name != "ceildiv" && name != "mod" && name != "min" && name != "max";
}

// If `expr` is atom + constant, that atom.
const DimAtom *loneAtom(const DimExpr &expr) {
  const std::vector<DimTerm> &terms = expr.terms();
  if (terms.empty() || terms.size() > 2 || (terms.size() == 2 && !terms[1].factors.empty()))
    return nullptr;
  const DimTerm &term = terms[0];
  if (term.coefficient != 1 || term.factors.size() != 1 || term.factors[0].power != 1)
    return nullptr;
  return term.factors[0].atom.get();
}

int64_t constantPart(const DimExpr &expr) {
  const std::vector<DimTerm> &terms = expr.terms();
  return terms.empty() || !terms.back().factors.empty() ? 0 : terms.back().coefficient;
}

// The sum of quotients of the coefficients, and what is left with coefficients in [0, divisor).
struct Split {
  DimExpr quotient, remainder;
};

Split splitCoefficients(const DimExpr &expr, int64_t divisor) {
  std::vector<DimTerm> quotients, remainders;
  for (const DimTerm &term : expr.terms()) {
    int64_t remainder = term.coefficient % divisor;
    remainder += remainder < 0 ? divisor : 0;
    quotients.push_back({floorQuotient(term.coefficient, divisor), term.factors});
    remainders.push_back({remainder, term.factors});
  }
  return {DimExpr::fromTerms(std::move(quotients)), DimExpr::fromTerms(std::move(remainders))};
}

// The greatest common divisor of `divisor` and the coefficients of everything but the constant.
int64_t commonDivisor(const DimExpr &expr, int64_t divisor) {
  for (const DimTerm &term : expr.terms())
    if (!term.factors.empty())
      divisor = std::gcd(divisor, term.coefficient);
  return divisor;
}

// (expr - constant) / divisor, which must divide.
DimExpr divideExactly(const DimExpr &expr, int64_t divisor) {
  std::vector<DimTerm> quotients;
  for (const DimTerm &term : expr.terms())
    if (!term.factors.empty())
      quotients.push_back({term.coefficient / divisor, term.factors});
  return DimExpr::fromTerms(std::move(quotients));
}

// `expr` has coefficients in [0, divisor), divisor >= 2.
DimExpr floorDivReduced(const DimExpr &expr, int64_t divisor) {
  if (expr.constant())
    return 0;
  int64_t constant = constantPart(expr);
  if (int64_t common = commonDivisor(expr, divisor); common > 1)
    return floorDiv(divideExactly(expr, common) + DimExpr(constant / common), divisor / common);
  if (const DimAtom *atom = loneAtom(expr)) {
    std::optional<int64_t> inner =
        atom->kind() == Kind::FloorDiv || atom->kind() == Kind::Mod ? atom->operands()[1].constant() : std::nullopt;
    int64_t product;
    // floor((floor(x / m) + k) / n) = floor((x + k * m) / (m * n))
    if (inner && atom->kind() == Kind::FloorDiv && !__builtin_mul_overflow(*inner, divisor, &product))
      return floorDiv(atom->operands()[0] + DimExpr(constant) * DimExpr(*inner), product);
    if (inner && atom->kind() == Kind::Mod && constant == 0 && *inner <= divisor)
      return 0;
  }
  return DimAtom::make(Kind::FloorDiv, {expr, divisor});
}

DimExpr modReduced(const DimExpr &expr, int64_t divisor) {
  if (expr.constant())
    return expr;
  int64_t constant = constantPart(expr);
  if (int64_t common = commonDivisor(expr, divisor); common > 1)
    return DimExpr(common) * mod(divideExactly(expr, common) + DimExpr(constant / common), divisor / common) +
           DimExpr(constant % common);
  if (const DimAtom *atom = loneAtom(expr); atom && atom->kind() == Kind::Mod) {
    std::optional<int64_t> inner = atom->operands()[1].constant();
    if (inner && *inner % divisor == 0)
      return mod(atom->operands()[0] + DimExpr(constant), divisor);
    if (inner && constant == 0 && *inner <= divisor)
      return expr;
  }
  return DimAtom::make(Kind::Mod, {expr, divisor});
}

DimExpr divide(Kind kind, const DimExpr &a, const DimExpr &b) {
  if (!a.isValid() || !b.isValid())
    return DimExpr::invalid();
  std::optional<int64_t> divisor = b.constant();
  if (!divisor)
    return DimAtom::make(kind, {a, b});
  if (*divisor <= 0)
    return DimExpr::invalid();
  if (*divisor == 1)
    return kind == Kind::FloorDiv ? a : DimExpr(0);
  Split split = splitCoefficients(a, *divisor);
  if (!split.remainder.isValid())
    return DimExpr::invalid();
  return kind == Kind::FloorDiv ? split.quotient + floorDivReduced(split.remainder, *divisor)
                                : modReduced(split.remainder, *divisor);
}

void appendFlattened(Kind kind, const DimExpr &expr, std::vector<DimExpr> &operands) {
  const DimAtom *atom = constantPart(expr) == 0 ? loneAtom(expr) : nullptr;
  if (atom && atom->kind() == kind)
    operands.insert(operands.end(), atom->operands().begin(), atom->operands().end());
  else
    operands.push_back(expr);
}

// Operands that differ by a constant are compared now; the others stay.
DimExpr extremum(Kind kind, const DimExpr &a, const DimExpr &b) {
  if (!a.isValid() || !b.isValid())
    return DimExpr::invalid();
  std::vector<DimExpr> operands, kept;
  appendFlattened(kind, a, operands);
  appendFlattened(kind, b, operands);
  for (const DimExpr &operand : operands) {
    bool dominated = false;
    for (DimExpr &other : kept) {
      std::optional<int64_t> difference = (operand - other).constant();
      if (!difference)
        continue;
      dominated = true;
      if ((kind == Kind::Min) == (*difference < 0) && *difference != 0)
        other = operand;
    }
    if (!dominated)
      kept.push_back(operand);
  }
  std::sort(kept.begin(), kept.end());
  return kept.size() == 1 ? kept[0] : DimAtom::make(kind, std::move(kept));
}

template <class Visit> void visitSymbols(const DimExpr &expr, const Visit &visit) {
  for (const DimTerm &term : expr.terms())
    for (const DimFactor &factor : term.factors) {
      if (factor.atom->kind() == Kind::Symbol)
        visit(factor.atom->name());
      for (const DimExpr &operand : factor.atom->operands())
        visitSymbols(operand, visit);
    }
}

std::optional<int64_t> evaluateAtom(const DimAtom &atom, const DimExpr::Values &values) {
  if (atom.kind() == Kind::Symbol) {
    auto found = values.find(atom.name());
    return found == values.end() ? std::nullopt : std::optional(found->second);
  }
  std::optional<int64_t> result;
  for (const DimExpr &operand : atom.operands()) {
    std::optional<int64_t> value = operand.evaluate(values);
    if (!value)
      return std::nullopt;
    if (!result)
      result = value;
    else if (atom.kind() == Kind::Min)
      result = std::min(*result, *value);
    else if (atom.kind() == Kind::Max)
      result = std::max(*result, *value);
    else if (*value <= 0)
      return std::nullopt;
    else if (atom.kind() == Kind::FloorDiv)
      result = floorQuotient(*result, *value);
    else
      result = *result - floorQuotient(*result, *value) * *value;
  }
  return result;
}

} // namespace

DimAtom::DimAtom(Kind kind, std::string name, std::vector<DimExpr> operands)
    : atomKind(kind), symbol(std::move(name)), atomOperands(std::move(operands)), atomWeight(1),
      atomHash(mix(1, uint64_t(kind))) {
  for (char c : symbol)
    atomHash = mix(atomHash, uint8_t(c));
  for (const DimExpr &operand : atomOperands) {
    atomWeight += operand.weight();
    atomHash = mix(atomHash, operand.hash());
  }
}

DimExpr DimAtom::make(Kind kind, std::vector<DimExpr> operands) {
  for (const DimExpr &operand : operands)
    if (!operand.isValid())
      return DimExpr::invalid();
  return DimExpr::fromAtom(std::shared_ptr<const DimAtom>(new DimAtom(kind, {}, std::move(operands))));
}

DimExpr DimAtom::makeSymbol(std::string name) {
  return DimExpr::fromAtom(std::shared_ptr<const DimAtom>(new DimAtom(Kind::Symbol, std::move(name), {})));
}

int DimAtom::compare(const DimAtom &a, const DimAtom &b) {
  if (&a == &b)
    return 0;
  if (int result = order(uint64_t(a.atomKind), uint64_t(b.atomKind)))
    return result;
  if (int result = a.symbol.compare(b.symbol))
    return result;
  if (int result = order(a.atomOperands.size(), b.atomOperands.size()))
    return result;
  for (size_t i = 0; i < a.atomOperands.size(); ++i)
    if (int result = DimExpr::compare(a.atomOperands[i], b.atomOperands[i]))
      return result;
  return 0;
}

DimExpr::DimExpr(int64_t value) {
  if (value)
    *this = fromTerms({DimTerm{value, {}}});
}

DimExpr DimExpr::symbol(std::string_view name) {
  return isName(name) ? DimAtom::makeSymbol(std::string(name)) : invalid();
}

DimExpr DimExpr::invalid() {
  static const std::shared_ptr<const Node> node = [] {
    auto result = std::make_shared<Node>();
    result->valid = false;
    return result;
  }();
  return DimExpr(node);
}

DimExpr DimExpr::fromAtom(std::shared_ptr<const DimAtom> atom) {
  return fromTerms({DimTerm{1, {{std::move(atom), 1}}}});
}

DimExpr DimExpr::fromTerms(std::vector<DimTerm> terms) {
  std::sort(terms.begin(), terms.end(), [](const DimTerm &a, const DimTerm &b) { return compareMonomials(a, b) < 0; });
  auto result = std::make_shared<Node>();
  for (size_t i = 0; i < terms.size();) {
    // Summed in 128 bits, so that whether it overflows does not depend on the order of the terms.
    __int128 sum = 0;
    size_t first = i;
    for (; i < terms.size() && compareMonomials(terms[first], terms[i]) == 0; ++i)
      sum += terms[i].coefficient;
    if (sum != int64_t(sum))
      return invalid();
    if (sum == 0)
      continue;
    DimTerm &term = terms[first];
    term.coefficient = int64_t(sum);
    result->weight += term.factors.empty();
    result->hash = mix(result->hash, uint64_t(term.coefficient));
    for (const DimFactor &factor : term.factors) {
      result->weight += factor.atom->weight() * factor.power;
      result->hash = mix(mix(result->hash, factor.atom->hash()), factor.power);
    }
    if (result->weight > kMaxWeight)
      return invalid();
    result->terms.push_back(std::move(term));
  }
  return result->terms.empty() ? DimExpr() : DimExpr(std::move(result));
}

bool DimExpr::isValid() const { return !node || node->valid; }

std::optional<int64_t> DimExpr::constant() const {
  if (!node)
    return 0;
  if (node->valid && node->terms.size() == 1 && node->terms[0].factors.empty())
    return node->terms[0].coefficient;
  return std::nullopt;
}

bool DimExpr::isSymbol() const { return !symbolName().empty(); }

std::string_view DimExpr::symbolName() const {
  const DimAtom *atom = constantPart(*this) == 0 ? loneAtom(*this) : nullptr;
  return atom && atom->kind() == Kind::Symbol ? std::string_view(atom->name()) : std::string_view();
}

const std::vector<DimTerm> &DimExpr::terms() const {
  static const std::vector<DimTerm> none;
  return node ? node->terms : none;
}

size_t DimExpr::weight() const { return node ? node->weight : 0; }

size_t DimExpr::hash() const { return node ? node->hash : 0; }

int DimExpr::compare(const DimExpr &a, const DimExpr &b) {
  if (a.node == b.node)
    return 0;
  if (int result = order(a.isValid(), b.isValid()))
    return result;
  size_t common = std::min(a.terms().size(), b.terms().size());
  for (size_t i = 0; i < common; ++i) {
    const DimTerm &left = a.terms()[i], &right = b.terms()[i];
    if (int result = compareMonomials(left, right))
      return result;
    if (left.coefficient != right.coefficient)
      return left.coefficient < right.coefficient ? -1 : 1;
  }
  return order(a.terms().size(), b.terms().size());
}

DimExpr operator+(const DimExpr &a, const DimExpr &b) {
  if (!a.isValid() || !b.isValid())
    return DimExpr::invalid();
  std::vector<DimTerm> terms = a.terms();
  terms.insert(terms.end(), b.terms().begin(), b.terms().end());
  return DimExpr::fromTerms(std::move(terms));
}

DimExpr operator-(const DimExpr &a, const DimExpr &b) {
  if (std::optional<int64_t> left = a.constant(), right = b.constant(); left && right) {
    int64_t difference;
    return __builtin_sub_overflow(*left, *right, &difference) ? DimExpr::invalid() : DimExpr(difference);
  }
  return a + DimExpr(-1) * b;
}

DimExpr operator*(const DimExpr &a, const DimExpr &b) {
  if (!a.isValid() || !b.isValid())
    return DimExpr::invalid();
  std::vector<DimTerm> terms;
  for (const DimTerm &left : a.terms())
    for (const DimTerm &right : b.terms()) {
      std::optional<DimTerm> product = multiplyTerms(left, right);
      if (!product)
        return DimExpr::invalid();
      terms.push_back(std::move(*product));
    }
  return DimExpr::fromTerms(std::move(terms));
}

DimExpr floorDiv(const DimExpr &a, const DimExpr &b) { return divide(Kind::FloorDiv, a, b); }

DimExpr ceilDiv(const DimExpr &a, const DimExpr &b) { return floorDiv(a + b - 1, b); }

DimExpr mod(const DimExpr &a, const DimExpr &b) { return divide(Kind::Mod, a, b); }

DimExpr min(const DimExpr &a, const DimExpr &b) { return extremum(Kind::Min, a, b); }

DimExpr max(const DimExpr &a, const DimExpr &b) { return extremum(Kind::Max, a, b); }

DimExpr DimExpr::substitute(const Substitution &replacements) const {
  if (!isValid() || replacements.empty())
    return *this;
  DimExpr sum;
  for (const DimTerm &term : terms()) {
    DimExpr product(term.coefficient);
    for (const DimFactor &factor : term.factors) {
      DimExpr value;
      if (factor.atom->kind() == Kind::Symbol) {
        auto found = replacements.find(factor.atom->name());
        value = found == replacements.end() ? fromAtom(factor.atom) : found->second;
      } else {
        const std::vector<DimExpr> &operands = factor.atom->operands();
        value = operands[0].substitute(replacements);
        for (size_t i = 1; i < operands.size(); ++i) {
          DimExpr operand = operands[i].substitute(replacements);
          value = factor.atom->kind() == Kind::FloorDiv ? floorDiv(value, operand)
                  : factor.atom->kind() == Kind::Mod    ? mod(value, operand)
                  : factor.atom->kind() == Kind::Min    ? min(value, operand)
                                                        : max(value, operand);
        }
      }
      for (unsigned i = 0; i < factor.power; ++i)
        product = product * value;
    }
    sum = sum + product;
  }
  return sum;
}

std::optional<int64_t> DimExpr::evaluate(const Values &values) const {
  if (!isValid())
    return std::nullopt;
  __int128 sum = 0;
  for (const DimTerm &term : terms()) {
    __int128 product = term.coefficient;
    for (const DimFactor &factor : term.factors) {
      std::optional<int64_t> value = evaluateAtom(*factor.atom, values);
      if (!value)
        return std::nullopt;
      for (unsigned i = 0; i < factor.power; ++i)
        if (__builtin_mul_overflow(product, __int128(*value), &product))
          return std::nullopt;
    }
    if (__builtin_add_overflow(sum, product, &sum))
      return std::nullopt;
  }
  return sum == int64_t(sum) ? std::optional(int64_t(sum)) : std::nullopt;
}

void DimExpr::collectSymbols(std::set<std::string> &names) const {
  visitSymbols(*this, [&](const std::string &name) { names.insert(name); });
}

void DimExpr::collectSymbols(std::vector<std::string> &names) const {
  visitSymbols(*this, [&](const std::string &name) {
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(name);
  });
}

} // namespace tenon
