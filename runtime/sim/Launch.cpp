// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The execution of one kernel over a grid.
#include "runtime/sim/Launch.h"
#include "runtime/sim/Block.h"
#include <algorithm>
#include <deque>
#include <new>
#include <thread>

namespace tenon::sim {
namespace {

// Instructions of a warp after which another block gets a turn, should this one be waiting for it.
constexpr uint64_t blockQuantum = uint64_t(1) << 22;
constexpr size_t maximumResidentBlocks = 256;

/// One host thread: takes blocks in the order of the grid until there are none.
class Worker {
public:
  Worker(Launch &launch, std::atomic<uint64_t> &nextBlock) : launch(launch), nextBlock(nextBlock) {}

  void run() {
    while (true) {
      // A block that did not come to its end waits behind a fresh one.
      std::unique_ptr<Block> block = resident.size() < maximumResidentBlocks ? startNext() : nullptr;
      if (!block) {
        if (resident.empty())
          return;
        block = std::move(resident.front());
        resident.pop_front();
      }
      if (block->run(blockQuantum) == Block::Progress::Yielded)
        resident.push_back(std::move(block));
      else
        finished.push_back(std::move(block));
    }
  }

private:
  std::unique_ptr<Block> startNext() {
    uint64_t index = nextBlock.fetch_add(1);
    if (index >= launch.grid.count() || launch.stops(index)) {
      nextBlock.store(launch.grid.count());
      return nullptr;
    }
    std::unique_ptr<Block> block;
    if (finished.empty()) {
      block = std::make_unique<Block>(launch);
    } else {
      block = std::move(finished.back());
      finished.pop_back();
    }
    block->start(index);
    return block;
  }

  Launch &launch;
  std::atomic<uint64_t> &nextBlock;
  std::deque<std::unique_ptr<Block>> resident, finished;
};

} // namespace

void Launch::report(Fault newFault) {
  std::lock_guard lock(mutex);
  if (fault && fault->block <= newFault.block)
    return;
  fault = std::move(newFault);
  faultyBlock = fault->block;
}

bool runLaunch(Launch &launch) {
  uint64_t blocks = launch.grid.count();
  unsigned threads =
      launch.options.threads ? launch.options.threads : std::max(1u, std::thread::hardware_concurrency());
  threads = static_cast<unsigned>(std::min<uint64_t>(threads, blocks));
  std::atomic<uint64_t> nextBlock = 0;
  std::atomic<bool> outOfMemory = false;
  auto work = [&] {
    try {
      Worker(launch, nextBlock).run();
    } catch (const std::bad_alloc &) {
      outOfMemory = true;
      nextBlock = blocks;
    }
  };
  std::vector<std::thread> helpers;
  for (unsigned i = 1; i < threads; ++i)
    helpers.emplace_back(work);
  work();
  for (std::thread &helper : helpers)
    helper.join();
  return !outOfMemory;
}

} // namespace tenon::sim
