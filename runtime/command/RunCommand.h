// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The `run` subcommand of `tenon` and `tenon-run`.
#pragma once

#include "runtime/Deviation.h"
#include "runtime/Program.h"
#include "runtime/Tensor.h"
#include "runtime/command/CommandLine.h"

#include <functional>
#include <span>
#include <vector>

namespace tenon {

/// How far an output is from the reference, or from a file.
struct CheckedOutput {
  std::string name;
  Shape shape;
  Deviation deviation;
};
using CheckReport = std::vector<CheckedOutput>;

/// What there is to check: one run of an entry of `path` from its initial states.
struct CheckRequest {
  const std::string &path;
  std::string_view entry;
  std::span<const Tensor> inputs;
  std::span<const Tensor> outputs;
};

/// Where the two programs differ.
struct RunHooks {
  /// From a path on the command line to a program.
  std::function<Result<Program>(const std::string &path, const LoadOptions &options)> load;
  /// Adds the option --check; empty in a program without a reference.
  std::function<Result<CheckReport>(const CheckRequest &request)> check;
  /// What INPUT may be, for the help text.
  std::string inputs;
};

void addRunCommand(CommandLine &commandLine, RunHooks hooks);

} // namespace tenon
