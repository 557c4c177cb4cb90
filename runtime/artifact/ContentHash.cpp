// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// XXH3 from the xxhash header, compiled in here and nowhere else.
#include "runtime/artifact/ContentHash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace tenon {

ContentHash contentHash(std::span<const std::byte> bytes) {
  XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.low64, hash.high64};
}

} // namespace tenon
