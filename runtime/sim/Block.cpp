// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A thread block: its warps, its shared memory and its barriers.
#include "runtime/sim/Block.h"

namespace tenon::sim {
namespace {

// Instructions after which another warp of the block gets a turn.
constexpr uint64_t warpQuantum = 20000;

std::string triple(uint64_t x, uint64_t y, uint64_t z) {
  return "(" + std::to_string(x) + "," + std::to_string(y) + "," + std::to_string(z) + ")";
}

} // namespace

Block::Block(Launch &launch) : launch(launch) {
  shared.resize(launch.sharedBytes(), launch.options.checkRaces);
  unsigned count = (threads() + warpLanes - 1) / warpLanes;
  for (unsigned i = 0; i < count; ++i)
    warps.push_back(std::make_unique<Warp>(*this, i));
}

void Block::start(uint64_t newIndex) {
  index = newIndex;
  position.x = static_cast<uint32_t>(index % launch.grid.x);
  position.y = static_cast<uint32_t>(index / launch.grid.x % launch.grid.y);
  position.z = static_cast<uint32_t>(index / launch.grid.x / launch.grid.y);
  faulted = false;
  deferred.reset();
  shared.startBlock(static_cast<unsigned>(warps.size()));
  for (Barrier &barrier : barriers)
    barrier = Barrier();
  for (auto &warp : warps)
    warp->start();
}

std::string Block::name() const { return "block " + triple(position.x, position.y, position.z); }

std::string Block::threadName(uint32_t thread) const {
  const Dimensions &size = launch.block;
  return "thread " + triple(thread % size.x, thread / size.x % size.y, thread / size.x / size.y);
}

Block::Progress Block::run(uint64_t quantum) {
  uint64_t used = 0;
  while (used < quantum) {
    bool progress = false, alive = false;
    for (auto &warp : warps) {
      if (warp->finished())
        continue;
      alive = true;
      uint64_t count = warp->run(warpQuantum);
      launch.instructions.fetch_add(count, std::memory_order_relaxed);
      used += count;
      progress |= count > 0;
      if (faulted || launch.stops(index))
        return Progress::Faulted;
    }
    if (!alive) {
      reportDeferred();
      return faulted ? Progress::Faulted : Progress::Finished;
    }
    if (!progress) {
      reportDeadlock();
      return Progress::Faulted;
    }
  }
  return Progress::Yielded;
}

uint32_t Block::liveThreads() const {
  uint32_t count = 0;
  for (const auto &warp : warps)
    count += static_cast<uint32_t>(std::popcount(warp->live));
  return count;
}

bool Block::arrive(unsigned id, uint32_t required, Warp &warp, uint32_t mask, BarrierKind kind, uint32_t predicate) {
  Barrier &barrier = barriers[id];
  if (barrier.inUse && (barrier.required != required || barrier.kind.reduction != kind.reduction))
    return false;
  barrier.inUse = true;
  barrier.required = required;
  barrier.kind = kind;
  // A number of threads counts a warp as whole even if the block does not fill it.
  bool whole = required != 0 && mask == warp.live;
  barrier.arrived += whole ? warpLanes : static_cast<uint32_t>(std::popcount(mask));
  barrier.trueCount += static_cast<uint32_t>(std::popcount(mask & predicate));
  barrier.falseCount += static_cast<uint32_t>(std::popcount(mask & ~predicate));
  shared.clocks.arrive(warp.index, barrier.clocks);
  return true;
}

bool Block::releaseBarriers() {
  bool any = false;
  for (unsigned id = 0; id < barrierCount; ++id) {
    const Barrier &barrier = barriers[id];
    if (!barrier.inUse || barrier.arrived < (barrier.required ? barrier.required : liveThreads()))
      continue;
    release(id);
    any = true;
  }
  return any;
}

void Block::release(unsigned id) {
  reportDeferred();
  Barrier barrier = barriers[id];
  barriers[id] = Barrier();
  uint32_t waiting = 0;
  for (const auto &warp : warps)
    waiting += static_cast<uint32_t>(std::popcount(warp->waitingAt(id)));
  bool all = waiting == liveThreads();
  if (all)
    shared.clocks.syncAll();
  uint32_t value = 0;
  if (barrier.kind.reduction == BarrierKind::Reduction::Popc)
    value = barrier.trueCount;
  else if (barrier.kind.reduction == BarrierKind::Reduction::And)
    value = barrier.falseCount == 0;
  else
    value = barrier.trueCount != 0;
  for (auto &warp : warps) {
    if (!warp->waitingAt(id))
      continue;
    if (!all)
      shared.clocks.leave(warp->index, barrier.clocks);
    warp->leaveBarrier(id, value);
  }
}

void Block::reportDeadlock() {
  for (auto &warp : warps)
    if (warp->reportHeld())
      return;
  std::string text = launch.program.kernel ? std::string(launch.program.kernel->name) : std::string();
  text += ": deadlock in " + name() + ": no thread can go on";
  unsigned named = 0;
  for (const auto &warp : warps) {
    std::string waiting = warp->describeWaiting();
    if (!waiting.empty() && named++ < 4)
      text += "; " + waiting;
  }
  uint32_t exited = threads() - liveThreads();
  if (exited)
    text += "; " + std::to_string(exited) + " of " + std::to_string(threads()) + " threads have exited";
  for (unsigned id = 0; id < barrierCount; ++id)
    if (barriers[id].inUse)
      text += "; barrier " + std::to_string(id) + " has seen " + std::to_string(barriers[id].arrived) + " of " +
              std::to_string(barriers[id].required ? barriers[id].required : liveThreads()) + " threads";
  report({FaultKind::Deadlock, index, text}, false);
}

void Block::report(Fault fault, bool later) {
  if (faulted)
    return;
  if (later) {
    if (!deferred)
      deferred = std::move(fault);
    return;
  }
  faulted = true;
  launch.report(deferred && fault.kind != FaultKind::Race ? std::move(*deferred) : std::move(fault));
}

void Block::reportDeferred() {
  if (deferred)
    report(Fault(*deferred), false);
}

} // namespace tenon::sim
