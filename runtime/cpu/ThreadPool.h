// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Threads that share the blocks of one launch at a time.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tenon {

/// `threads` - 1 workers beside the caller. Between jobs a worker spins for a bounded time, then sleeps. One thread at
/// a time may call run().
class ThreadPool {
public:
  /// At least 1 thread; fewer than asked for where the system gives no more.
  explicit ThreadPool(unsigned threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool &) = delete;
  ThreadPool &operator=(const ThreadPool &) = delete;

  unsigned threadCount() const { return static_cast<unsigned>(workers.size()) + 1; }

  /// Work on the items first <= i < last, by the thread numbered 0 <= thread < threadCount().
  using Work = std::function<void(int64_t first, int64_t last, unsigned thread)>;

  /// Calls `work` on disjoint ranges that together are 0 <= i < count, and returns when all are done. Which thread gets
  /// which range changes from run to run.
  void run(int64_t count, const Work &work);

private:
  void workerLoop(unsigned thread);
  void help(uint64_t claimed, unsigned thread);
  bool waitForJob(uint64_t lastJob);
  void wakeWorkers();
  void waitUntilFinished(int64_t chunks);

  /// The job being worked on: its number in the upper 32 bits, the next chunk to be claimed in the lower. run() closes
  /// a job, by making that chunk the largest number, before it changes the fields below, so whoever has claimed a chunk
  /// has read the fields of the right job.
  alignas(64) std::atomic<uint64_t> next = 0;
  std::atomic<int64_t> itemCount = 0;
  std::atomic<int64_t> chunkCount = 0;
  std::atomic<const Work *> currentWork = nullptr;

  alignas(64) std::atomic<int64_t> finishedChunks = 0;

  alignas(64) std::mutex mutex;
  std::condition_variable jobReady, jobDone;
  std::atomic<unsigned> sleepingWorkers = 0;
  std::atomic<bool> callerSleeps = false;
  std::atomic<bool> stopping = false;
  std::vector<std::thread> workers;
};

} // namespace tenon
