// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Graphs in files as artifacts, with what was compiled before kept in the user's cache.
#pragma once

#include "frontend/command/CompileCommand.h"

namespace tenon {

class CachedCompiler {
public:
  /// Adds --cache-dir to the command line, for all subcommands. Lives as long as it does.
  explicit CachedCompiler(CommandLine &commandLine);

  /// The artifact of the file's graph for these targets, compiled with all phases as they are. Without a cache where that
  /// cannot be used, after a warning.
  Result<std::vector<std::byte>> compile(const std::string &path, const std::vector<std::string> &targets) const;

private:
  const CommandLine &commandLine;
  std::optional<std::string> folder;
};

} // namespace tenon
