// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Starting `tenon compile`, timed.
#include "bench/Compiler.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sched.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace tenon::bench {
namespace fs = std::filesystem;

static std::string reasonOf(int error) { return std::strerror(error); }

/// Keeps the calling thread, and what it starts, on the core that it is on.
class OneCore {
public:
  OneCore() {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<size_t>(std::max(sched_getcpu(), 0)), &one);
    pinned = sched_getaffinity(0, sizeof(before), &before) == 0 && sched_setaffinity(0, sizeof(one), &one) == 0;
  }
  ~OneCore() {
    if (pinned)
      sched_setaffinity(0, sizeof(before), &before);
  }
  OneCore(const OneCore &) = delete;
  OneCore &operator=(const OneCore &) = delete;

  bool works() const { return pinned; }

private:
  cpu_set_t before;
  bool pinned = false;
};

/// What the program says goes to standard error.
static Result<ProcessTimes> runProgram(const std::vector<std::string> &arguments) {
  std::vector<char *> pointers;
  for (const std::string &argument : arguments)
    pointers.push_back(const_cast<char *>(argument.c_str()));
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  auto start = std::chrono::steady_clock::now();
  pid_t process = 0;
  int error = posix_spawn(&process, pointers[0], &files, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (error)
    return environmentError("'" + arguments[0] + "' does not start: " + reasonOf(error));
  int state = 0;
  rusage usage = {};
  while (wait4(process, &state, 0, &usage) < 0)
    if (errno != EINTR)
      return environmentError("waiting for '" + arguments[0] + "' failed: " + reasonOf(errno));
  ProcessTimes times;
  times.wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  for (const timeval &part : {usage.ru_utime, usage.ru_stime})
    times.cpu += static_cast<double>(part.tv_sec) + static_cast<double>(part.tv_usec) * 1e-6;
  if (!WIFEXITED(state) || WEXITSTATUS(state) != 0) {
    std::string command;
    for (const std::string &argument : arguments)
      command += (command.empty() ? "" : " ") + argument;
    return dataError("'" + command + "' failed, as it says above");
  }
  return times;
}

Result<Compiler> Compiler::create(std::string program, std::string graphs) {
  if (access(program.c_str(), X_OK) != 0)
    return environmentError("there is no program '" + program + "'; --tenon names the compiler");
  std::error_code error;
  if (!fs::is_directory(graphs, error))
    return environmentError("there is no folder '" + graphs + "'; name the one with the graphs by --graphs");
  std::string folder = fs::temp_directory_path(error).string() + "/tenon-bench-XXXXXX";
  if (error || !mkdtemp(folder.data()))
    return environmentError("no folder can be made below the one for temporary files: " + reasonOf(errno));
  Compiler compiler;
  compiler.program = std::move(program);
  compiler.graphs = std::move(graphs);
  compiler.folder = std::move(folder);
  return compiler;
}

Compiler::Compiler(Compiler &&other) noexcept
    : program(std::move(other.program)), graphs(std::move(other.graphs)),
      folder(std::exchange(other.folder, std::string())) {}

Compiler::~Compiler() {
  std::error_code ignored;
  if (!folder.empty())
    fs::remove_all(folder, ignored);
}

Result<ProcessTimes> Compiler::compile(const std::string &graph, const std::string &output,
                                       const std::string &cache) const {
  return runProgram({program, "compile", graphs + "/" + graph + ".mlir", "-o", output, "--cache-dir", cache});
}

Result<std::string> Compiler::artifact(const std::string &graph) {
  std::string path = folder + "/" + graph + ".tenon";
  if (access(path.c_str(), R_OK) != 0)
    TENON_TRY(compile(graph, path, "off"));
  return path;
}

Result<ProcessTimes> Compiler::timeCold(const std::string &graph) {
  OneCore core;
  if (!core.works())
    return environmentError("the compiler cannot be kept on one core: " + reasonOf(errno));
  return compile(graph, folder + "/cold.tenon", "off");
}

Result<ProcessTimes> Compiler::timeWarm(const std::string &graph) {
  std::string cache = folder + "/cache", path = folder + "/warm.tenon";
  if (access(path.c_str(), R_OK) != 0)
    TENON_TRY(compile(graph, path, cache));
  OneCore core;
  if (!core.works())
    return environmentError("the compiler cannot be kept on one core: " + reasonOf(errno));
  return compile(graph, path, cache);
}

} // namespace tenon::bench
