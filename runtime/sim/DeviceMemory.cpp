// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The simulated device's global memory.
#include "runtime/sim/DeviceMemory.h"
#include <cstdio>
#include <cstring>
#include <new>

namespace tenon::sim {
namespace {

// As cuMemAlloc does. The gap makes the next allocation no neighbour of a row that runs over.
constexpr uint64_t alignment = 512;
constexpr uint64_t gap = 4096;
constexpr size_t rememberedReleases = 4096;

std::string hexadecimal(uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

} // namespace

const Allocation *DeviceMemory::allocate(uint64_t bytes) {
  if (bytes == 0 || bytes > capacity - usedBytes)
    return nullptr;
  Allocation allocation;
  allocation.address = nextAddress;
  allocation.bytes = bytes;
  allocation.data.reset(new (std::nothrow) uint8_t[bytes]);
  allocation.shadow.reset(new (std::nothrow) uint8_t[bytes]());
  if (!allocation.data || !allocation.shadow)
    return nullptr;
  std::memset(allocation.data.get(), 0xff, bytes);
  nextAddress += (bytes + gap + alignment - 1) / alignment * alignment;
  usedBytes += bytes;
  return &allocations.emplace(allocation.address, std::move(allocation)).first->second;
}

bool DeviceMemory::release(uint64_t address) {
  auto found = allocations.find(address);
  if (found == allocations.end())
    return false;
  usedBytes -= found->second.bytes;
  released.emplace(address, found->second.bytes);
  if (released.size() > rememberedReleases)
    released.erase(released.begin());
  allocations.erase(found);
  return true;
}

const Allocation *DeviceMemory::find(uint64_t address, uint64_t bytes) const {
  auto after = allocations.upper_bound(address);
  if (after == allocations.begin())
    return nullptr;
  const Allocation &candidate = std::prev(after)->second;
  return candidate.contains(address, bytes) ? &candidate : nullptr;
}

std::string DeviceMemory::describe(uint64_t address) const {
  auto freed = released.upper_bound(address);
  if (freed != released.begin() && address - std::prev(freed)->first < std::prev(freed)->second)
    return "in freed memory, the " + std::to_string(std::prev(freed)->second) + " bytes that were at " +
           hexadecimal(std::prev(freed)->first);
  auto after = allocations.upper_bound(address);
  std::string text = "in no allocation";
  if (after != allocations.begin()) {
    const Allocation &before = std::prev(after)->second;
    uint64_t end = before.address + before.bytes;
    if (address < end)
      return "across the end of the " + std::to_string(before.bytes) + " bytes at " + hexadecimal(before.address);
    text += ", " + std::to_string(address - end) + " bytes behind the " + std::to_string(before.bytes) + " bytes at " +
            hexadecimal(before.address);
  } else if (after != allocations.end()) {
    text += ", " + std::to_string(after->first - address) + " bytes before the " + std::to_string(after->second.bytes) +
            " bytes at " + hexadecimal(after->first);
  }
  return text;
}

} // namespace tenon::sim
