// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The thread pool does each item once, whatever the number of threads and the timing.
#include "runtime/cpu/ThreadPool.h"

#include "runtime/cpu/ThreadCount.h"

#include <chrono>
#include <gtest/gtest.h>
#include <random>

using namespace tenon;

TEST(ThreadPool, DoesEachItemOnce) {
  std::mt19937 random(1);
  for (unsigned threads : {1u, 2u, 3u, 8u}) {
    ThreadPool pool(threads);
    ASSERT_EQ(pool.threadCount(), threads);
    // Sizes change from job to job, so that a worker that is late sees the fields of another job.
    for (int job = 0; job < 3000; ++job) {
      auto count = static_cast<int64_t>(random() % 300);
      std::vector<std::atomic<int>> done(static_cast<size_t>(count));
      pool.run(count, [&](int64_t first, int64_t last, unsigned thread) {
        EXPECT_LT(thread, threads);
        for (int64_t i = first; i < last; ++i)
          ++done[static_cast<size_t>(i)];
      });
      for (const std::atomic<int> &item : done)
        ASSERT_EQ(item, 1);
    }
  }
}

TEST(ThreadPool, WakesSleepingWorkers) {
  ThreadPool pool(3);
  for (int job = 0; job < 5; ++job) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10)); // Longer than a worker spins.
    std::atomic<unsigned> present = 0;
    pool.run(3 * 16, [&](int64_t, int64_t, unsigned) {
      ++present;
      // Until each of the others has begun a chunk too; a lost wake-up would hang here.
      while (present < 3)
        std::this_thread::yield();
    });
  }
}

TEST(ThreadPool, TheCallerMaySleepUntilTheLastChunkIsDone) {
  ThreadPool pool(2);
  std::atomic<int> done = 0;
  pool.run(2, [&](int64_t, int64_t, unsigned thread) {
    if (thread)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    else
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ++done;
  });
  EXPECT_EQ(done, 2);
}

TEST(ThreadCount, OptionThenVariableThenMachine) {
  ASSERT_EQ(setenv("TENON_NUM_THREADS", "3", 1), 0);
  EXPECT_EQ(*threadCount(0), 3u);
  EXPECT_EQ(*threadCount(5), 5u);
  for (const char *bad : {"0", "-1", "two", "2x", "99999999999", ""}) {
    setenv("TENON_NUM_THREADS", bad, 1);
    Result<unsigned> result = threadCount(0);
    ASSERT_FALSE(result.ok()) << bad;
    EXPECT_NE(result.error().message.find("TENON_NUM_THREADS"), std::string::npos);
  }
  unsetenv("TENON_NUM_THREADS");
  EXPECT_GE(*threadCount(0), 1u);
  EXPECT_FALSE(threadCount(maximumThreads + 1).ok());
}
