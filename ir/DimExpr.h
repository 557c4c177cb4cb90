// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sizes as canonical polynomials of symbols: 64, T, 2*T+1, B*T, T floordiv 8, min(T, 8).
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tenon {

class DimAtom;

/// An atom raised to a power >= 1.
struct DimFactor {
  std::shared_ptr<const DimAtom> atom;
  unsigned power;
};

/// coefficient * factors; the coefficient is never 0, the factors are sorted and distinct. No factors: a constant.
struct DimTerm {
  int64_t coefficient;
  std::vector<DimFactor> factors;
};

/// An immutable integer expression over named symbols, kept as a sum of products with int64 coefficients. floordiv, mod,
/// min and max that do not simplify exactly are opaque atoms; `a ceildiv b` is kept as (a+b-1) floordiv b and printed
/// back. Equal expressions of the polynomial part have equal form, so == is structural. A divisor must be positive
/// wherever the expression is evaluated.
///
/// A result that overflows, divides by a constant <= 0 or grows beyond kMaxWeight is invalid(), and so is everything
/// computed from it. Copies are cheap and may be shared between threads.
class DimExpr {
public:
  using Substitution = std::map<std::string, DimExpr, std::less<>>;
  using Values = std::map<std::string, int64_t, std::less<>>;

  /// The number of factors, nested ones included: what keeps hostile expressions from growing without bound. Sizes that
  /// occur in models have fewer than ten.
  static constexpr size_t kMaxWeight = 512;
  static constexpr size_t kMaxSymbolLength = 64;
  /// Longer than the text of any valid expression.
  static constexpr size_t kMaxTextLength = 65536;

  DimExpr() = default;
  DimExpr(int64_t value);
  /// A name is a letter or '_', then letters, digits, '_', '.', '$'; not floordiv, ceildiv, mod, min or max. Other names
  /// give invalid().
  static DimExpr symbol(std::string_view name);
  static DimExpr invalid();
  /// The sum of `terms`, which may come in any order and with coefficients of 0, but each with its factors as terms()
  /// has them.
  static DimExpr fromTerms(std::vector<DimTerm> terms);
  /// Text as str() writes it, and any other sum of products with parentheses. On an error returns invalid() and sets
  /// `error` to one sentence with the column, counted from 1.
  static DimExpr parse(std::string_view text, std::string &error);

  bool isValid() const;
  std::optional<int64_t> constant() const;
  bool isSymbol() const;
  /// The name where isSymbol(), else empty.
  std::string_view symbolName() const;
  /// Canonical text; parse(str()) is the same expression. "<invalid>" for invalid().
  std::string str() const;

  /// The sum's terms in canonical order, the constant last; empty for 0 and for invalid().
  const std::vector<DimTerm> &terms() const;
  size_t weight() const;
  size_t hash() const;
  /// A total order by structure (negative, 0, positive), the same in every run.
  static int compare(const DimExpr &a, const DimExpr &b);

  /// Replaces symbols by expressions, all at once; symbols without an entry stay.
  DimExpr substitute(const Substitution &replacements) const;
  /// nullopt: a symbol has no value, a divisor is <= 0, the result does not fit, or the expression is invalid.
  std::optional<int64_t> evaluate(const Values &values) const;
  void collectSymbols(std::set<std::string> &names) const;
  /// Appends names not yet in `names`, in the order of their first occurrence in str().
  void collectSymbols(std::vector<std::string> &names) const;

  friend DimExpr operator+(const DimExpr &a, const DimExpr &b);
  friend DimExpr operator-(const DimExpr &a, const DimExpr &b);
  friend DimExpr operator*(const DimExpr &a, const DimExpr &b);
  friend DimExpr operator-(const DimExpr &a) { return DimExpr(0) - a; }
  friend bool operator==(const DimExpr &a, const DimExpr &b) { return compare(a, b) == 0; }
  friend bool operator!=(const DimExpr &a, const DimExpr &b) { return compare(a, b) != 0; }
  friend bool operator<(const DimExpr &a, const DimExpr &b) { return compare(a, b) < 0; }

private:
  friend class DimAtom;
  struct Node;
  explicit DimExpr(std::shared_ptr<const Node> node) : node(std::move(node)) {}
  static DimExpr fromAtom(std::shared_ptr<const DimAtom> atom);

  std::shared_ptr<const Node> node; // null is 0
};

/// What a polynomial cannot see into. FloorDiv and Mod have two operands, Min and Max two or more, sorted; Symbol none.
class DimAtom {
public:
  enum class Kind { Symbol, FloorDiv, Mod, Min, Max };

  static DimExpr make(Kind kind, std::vector<DimExpr> operands);
  static DimExpr makeSymbol(std::string name);

  Kind kind() const { return atomKind; }
  const std::string &name() const { return symbol; }
  const std::vector<DimExpr> &operands() const { return atomOperands; }
  size_t weight() const { return atomWeight; }
  size_t hash() const { return atomHash; }
  static int compare(const DimAtom &a, const DimAtom &b);

private:
  DimAtom(Kind kind, std::string name, std::vector<DimExpr> operands);

  Kind atomKind;
  std::string symbol;
  std::vector<DimExpr> atomOperands;
  size_t atomWeight;
  size_t atomHash;
};

/// Rounds towards minus infinity.
DimExpr floorDiv(const DimExpr &a, const DimExpr &b);
/// Rounds towards plus infinity.
DimExpr ceilDiv(const DimExpr &a, const DimExpr &b);
/// a - b * floorDiv(a, b), in [0, b).
DimExpr mod(const DimExpr &a, const DimExpr &b);
DimExpr min(const DimExpr &a, const DimExpr &b);
DimExpr max(const DimExpr &a, const DimExpr &b);

} // namespace tenon

template <> struct std::hash<tenon::DimExpr> {
  size_t operator()(const tenon::DimExpr &expr) const { return expr.hash(); }
};
