// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the memory, or a level of cache, delivers to loops that read some arrays and write one.
#pragma once

#include "runtime/Result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace tenon::bench {

struct StreamShape {
  /// Arrays that are read: 1 to 3. A copy reads one.
  unsigned reads = 1;
  /// Whether one more is written.
  bool writes = true;
  /// Bytes of all arrays together; rounded up so that each thread has whole blocks of 256 bytes of each array.
  uint64_t workingSet = 0;
  unsigned threads = 1;
};

/// out[i] = in0[i] ^ in1[i] ^ in2[i] in the widest vectors of this CPU, each thread on its own part of the arrays.
class StreamLoop {
public:
  /// Allocates the arrays. Where the third-level cache does not hold them, measures whether stores that bypass the caches
  /// are the faster ones: those are used from then on. Environment where there is no memory.
  static Result<StreamLoop> create(const StreamShape &shape);

  /// Bytes a second, those read and those written together, of all threads, measured for about `seconds`.
  Result<double> measure(double seconds) const;

  bool nonTemporal() const { return bypass; }

private:
  using Loop = void (*)(std::byte *to, const std::byte *const *from, size_t bytes);
  static Loop pick(unsigned reads, bool writes, bool bypass);

  StreamShape shape;
  size_t arrayBytes = 0;
  bool bypass = false;
  Loop loop = nullptr;
  /// The last one is written.
  std::vector<std::shared_ptr<std::byte>> arrays;
};

} // namespace tenon::bench
