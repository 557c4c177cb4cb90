// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the command lines of `tenon` and `tenon-run` have in common.
#pragma once

#include "runtime/Result.h"

#include <CLI/CLI.hpp>
#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tenon {

/// Exit statuses of the programs.
enum ExitStatus : int { ExitSuccess = 0, ExitFailure = 1, ExitUsage = 2, ExitInterrupted = 130 };

/// A program of subcommands: results go to standard output, all else to standard error. Each subcommand, when chosen,
/// sets the action that main() then runs.
class CommandLine {
public:
  /// `name` begins each message; `versionDetails` are lines that --version prints after those of the runtime.
  CommandLine(std::string name, std::string description, std::string versionDetails = "");

  CLI::App &app() { return application; }
  /// Adds a subcommand whose help ends with an example.
  CLI::App &addCommand(const std::string &name, const std::string &description, const std::string &example);
  /// Called from a subcommand's callback.
  void setAction(std::function<Status()> action) { chosenAction = std::move(action); }

  /// Parses, runs the chosen action and returns the exit status.
  int main(int argc, char **argv);

  /// A line for people on standard error: a warning unless with -q, an explanation only with -v.
  void warn(const std::string &message) const;
  void explain(const std::string &message) const;

  /// Becomes true when the user presses Ctrl-C; a second time ends the program.
  static const std::atomic<bool> &interrupted();

private:
  void print(const char *kind, const char *color, const std::string &message) const;

  std::string name;
  CLI::App application;
  bool quiet = false, verbose = false;
  std::function<Status()> chosenAction;
};

/// Splits "name=value". A usage error of `option` where there is no '=' or either side is empty.
std::pair<std::string, std::string> splitAssignment(const std::string &option, const std::string &text);
/// All assignments of an option; naming one twice is a usage error.
std::map<std::string, std::string> readAssignments(const std::string &option, const std::vector<std::string> &texts);
/// The same where the values are sizes.
std::map<std::string, int64_t, std::less<>> readSizes(const std::string &option,
                                                      const std::vector<std::string> &texts);

} // namespace tenon
