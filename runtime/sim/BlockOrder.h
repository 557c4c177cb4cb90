// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An order of basic blocks in which lanes that took different ways meet again as early as they can.
#pragma once

#include <cstdint>
#include <vector>

namespace tenon::sim {

/// A weak topological order (Bourdoncle 1993) of the blocks of a function, given by their successors; block 0 is the
/// entry and stays first. The blocks of a loop are neighbours, and whatever follows the loop comes after all of them.
/// So if of all lanes those at the smallest position always run first, none leaves a branch or a loop behind before the
/// others have caught up. Contains each block once, unreachable ones last.
std::vector<uint32_t> orderBlocks(const std::vector<std::vector<uint32_t>> &successors);

} // namespace tenon::sim
