// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The compiler as users have it: a program that is started.
#pragma once

#include "runtime/Result.h"

#include <string>

namespace tenon::bench {

/// Seconds of one process from its start to its end, and of the cores that it kept busy.
struct ProcessTimes {
  double wall = 0;
  double cpu = 0;
};

/// Compiles graphs into a folder of its own, which goes with it.
class Compiler {
public:
  /// `program` is `tenon`, `graphs` the folder with the graphs. Environment where either is missing.
  static Result<Compiler> create(std::string program, std::string graphs);
  Compiler(Compiler &&other) noexcept;
  Compiler &operator=(Compiler &&) = delete;
  ~Compiler();

  /// Path of the graph's artifact for this machine; compiled when first asked for.
  Result<std::string> artifact(const std::string &graph);

  /// Compiles again, on one core and without a cache.
  Result<ProcessTimes> timeCold(const std::string &graph);
  /// The same with a cache that has the artifact.
  Result<ProcessTimes> timeWarm(const std::string &graph);

private:
  Compiler() = default;
  /// `cache` is a folder, or "off".
  Result<ProcessTimes> compile(const std::string &graph, const std::string &output, const std::string &cache) const;

  std::string program, graphs, folder;
};

} // namespace tenon::bench
