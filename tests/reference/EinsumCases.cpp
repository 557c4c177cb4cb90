// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums of products in Einstein's notation, from the equation that the data states: operands are contracted pairwise
// from left to right.
#include "tests/reference/CaseGraph.h"

#include <algorithm>
#include <ranges>

namespace tenon::reference {

namespace {

/// A tensor whose dimensions have letters for names.
struct Term {
  Value value;
  std::string letters;
};

bool contains(const std::string &letters, char letter) { return letters.find(letter) != std::string::npos; }

/// Sums over the letters that nobody else needs.
Term sumOut(const Term &term, const std::string &needed) {
  Term result;
  std::vector<int64_t> dims;
  for (size_t d = 0; d < term.letters.size(); ++d)
    if (contains(needed, term.letters[d]))
      result.letters += term.letters[d];
    else
      dims.push_back(int64_t(d));
  result.value = dims.empty() ? term.value : reduceSum(term.value, dims);
  return result;
}

/// Letters of both are batch dimensions where `needed` has them, else contracted.
Term product(const Term &x, const Term &y, const std::string &needed) {
  DotDimensions dimensions;
  std::string batch, free;
  for (size_t i = 0; i < x.letters.size(); ++i) {
    char letter = x.letters[i];
    size_t partner = y.letters.find(letter);
    if (partner == std::string::npos) {
      free += letter;
      continue;
    }
    bool isBatch = contains(needed, letter);
    (isBatch ? dimensions.xBatch : dimensions.xContract).push_back(int64_t(i));
    (isBatch ? dimensions.yBatch : dimensions.yContract).push_back(int64_t(partner));
    if (isBatch)
      batch += letter;
  }
  for (char letter : y.letters)
    if (!contains(x.letters, letter))
      free += letter;
  return {dotGeneral(x.value, y.value, dimensions), batch + free};
}

Value inOrder(const Term &term, const std::string &letters) {
  std::vector<int64_t> permutation;
  for (char letter : letters)
    permutation.push_back(int64_t(term.letters.find(letter)));
  return std::ranges::is_sorted(permutation) ? term.value : transpose(term.value, permutation);
}

bool hasRepeats(std::string letters) {
  std::ranges::sort(letters);
  return std::ranges::adjacent_find(letters) != letters.end();
}

} // namespace

void buildEinsumCase(CaseGraph &graph) {
  std::string equation = graph.attributes.value("equation", "");
  std::erase(equation, ' ');
  size_t arrow = equation.find("->");
  if (arrow == std::string::npos || contains(equation, '.'))
    return graph.waitFor(missing::equation);
  std::string result = equation.substr(arrow + 2);
  std::vector<Term> terms;
  for (auto part : std::views::split(equation.substr(0, arrow), ',')) {
    std::string name = "x" + std::to_string(terms.size());
    terms.push_back({graph.input(name), std::string(part.begin(), part.end())});
    if (hasRepeats(terms.back().letters))
      return graph.waitFor(missing::diagonal);
  }
  // Letters of the result and of the operands from `first` on.
  auto neededFrom = [&](size_t first) {
    std::string needed = result;
    for (size_t i = first; i < terms.size(); ++i)
      needed += terms[i].letters;
    return needed;
  };
  Term left = sumOut(terms[0], neededFrom(1));
  for (size_t i = 1; i < terms.size(); ++i) {
    std::string needed = neededFrom(i + 1);
    left = product(left, sumOut(terms[i], needed + left.letters), needed);
  }
  graph.outputs["y"] = inOrder(left, result);
}

} // namespace tenon::reference
