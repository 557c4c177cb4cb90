// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Measures the largest errors of the elementary functions: with all 2^32 inputs of a float function of one argument,
// 10^8 samples of the others; or COUNT samples of all. Prints a row of docs/math-functions.md for each. Run by hand:
//   math_exhaustive [--count COUNT] [--threads N] [--type f32|f64] [FUNCTION...]
#include "tests/math/Functions.h"
#include "tests/math/Samples.h"
#include "tests/math/Ulp.h"
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

using namespace tenon::math;

namespace {

struct Options {
  std::uint64_t count = 0;
  std::uint64_t sampled() const { return count ? count : 100'000'000; }
  unsigned threads = 2;
  std::string type;
  std::vector<std::string> names;
};

struct Worst {
  double error = 0, x = 0, y = 0;
  void merge(const Worst &other) {
    if (other.error > error)
      *this = other;
  }
};

constexpr std::size_t kBlock = 4096;

/// Runs `block(index, worst)` for all indices below `blocks`, with a progress line on standard error.
template <class F> Worst runBlocks(const Options &options, const char *name, std::uint64_t blocks, F block) {
  std::atomic<std::uint64_t> next = 0;
  std::vector<Worst> worst(options.threads);
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < options.threads; ++t)
    threads.emplace_back([&, t] {
      for (std::uint64_t i; (i = next++) < blocks;)
        block(i, worst[t]);
    });
  while (next < blocks) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    std::fprintf(stderr, "\r%-8s %3" PRIu64 "%%", name, std::min(next.load(), blocks) * 100 / blocks);
  }
  for (auto &thread : threads)
    thread.join();
  std::fprintf(stderr, "\r%-14s\r", "");
  Worst all;
  for (const Worst &w : worst)
    all.merge(w);
  return all;
}

template <class T> void measure(const Options &options, const Unary<T> &function) {
  bool all = sizeof(T) == 4 && !options.count;
  std::uint64_t blocks = all ? (std::uint64_t(1) << 32) / kBlock : options.sampled() / kBlock;
  Worst worst = runBlocks(options, function.name, blocks, [&](std::uint64_t index, Worst &mine) {
    T x[kBlock], result[kBlock];
    Samples<T> samples(index);
    for (std::size_t i = 0; i < kBlock; ++i)
      x[i] = all ? fromIndex<T>(index * kBlock + i) : samples.next();
    function.evaluate(x, result, kBlock);
    for (std::size_t i = 0; i < kBlock; ++i)
      mine.merge({ulpError(result[i], function.reference(x[i])), double(x[i])});
  });
  std::printf("| %s | %s | %s | %.3f | %a | %d |\n", function.name, sizeof(T) == 4 ? "f32" : "f64",
              all ? "all" : std::to_string(blocks * kBlock).c_str(), worst.error, worst.x, function.operations);
  std::fflush(stdout);
}

template <class T> void measure(const Options &options, const Binary<T> &function) {
  Worst worst = runBlocks(options, function.name, options.sampled() / kBlock, [&](std::uint64_t index, Worst &mine) {
    T x[kBlock], y[kBlock], result[kBlock];
    Samples<T> samples(index);
    for (std::size_t i = 0; i < kBlock; ++i)
      samples.nextPair(x[i], y[i]);
    function.evaluate(x, y, result, kBlock);
    for (std::size_t i = 0; i < kBlock; ++i)
      mine.merge({ulpError(result[i], function.reference(x[i], y[i])), double(x[i]), double(y[i])});
  });
  std::printf("| %s | %s | %" PRIu64 " | %.3f | %a, %a | %d |\n", function.name, sizeof(T) == 4 ? "f32" : "f64",
              options.sampled() / kBlock * kBlock, worst.error, worst.x, worst.y, function.operations);
  std::fflush(stdout);
}

template <class T> void measureAll(const Options &options) {
  auto wanted = [&](const char *name) {
    return options.names.empty() || std::find(options.names.begin(), options.names.end(), name) != options.names.end();
  };
  for (const auto &function : unaryFunctions<T>())
    if (wanted(function.name))
      measure(options, function);
  for (const auto &function : binaryFunctions<T>())
    if (wanted(function.name))
      measure(options, function);
}

} // namespace

int main(int argc, char **argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    bool takesValue = argument == "--count" || argument == "--threads" || argument == "--type";
    if (takesValue && i + 1 == argc) {
      std::fprintf(stderr, "math_exhaustive: %s needs a value\n", argv[i]);
      return 2;
    }
    if (argument == "--count")
      options.count = std::strtoull(argv[++i], nullptr, 10);
    else if (argument == "--threads")
      options.threads = std::clamp(std::atoi(argv[++i]), 1, 256);
    else if (argument == "--type")
      options.type = argv[++i];
    else
      options.names.push_back(argument);
  }
  std::printf("| function | type | inputs | largest error, ULP | at | operations |\n|---|---|---|---|---|---|\n");
  if (options.type != "f64")
    measureAll<float>(options);
  if (options.type != "f32")
    measureAll<double>(options);
}
