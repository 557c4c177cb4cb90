// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The hash by which artifacts notice corruption.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tenon {

struct ContentHash {
  uint64_t low = 0;
  uint64_t high = 0;
  bool operator==(const ContentHash &) const = default;
};

/// XXH3-128. Not cryptographic: it detects corruption, not malice.
ContentHash contentHash(std::span<const std::byte> bytes);

} // namespace tenon
