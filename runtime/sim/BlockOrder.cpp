// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An order of basic blocks in which lanes that took different ways meet again as early as they can.
#include "runtime/sim/BlockOrder.h"
#include <algorithm>

namespace tenon::sim {
namespace {

// Blocks of loops nested deeper than this are in no special order, which costs speed but no correctness.
constexpr unsigned maximumLoopDepth = 32;

class Orderer {
public:
  explicit Orderer(const std::vector<std::vector<uint32_t>> &successors)
      : successors(successors), group(successors.size(), 0), number(successors.size(), 0), low(successors.size(), 0),
        onStack(successors.size(), false) {}

  /// Appends to `result` the blocks of group `own` that can be reached from `root` without an edge to `ignored`.
  void order(uint32_t root, uint32_t own, uint32_t ignored, unsigned depth, std::vector<uint32_t> &result) {
    std::vector<std::vector<uint32_t>> components = findComponents(root, own, ignored);
    // A component is found after all that it leads to.
    for (size_t i = components.size(); i-- > 0;) {
      std::vector<uint32_t> &component = components[i];
      uint32_t head = component.back();
      if (component.size() == 1 || depth == maximumLoopDepth) {
        result.insert(result.end(), component.rbegin(), component.rend());
        continue;
      }
      uint32_t inner = ++groups;
      for (uint32_t block : component) {
        group[block] = inner;
        number[block] = 0;
      }
      order(head, inner, head, depth + 1, result);
    }
  }

private:
  struct Frame {
    uint32_t block;
    size_t next;
  };

  void open(uint32_t block) {
    number[block] = low[block] = ++counter;
    stack.push_back(block);
    onStack[block] = true;
    frames.push_back({block, 0});
  }

  /// Tarjan's strongly connected components; the last block of each is the one that was entered first.
  std::vector<std::vector<uint32_t>> findComponents(uint32_t root, uint32_t own, uint32_t ignored) {
    std::vector<std::vector<uint32_t>> components;
    open(root);
    while (!frames.empty()) {
      Frame &frame = frames.back();
      uint32_t block = frame.block;
      if (frame.next < successors[block].size()) {
        uint32_t next = successors[block][frame.next++];
        if (next == ignored || group[next] != own)
          continue;
        if (number[next] == 0)
          open(next);
        else if (onStack[next])
          low[block] = std::min(low[block], number[next]);
        continue;
      }
      frames.pop_back();
      if (!frames.empty())
        low[frames.back().block] = std::min(low[frames.back().block], low[block]);
      if (low[block] != number[block])
        continue;
      std::vector<uint32_t> &component = components.emplace_back();
      do {
        component.push_back(stack.back());
        onStack[stack.back()] = false;
        stack.pop_back();
      } while (component.back() != block);
    }
    return components;
  }

  const std::vector<std::vector<uint32_t>> &successors;
  std::vector<uint32_t> group, number, low;
  std::vector<bool> onStack;
  std::vector<uint32_t> stack;
  std::vector<Frame> frames;
  uint32_t groups = 0, counter = 0;
};

} // namespace

std::vector<uint32_t> orderBlocks(const std::vector<std::vector<uint32_t>> &successors) {
  constexpr uint32_t none = ~0u;
  std::vector<uint32_t> result;
  result.reserve(successors.size());
  Orderer(successors).order(0, 0, none, 0, result);
  std::vector<bool> seen(successors.size(), false);
  for (uint32_t block : result)
    seen[block] = true;
  for (uint32_t block = 0; block < successors.size(); ++block)
    if (!seen[block])
      result.push_back(block);
  return result;
}

} // namespace tenon::sim
