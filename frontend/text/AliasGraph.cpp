// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Longest paths and path counts over the alias definitions.
#include "frontend/text/AliasGraph.h"
#include <algorithm>

namespace tenon {

uint32_t AliasGraph::nodeOf(std::string_view name) {
  auto [entry, isNew] = indices.try_emplace(name, uint32_t(nodes.size()));
  if (isNew)
    nodes.push_back({name, {}, 0});
  return entry->second;
}

void AliasGraph::define(std::string_view name) { current = nodeOf(name); }

void AliasGraph::reachDepth(unsigned depth) { nodes[current].depth = std::max(nodes[current].depth, depth); }

void AliasGraph::use(std::string_view name, unsigned depth) {
  uint32_t target = nodeOf(name);
  nodes[current].edges.push_back({target, depth});
}

bool AliasGraph::check(unsigned maxDepth, uint64_t maxUses, Excess &excess) const {
  struct Total {
    uint64_t depth = 0, uses = 1;
    bool seen = false;
  };
  std::vector<Total> totals(nodes.size());
  std::vector<std::pair<uint32_t, size_t>> stack;
  for (uint32_t start = 0; start < nodes.size(); ++start) {
    if (totals[start].seen)
      continue;
    // Depth first with an own stack: the chain may be as long as the text.
    stack.push_back({start, 0});
    totals[start].seen = true;
    while (!stack.empty()) {
      auto &[index, next] = stack.back();
      const Node &node = nodes[index];
      if (next < node.edges.size()) {
        uint32_t target = node.edges[next++].target;
        if (!totals[target].seen) {
          totals[target].seen = true;
          stack.push_back({target, 0});
        }
        continue;
      }
      Total &total = totals[index];
      total.depth = node.depth;
      for (const Edge &edge : node.edges) {
        total.depth = std::max(total.depth, edge.depth + totals[edge.target].depth + 1);
        total.uses = std::min(total.uses + totals[edge.target].uses, maxUses + 1);
      }
      // The text around the definitions may use as many aliases as it likes, but not deeply.
      if (total.depth > maxDepth || (index != 0 && total.uses > maxUses)) {
        excess = {node.name, total.depth > maxDepth};
        return false;
      }
      stack.pop_back();
    }
  }
  return true;
}

} // namespace tenon
