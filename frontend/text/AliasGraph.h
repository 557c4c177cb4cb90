// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How deep and how large the attribute and type aliases of MLIR text become when they are replaced.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tenon {

/// Collects definitions `#name = ...` and the names they use. Names are views into the scanned text.
class AliasGraph {
public:
  /// Where a bound is first exceeded.
  struct Excess {
    std::string_view alias;
    bool isDepth; ///< else its size
  };

  /// Starts the definition of `name`; uses belong to it until the next call. An empty name stands for everything that
  /// is no definition.
  void define(std::string_view name);
  /// The current definition mentions `name` within `depth` brackets, and is itself `depth` deep at this place.
  void use(std::string_view name, unsigned depth);
  void reachDepth(unsigned depth);

  /// The names of MLIR text may be defined later than they are used, so this comes last. Returns false and fills
  /// `excess` where an alias exceeds a bound. Cycles, which MLIR refuses by itself, count once.
  bool check(unsigned maxDepth, uint64_t maxUses, Excess &excess) const;

private:
  struct Edge {
    uint32_t target;
    uint32_t depth;
  };
  struct Node {
    std::string_view name;
    std::vector<Edge> edges;
    uint32_t depth = 0;
  };

  uint32_t nodeOf(std::string_view name);

  std::vector<Node> nodes{Node{}};
  std::unordered_map<std::string_view, uint32_t> indices{{std::string_view(), 0}};
  uint32_t current = 0;
};

} // namespace tenon
