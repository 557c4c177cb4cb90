// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parsing, messages, exit statuses, Ctrl-C.
#include "runtime/command/CommandLine.h"

#include "runtime/Version.h"
#include "runtime/artifact/ArtifactFormat.h"
#include "runtime/cpu/CpuFeatures.h"

#include <csignal>
#include <cstdio>
#include <unistd.h>

namespace tenon {

static std::atomic<bool> interruptFlag = false;
static_assert(std::atomic<bool>::is_always_lock_free, "the signal handler sets it");

static void handleInterrupt(int) {
  interruptFlag = true;
  std::signal(SIGINT, SIG_DFL);
}

const std::atomic<bool> &CommandLine::interrupted() { return interruptFlag; }

CommandLine::CommandLine(std::string programName, std::string description, std::string versionDetails)
    : name(std::move(programName)), application(std::move(description), name) {
  std::string text = name + " " + std::string(version()) + "\ncommit " + std::string(commit()) + "\nartifact schema " +
                     std::to_string(artifactSchemaVersion) + "\nCPU " + hostCpu().model + "\n" + versionDetails;
  text.pop_back(); // CLI11 ends it with a newline of its own.
  application.set_version_flag("--version", text, "Print versions and the CPU's name, and exit");
  application.add_flag("-q,--quiet", quiet, "Print nothing but results and errors");
  application.add_flag("-v,--verbose", verbose, "Say more about what is done");
  application.require_subcommand(1);
  application.fallthrough(); // The flags above may follow the subcommand.
}

CLI::App &CommandLine::addCommand(const std::string &commandName, const std::string &description,
                                  const std::string &example) {
  CLI::App *command = application.add_subcommand(commandName, description);
  command->footer("Example:\n  " + example);
  return *command;
}

void CommandLine::print(const char *kind, const char *color, const std::string &message) const {
  bool colored = ::isatty(STDERR_FILENO) && !std::getenv("NO_COLOR");
  std::fprintf(stderr, "%s: %s%s%s%s\n", name.c_str(), colored ? color : "", kind, colored ? "\033[0m" : "",
               message.c_str());
}

void CommandLine::explain(const std::string &message) const {
  if (verbose && !quiet)
    print("", "", message);
}
void CommandLine::warn(const std::string &message) const {
  if (!quiet)
    print("warning: ", "\033[35m", message);
}

int CommandLine::main(int argc, char **argv) {
  try {
    application.parse(argc, argv);
  } catch (const CLI::Success &success) { // --help, --version
    return application.exit(success);
  } catch (const CLI::ParseError &error) {
    if (application.get_subcommands().empty() && argc > 1 && argv[1][0] != '-') {
      std::string known;
      for (const CLI::App *command : application.get_subcommands([](const CLI::App *) { return true; }))
        known += (known.empty() ? "" : ", ") + command->get_name();
      print("error: ", "\033[31m", "there is no command '" + std::string(argv[1]) + "'; expected " + known + "; see " + name + " --help");
      return ExitUsage;
    }
    std::string help = name;
    for (const CLI::App *command : application.get_subcommands())
      help += " " + command->get_name();
    print("error: ", "\033[31m", std::string(error.what()) + "; see " + help + " --help");
    return ExitUsage;
  }
  std::signal(SIGINT, handleInterrupt);
  Status status = chosenAction();
  if (status.ok() && std::fflush(stdout) != 0)
    status = environmentError("standard output could not be written");
  if (status.ok())
    return ExitSuccess;
  print("error: ", "\033[31m", status.error().message);
  return status.error().kind == ErrorKind::Cancelled ? ExitInterrupted : ExitFailure;
}

std::pair<std::string, std::string> splitAssignment(const std::string &option, const std::string &text) {
  size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
    throw CLI::ValidationError(option, "expected NAME=VALUE, found '" + text + "'");
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::map<std::string, std::string> readAssignments(const std::string &option, const std::vector<std::string> &texts) {
  std::map<std::string, std::string> result;
  for (const std::string &text : texts) {
    auto [name, value] = splitAssignment(option, text);
    if (!result.emplace(name, value).second)
      throw CLI::ValidationError(option, "'" + name + "' is given twice");
  }
  return result;
}

std::map<std::string, int64_t, std::less<>> readSizes(const std::string &option,
                                                      const std::vector<std::string> &texts) {
  std::map<std::string, int64_t, std::less<>> sizes;
  for (const auto &[name, value] : readAssignments(option, texts)) {
    int64_t size = 0;
    if (!CLI::detail::lexical_cast(value, size) || size < 0)
      throw CLI::ValidationError(option, "'" + value + "' is no size");
    sizes[name] = size;
  }
  return sizes;
}

} // namespace tenon
