// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading the names of levels.
#include "runtime/cuda/PtxLevel.h"

#include <algorithm>

namespace tenon {

std::optional<PtxLevel> parsePtxLevel(std::string_view name) {
  if (!name.starts_with("sm_"))
    return std::nullopt;
  name.remove_prefix(3);
  PtxLevel level;
  if (name.ends_with('a')) {
    level.exact = true;
    name.remove_suffix(1);
  }
  auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
  if (name.size() < 2 || name.size() > 3 || !std::all_of(name.begin(), name.end(), isDigit) || name[0] == '0')
    return std::nullopt;
  int number = 0;
  for (char digit : name)
    number = number * 10 + (digit - '0');
  level.capability = {number / 10, number % 10};
  return level;
}

} // namespace tenon
