// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writing under a temporary name and renaming.
#include "runtime/AtomicFile.h"

#include "runtime/FileDescriptor.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tenon {

static Error failure(const std::string &path, const char *what) {
  return environmentError("'" + path + "' could not be " + what + ": " + std::strerror(errno));
}

static Status writeParts(const std::string &path, const std::string &name, int flags,
                         std::initializer_list<std::span<const std::byte>> parts) {
  FileDescriptor file(::open(name.c_str(), O_WRONLY | O_CLOEXEC | flags, 0666));
  if (!file)
    return failure(path, "opened for writing");
  for (std::span<const std::byte> part : parts)
    if (!file.writeAll(part))
      return failure(path, "written");
  if (!file.close())
    return failure(path, "written");
  return {};
}

Status writeFileAtomically(const std::string &path, std::initializer_list<std::span<const std::byte>> parts) {
  struct stat status;
  std::string target = path;
  if (::stat(path.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode))
      return writeParts(path, path, 0, parts);
    // Through links, so that what is replaced is the file and not the link to it.
    if (char *resolved = ::realpath(path.c_str(), nullptr)) {
      target = resolved;
      std::free(resolved);
    }
  }
  static std::atomic<unsigned> counter = 0;
  std::string temporary = target + ".part" + std::to_string(::getpid()) + "." + std::to_string(counter++);
  if (Status status = writeParts(path, temporary, O_CREAT | O_EXCL, parts); !status.ok()) {
    ::unlink(temporary.c_str());
    return status;
  }
  if (::rename(temporary.c_str(), target.c_str()) != 0) {
    Error error = failure(path, "replaced");
    ::unlink(temporary.c_str());
    return error;
  }
  return {};
}

} // namespace tenon
