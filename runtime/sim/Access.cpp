// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Addresses to memory of the host, with all checks.
#include "runtime/sim/Access.h"
#include "runtime/sim/Block.h"
#include <algorithm>
#include <cstring>

namespace tenon::sim {
namespace {

std::string bytesText(unsigned bytes) { return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes"); }

bool outOfBounds(Warp &warp, const Op &op, unsigned lane, uint64_t address, const AccessKind &kind,
                 const std::string &why) {
  const char *verb = kind.intent == Intent::Read ? "reads " : kind.intent == Intent::Write ? "writes " : "updates ";
  warp.faultAt(op, lane, FaultKind::OutOfBounds, address, verb + bytesText(kind.bytes) + " " + why);
  return false;
}

const Allocation *findAllocation(Warp &warp, uint64_t address, unsigned bytes) {
  for (const Allocation *recent : warp.recentAllocations)
    if (recent && recent->contains(address, bytes))
      return recent;
  const Allocation *found = warp.block.launch.memory.find(address, bytes);
  if (found)
    warp.recentAllocations[warp.nextRecent++ % 4] = found;
  return found;
}

bool locateGlobal(Warp &warp, const Op &op, unsigned lane, uint64_t address, const AccessKind &kind,
                  Location &location) {
  const Allocation *allocation = findAllocation(warp, address, kind.bytes);
  if (!allocation)
    return outOfBounds(warp, op, lane, address, kind, warp.block.launch.memory.describe(address));
  location.data = allocation->data.get() + (address - allocation->address);
  location.state = allocation->shadow.get() + (address - allocation->address);
  return true;
}

bool locateShared(Warp &warp, const Op &op, unsigned lane, uint64_t offset, const AccessKind &kind,
                  Location &location) {
  SharedMemory &shared = warp.block.shared;
  if (offset > shared.size() || kind.bytes > shared.size() - offset)
    return outOfBounds(warp, op, lane, offset, kind,
                       "of shared memory, of which the block has " + bytesText(shared.size()));
  location.data = shared.data.data() + offset;
  location.state = shared.state.data() + offset;
  location.shared = true;
  location.offset = static_cast<uint32_t>(offset);
  for (unsigned i = 0; i < kind.bytes; ++i) {
    if (location.state[i] & SharedMemory::pendingCopy) {
      warp.faultAt(op, lane, FaultKind::Race, offset + i,
                   "a cp.async to this byte of shared memory has not been waited for by the thread that issued it");
      return false;
    }
  }
  return recordShared(warp, op, lane, location.offset, kind);
}

bool locateLocal(Warp &warp, const Op &op, unsigned lane, uint64_t offset, const AccessKind &kind, Location &location) {
  uint32_t size = warp.program.localBytes;
  if (offset > size || kind.bytes > size - offset)
    return outOfBounds(warp, op, lane, offset, kind, "of local memory, of which a thread has " + bytesText(size));
  location.data = &warp.local[size_t(lane) * size + offset];
  location.state = &warp.localState[size_t(lane) * size + offset];
  return true;
}

bool locateParameter(Warp &warp, const Op &op, unsigned lane, uint64_t offset, const AccessKind &kind,
                     Location &location) {
  const std::vector<uint8_t> &parameters = warp.block.launch.parameters;
  if (kind.intent != Intent::Read)
    return outOfBounds(warp, op, lane, offset, kind, "of the kernel's parameters, which are constant");
  if (offset > parameters.size() || kind.bytes > parameters.size() - offset)
    return outOfBounds(warp, op, lane, offset, kind,
                       "of the kernel's parameters, which take " + std::to_string(parameters.size()) + " bytes");
  // Read only, as has just been checked.
  location.data = const_cast<uint8_t *>(parameters.data()) + offset;
  return true;
}

bool locateIn(Warp &warp, const Op &op, unsigned lane, uint64_t address, const AccessKind &kind, Location &location) {
  switch (kind.space) {
  case Space::Shared:
    return locateShared(warp, op, lane, address, kind, location);
  case Space::Local:
    return locateLocal(warp, op, lane, address, kind, location);
  case Space::Param:
    return locateParameter(warp, op, lane, address >= parameterWindow ? address - parameterWindow : address, kind,
                           location);
  case Space::Generic:
    if (address - sharedWindow < windowBytes)
      return locateShared(warp, op, lane, address - sharedWindow, kind, location);
    if (address - localWindow < windowBytes)
      return locateLocal(warp, op, lane, address - localWindow, kind, location);
    if (address - parameterWindow < windowBytes)
      return locateParameter(warp, op, lane, address - parameterWindow, kind, location);
    [[fallthrough]];
  default:
    return locateGlobal(warp, op, lane, address, kind, location);
  }
}

bool allDefined(const uint8_t *state, unsigned bytes) {
  constexpr uint8_t all[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  while (bytes > 16) {
    if (std::memcmp(state, all, 16) != 0)
      return false;
    state += 16;
    bytes -= 16;
  }
  switch (bytes) {
  case 2:
    return std::memcmp(state, all, 2) == 0;
  case 4:
    return std::memcmp(state, all, 4) == 0;
  case 8:
    return std::memcmp(state, all, 8) == 0;
  case 16:
    return std::memcmp(state, all, 16) == 0;
  default:
    return std::memcmp(state, all, bytes) == 0;
  }
}

} // namespace

uint64_t laneAddress(Warp &warp, const Op &op, unsigned lane, unsigned index) {
  const uint32_t *base = warp.row(op.source(index));
  bool narrow = op.modifiers >> 31;
  uint64_t value;
  if (narrow)
    return static_cast<uint32_t>(base[lane] + static_cast<uint32_t>(op.immediate));
  std::memcpy(&value, base + 2 * lane, 8);
  return value + op.immediate;
}

bool recordShared(Warp &warp, const Op &op, unsigned lane, uint32_t offset, const AccessKind &kind) {
  SharedMemory::Access access{warp.threadOf(lane), warp.indexOf(op), offset, kind.bytes, kind.strong};
  Conflict conflict;
  bool races = kind.intent == Intent::Read ? warp.block.shared.recordRead(access, conflict)
                                           : warp.block.shared.recordWrite(access, conflict);
  if (!races)
    return true;
  // Lanes that store the same value to the same place with one instruction do no harm.
  if (kind.stored && conflict.wrote && conflict.op == access.op && conflict.thread / warpLanes == warp.index &&
      std::memcmp(warp.block.shared.data.data() + offset, kind.stored, kind.bytes) == 0)
    return true;
  warp.faultAt(op, lane, FaultKind::Race, conflict.offset,
               std::string(kind.intent == Intent::Read ? "reads" : "writes") + " a byte of shared memory that " +
                   warp.block.threadName(conflict.thread) + (conflict.wrote ? " wrote" : " read") + " in " +
                   warp.placeOf(conflict.op) + " with no barrier in between");
  return false;
}

bool locate(Warp &warp, const Op &op, unsigned lane, uint64_t address, const AccessKind &kind, Location &location) {
  warp.strongAccesses += kind.strong;
  if (address & (kind.bytes - 1)) {
    warp.faultAt(op, lane, FaultKind::Misaligned, address,
                 "an access of " + bytesText(kind.bytes) + " must be aligned to as many");
    return false;
  }
  if (!locateIn(warp, op, lane, address, kind, location))
    return false;
  if (kind.intent == Intent::Write || !location.state || allDefined(location.state, kind.bytes))
    return true;
  unsigned at = 0;
  while (location.state[at] == SharedMemory::defined)
    ++at;
  std::string message = "reads " + bytesText(kind.bytes) + ", of which byte " + std::to_string(at) +
                        " was never written; memory must be written before it is read";
  if (location.shared) {
    warp.faultLater(op, lane, address, message);
    return true;
  }
  warp.faultAt(op, lane, FaultKind::Uninitialized, address, message);
  return false;
}

void countBankConflicts(Warp &warp, const uint32_t (&offsets)[warpLanes], uint32_t mask, unsigned bytes) {
  constexpr unsigned banks = 32, bankBytes = 4;
  // Accesses of 8 and 16 bytes are served for half and a quarter of the lanes at a time.
  unsigned lanesAtOnce = bytes <= 4 ? 32 : bytes == 8 ? 16 : 8;
  uint64_t extra = 0;
  for (unsigned first = 0; first < warpLanes; first += lanesAtOnce) {
    std::vector<uint32_t> words[banks];
    size_t passes = 1;
    for (unsigned lane = first; lane < first + lanesAtOnce; ++lane) {
      if (!(mask >> lane & 1))
        continue;
      for (uint32_t word = offsets[lane] / bankBytes; word * bankBytes < offsets[lane] + bytes; ++word) {
        std::vector<uint32_t> &bank = words[word % banks];
        if (std::find(bank.begin(), bank.end(), word) == bank.end())
          bank.push_back(word);
        passes = std::max(passes, bank.size());
      }
    }
    extra += passes - 1;
  }
  warp.block.launch.bankConflicts.fetch_add(extra, std::memory_order_relaxed);
}

} // namespace tenon::sim
