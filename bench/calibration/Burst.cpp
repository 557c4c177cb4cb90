// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Timed bursts on one thread and on several.
#include "bench/calibration/Burst.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <system_error>
#include <thread>

namespace tenon::bench {

double median(std::vector<double> values) {
  if (values.empty())
    return 0;
  size_t middle = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(middle), values.end());
  double upper = values[middle];
  if (values.size() % 2)
    return upper;
  return (upper + *std::max_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(middle))) / 2;
}

double medianBurst(double seconds, const std::function<void()> &burst) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> times;
  Clock::time_point begin = Clock::now(), start = begin;
  do {
    burst();
    Clock::time_point end = Clock::now();
    times.push_back(std::chrono::duration<double>(end - start).count());
    start = end;
  } while (times.size() < 3 || std::chrono::duration<double>(start - begin).count() < seconds);
  return median(std::move(times));
}

Result<std::vector<double>> medianBursts(unsigned threads, double seconds,
                                         const std::function<void(unsigned thread)> &burst) {
  std::vector<double> times(threads);
  std::atomic<unsigned> waiting = threads;
  std::atomic<bool> given = true;
  auto work = [&](unsigned thread) {
    // All begin together, as the medians are to be of work side by side.
    --waiting;
    while (waiting > 0 && given)
      std::this_thread::yield();
    if (given)
      times[thread] = medianBurst(seconds, [&] { burst(thread); });
  };
  std::vector<std::thread> workers;
  try {
    for (unsigned thread = 1; thread < threads; ++thread)
      workers.emplace_back(work, thread);
  } catch (const std::system_error &) {
    given = false;
  }
  work(0);
  for (std::thread &worker : workers)
    worker.join();
  if (!given)
    return environmentError("the system gives fewer than " + std::to_string(threads) + " threads; ask for fewer");
  return times;
}

} // namespace tenon::bench
