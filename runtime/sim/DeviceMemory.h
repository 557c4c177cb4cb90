// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The simulated device's global memory.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tenon::sim {

/// One allocation. `shadow` has a byte for each: 1 where something was written.
struct Allocation {
  uint64_t address = 0;
  uint64_t bytes = 0;
  std::unique_ptr<uint8_t[]> data;
  std::unique_ptr<uint8_t[]> shadow;

  bool contains(uint64_t at, uint64_t count) const {
    return at >= address && count <= bytes && at - address <= bytes - count;
  }
};

/// Not synchronized: nothing may allocate or free while a kernel runs.
class DeviceMemory {
public:
  static constexpr uint64_t capacity = uint64_t(16) << 30;

  /// Null if the device has no room left. Fresh memory reads as ones, which are NaN in every floating-point type.
  const Allocation *allocate(uint64_t bytes);
  /// False if no allocation begins there.
  bool release(uint64_t address);
  /// The allocation that holds all bytes, or null.
  const Allocation *find(uint64_t address, uint64_t bytes) const;
  /// Says what is near an address that no allocation holds: "4 bytes behind the allocation of ...".
  std::string describe(uint64_t address) const;
  uint64_t used() const { return usedBytes; }

private:
  std::map<uint64_t, Allocation> allocations; ///< By address.
  std::map<uint64_t, uint64_t> released;      ///< Address to bytes; addresses are never used again.
  uint64_t nextAddress = uint64_t(1) << 36;
  uint64_t usedBytes = 0;
};

} // namespace tenon::sim
