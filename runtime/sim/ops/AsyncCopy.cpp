// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// cp.async: copies from global to shared memory that a thread must wait for. By default each completes at the last
// moment that the program allows, so that a wait that is missing or in the wrong place is seen.
#include "runtime/sim/Access.h"
#include "runtime/sim/Block.h"
#include "runtime/sim/ops/LaneMap.h"
#include <algorithm>

namespace tenon::sim {
namespace {

/// Writes the bytes and marks them, with their race at this moment.
bool complete(Warp &warp, const Warp::AsyncCopy &copy) {
  SharedMemory &shared = warp.block.shared;
  const Op &op = warp.program.ops[copy.op];
  AccessKind kind{Space::Shared, Intent::Write, copy.bytes, false, nullptr};
  std::memset(&shared.state[copy.destination], SharedMemory::defined, copy.bytes);
  if (!recordShared(warp, op, copy.lane, copy.destination, kind))
    return false;
  uint8_t *to = &shared.data[copy.destination];
  std::memset(to, 0, copy.bytes);
  if (copy.sourceBytes == 0)
    return true;
  const Allocation *from = warp.block.launch.memory.find(copy.source, copy.sourceBytes);
  std::memcpy(to, from->data.get() + (copy.source - from->address), copy.sourceBytes);
  return true;
}

/// Sources: destination, source, the number of bytes to read if less than all, a predicate to read none.
void copyAsync(Warp &warp, const Op &op, uint32_t mask) {
  auto bytes = static_cast<unsigned>(op.modifiers & 31);
  bool hasSize = op.modifiers >> 8 & 1, ignores = op.modifiers >> 9 & 1;
  // The write may come at any time until the wait, so it is in the way of others from now on.
  AccessKind toShared{Space::Shared, Intent::Write, bytes, false, nullptr};
  for (unsigned lane : Lanes(mask)) {
    uint64_t destination = op.modifiers >> 31 ? static_cast<uint32_t>(warp.row(op.source(0))[lane] + op.immediate)
                                              : readLane<uint64_t>(warp.row(op.source(0)), lane) + op.immediate;
    auto source = readLane<uint64_t>(warp.row(op.source(1)), lane) + readLane<uint64_t>(warp.row(op.source(2)), lane);
    uint32_t count = hasSize ? warp.row(op.source(3))[lane] : bytes;
    if (ignores && (*warp.row(op.source(3)) >> lane & 1))
      count = 0;
    if (count > bytes)
      return warp.fault(op, lane, FaultKind::OutOfBounds,
                        "the source size is " + std::to_string(count) + ", more than the copy's " +
                            std::to_string(bytes) + " bytes");
    Location location;
    if (!locate(warp, op, lane, destination, toShared, location))
      return;
    if (source & (bytes - 1))
      return warp.faultAt(op, lane, FaultKind::Misaligned, source,
                          "the source must be aligned to " + std::to_string(bytes) + " bytes");
    unsigned step = count == bytes ? bytes : 1;
    for (unsigned i = 0; i < count; i += step) {
      Location from;
      if (!locate(warp, op, lane, source + i, {Space::Global, Intent::Read, step, false, nullptr}, from))
        return;
    }
    Warp::AsyncCopy copy{source,
                         warp.indexOf(op),
                         warp.committedGroups[lane],
                         location.offset,
                         static_cast<uint8_t>(bytes),
                         static_cast<uint8_t>(count),
                         static_cast<uint8_t>(lane)};
    if (warp.block.launch.options.eagerCopies) {
      if (!complete(warp, copy))
        return;
      continue;
    }
    std::memset(location.state, SharedMemory::pendingCopy, bytes);
    warp.copies.push_back(copy);
  }
}

void commitGroup(Warp &warp, const Op &, uint32_t mask) {
  for (unsigned lane : Lanes(mask))
    ++warp.committedGroups[lane];
}

/// Completes all groups of a lane but the newest `immediate`; all copies if that is all ones.
void waitGroups(Warp &warp, const Op &op, uint32_t mask) {
  size_t kept = 0;
  for (size_t i = 0; i < warp.copies.size(); ++i) {
    Warp::AsyncCopy copy = warp.copies[i];
    bool done = (mask >> copy.lane & 1) &&
                (op.immediate == UINT64_MAX || copy.group + op.immediate < warp.committedGroups[copy.lane]);
    if (!done)
      warp.copies[kept++] = copy;
    else if (!complete(warp, copy))
      return;
  }
  warp.copies.resize(kept);
}

void decodeCopy(OpBuilder &b) {
  int cache = b.takeOneOf({"ca", "cg"});
  bool forms = cache >= 0 && (b.take("shared") || b.take("shared::cta")) && b.take("global");
  b.ignorePrefix("L2::");
  if (!forms)
    return b.fail("expected cp.async with .ca or .cg, .shared and .global");
  b.address(0, Space::Shared);
  uint64_t displacement = b.op.immediate;
  uint32_t narrow = b.op.modifiers;
  b.address(1, Space::Global);
  if (b.op.modifiers != narrow && !narrow)
    b.fail("a global address must be in a register of 64 bits");
  b.sourceRow(b.constant(b.op.immediate, true));
  b.op.immediate = displacement;
  uint64_t bytes = b.literal(2, 16);
  if (bytes != 16 && (cache == 1 || (bytes != 4 && bytes != 8)))
    b.fail("a copy has 16 bytes, or with .ca also 4 or 8");
  b.op.modifiers = narrow | static_cast<uint32_t>(bytes);
  if (b.operands() > 3) {
    bool isPredicate = b.widthOf(b.operand(3)) == 1;
    b.source(3, isPredicate ? PtxType::Pred : PtxType::U32);
    b.op.modifiers |= isPredicate ? 1 << 9 : 1 << 8;
  }
  if (b.operands() > 4)
    b.operand(4); // A cache policy.
  b.op.run = copyAsync;
}

void decodeCopyAsync(OpBuilder &b) {
  if (!b.take("async"))
    return b.fail("the simulator knows only cp.async");
  if (b.take("commit_group")) {
    b.op.run = commitGroup;
  } else if (b.take("wait_group")) {
    b.op.immediate = b.literal(0, 1 << 20);
    b.op.run = waitGroups;
  } else if (b.take("wait_all")) {
    b.op.immediate = UINT64_MAX;
    b.op.run = waitGroups;
  } else {
    decodeCopy(b);
  }
}

constexpr InstructionRule table[] = {{"cp", decodeCopyAsync}};

} // namespace

std::span<const InstructionRule> asyncCopyRules() { return table; }

} // namespace tenon::sim
