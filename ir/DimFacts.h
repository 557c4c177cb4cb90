// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is known about the symbols of size expressions: bounds, divisibility, equalities.
#pragma once
#include "ir/DimExpr.h"

namespace tenon {

/// Every answer is sound: "true" and a bound hold at all points where the expression is defined and the facts hold;
/// "false" and nullopt mean that nothing was proved. Symbols that were not declared may have any value.
class DimFacts {
public:
  /// minimum <= name <= maximum, and a multiple of `divisor` >= 1. A maximum of INT64_MAX is no bound. Declare all
  /// symbols before the first assume().
  void declare(std::string name, int64_t minimum, int64_t maximum, int64_t divisor);
  bool isDeclared(std::string_view name) const;

  /// From here on a equals b. Where a symbol can be solved for, normalize() replaces it: of two lone symbols the one
  /// that sorts later. Returns false, and learns nothing, where a and b are known to differ by a constant other than 0.
  bool assume(const DimExpr &a, const DimExpr &b);

  /// The same value with assumed equalities applied and with whatever the facts simplify, such as B*T floordiv T for a
  /// positive T or min(T, 8) for T >= 8.
  DimExpr normalize(const DimExpr &expr) const;
  std::optional<int64_t> lowerBound(const DimExpr &expr) const;
  std::optional<int64_t> upperBound(const DimExpr &expr) const;
  bool isMultipleOf(const DimExpr &expr, int64_t divisor) const;
  bool provablyEqual(const DimExpr &a, const DimExpr &b) const;
  bool provablyLessEqual(const DimExpr &a, const DimExpr &b) const;

private:
  struct Bounds {
    int64_t minimum, maximum;
  };
  struct Interval;

  void learnReplacement(std::string_view name, const DimExpr &value);
  void mergeDeclarations(std::string_view from, std::string_view into);
  DimExpr replaceEqual(const DimExpr &expr) const;
  DimExpr simplify(const DimExpr &expr) const;
  DimExpr simplifyAtom(const DimAtom &atom) const;
  DimExpr simplifyExtremum(DimAtom::Kind kind, const std::vector<DimExpr> &operands) const;
  DimExpr prepare(const DimExpr &expr) const;
  Interval rangeOf(const DimExpr &expr) const;
  Interval rangeOfAtom(const DimAtom &atom) const;
  Interval boundsOf(const DimExpr &expr) const;
  bool isNonNegative(const DimExpr &expr, unsigned depth) const;

  std::map<std::string, Bounds, std::less<>> bounds;
  std::map<std::string, int64_t, std::less<>> divisors;
  /// A symbol T that is a multiple of d as d*u, u a symbol of the name "T/d", which no user can write.
  DimExpr::Substitution units;
  /// Assumed equalities: symbols and their values, none of which contains a replaced symbol; and expressions known to be
  /// 0 that could not be solved.
  DimExpr::Substitution replacements;
  std::vector<DimExpr> zeros;
};

} // namespace tenon
