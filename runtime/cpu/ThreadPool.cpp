// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Chunks are claimed by compare-and-swap and counted when finished, so that a worker that the system does not run holds
// up nobody unless it holds a chunk.
#include "runtime/cpu/ThreadPool.h"

#include <algorithm>
#include <system_error>

namespace tenon {

/// Enough that a core that is slowed down, or busy with something else, leaves its share to the others.
static constexpr int64_t chunksPerThread = 16;
/// Tens of microseconds: longer than the gap between two launches, and about what waking a sleeper costs. Endless
/// spinning can keep two threads on one core (measured: 7.8 ms for a step of 0.2 ms).
static constexpr int spins = 1000;
static constexpr uint64_t jobUnit = uint64_t(1) << 32;

static void pause() { __builtin_ia32_pause(); }

ThreadPool::ThreadPool(unsigned threads) {
  for (unsigned thread = 1; thread < threads; ++thread) {
    try {
      workers.emplace_back([this, thread] { workerLoop(thread); });
    } catch (const std::system_error &) {
      break; // The limit of the system: what there is will do.
    }
  }
}

ThreadPool::~ThreadPool() {
  stopping = true;
  {
    std::lock_guard lock(mutex);
    jobReady.notify_all();
  }
  for (std::thread &worker : workers)
    worker.join();
}

void ThreadPool::run(int64_t count, const Work &work) {
  if (count <= 0)
    return;
  int64_t chunks = std::min<int64_t>(count, chunksPerThread * threadCount());
  if (workers.empty() || chunks == 1) {
    work(0, count, 0);
    return;
  }
  uint64_t last = next.load(std::memory_order_relaxed) / jobUnit;
  // Closes the last job: a worker that still looks at it must not claim what the new fields seem to offer.
  next.store(last * jobUnit + (jobUnit - 1));
  itemCount.store(count, std::memory_order_release);
  chunkCount.store(chunks, std::memory_order_release);
  currentWork.store(&work, std::memory_order_release);
  finishedChunks.store(0, std::memory_order_release);
  uint64_t job = (last + 1) * jobUnit;
  next.store(job);
  wakeWorkers();
  help(job, 0);
  waitUntilFinished(chunks);
}

/// Claims and works on chunks of the job that `claimed` was read from until none is left.
void ThreadPool::help(uint64_t claimed, unsigned thread) {
  uint64_t job = claimed / jobUnit;
  int64_t items = itemCount.load(std::memory_order_acquire), chunks = chunkCount.load(std::memory_order_acquire);
  const Work *work = currentWork.load(std::memory_order_acquire);
  while (claimed / jobUnit == job && static_cast<int64_t>(claimed % jobUnit) < chunks) {
    if (!next.compare_exchange_weak(claimed, claimed + 1))
      continue;
    auto chunk = static_cast<int64_t>(claimed % jobUnit);
    // The first `items % chunks` chunks have one item more.
    int64_t size = items / chunks, more = items % chunks;
    int64_t first = chunk * size + std::min(chunk, more);
    (*work)(first, first + size + (chunk < more), thread);
    if (finishedChunks.fetch_add(1) + 1 == chunks && callerSleeps) {
      std::lock_guard lock(mutex);
      jobDone.notify_one();
    }
    claimed = next.load();
  }
}

void ThreadPool::waitUntilFinished(int64_t chunks) {
  for (int i = 0; i < spins; ++i) {
    if (finishedChunks.load() == chunks)
      return;
    pause();
  }
  std::unique_lock lock(mutex);
  callerSleeps = true;
  jobDone.wait(lock, [&] { return finishedChunks.load() == chunks; });
  callerSleeps = false;
}

void ThreadPool::wakeWorkers() {
  // A worker counts itself as sleeping before it looks at `next` for the last time, and `next` has been changed before
  // this looks at the count: one of the two sees the other.
  if (sleepingWorkers.load() == 0)
    return;
  std::lock_guard lock(mutex);
  jobReady.notify_all();
}

/// Until there is another job than `lastJob`; false when the pool is being destroyed.
bool ThreadPool::waitForJob(uint64_t lastJob) {
  auto ready = [&] { return stopping || next.load() / jobUnit != lastJob; };
  for (int i = 0; i < spins; ++i) {
    if (ready())
      return !stopping;
    pause();
  }
  std::unique_lock lock(mutex);
  ++sleepingWorkers;
  jobReady.wait(lock, ready);
  --sleepingWorkers;
  return !stopping;
}

void ThreadPool::workerLoop(unsigned thread) {
  uint64_t lastJob = 0;
  while (waitForJob(lastJob)) {
    uint64_t claimed = next.load();
    lastJob = claimed / jobUnit;
    help(claimed, thread);
  }
}

} // namespace tenon
