// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The folder is checked once it is open, so that what was checked is what is used.
#include "frontend/cache/CacheFolder.h"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>

namespace tenon {
namespace {

constexpr const char *remedy = "; name another folder with --cache-dir or TENON_CACHE_DIR, or do without by naming "
                               "\"off\"";

Error refuse(const std::string &path, const std::string &why) {
  return environmentError("the compile cache in '" + path + "' cannot be used: " + why + remedy);
}

std::optional<std::string> unlessOff(const std::string &text) {
  return text.empty() || text == "off" ? std::nullopt : std::optional(text);
}

/// The value of a variable that holds an absolute path, else nullptr.
const char *absolutePath(const char *variable) {
  const char *value = std::getenv(variable);
  return value && value[0] == '/' ? value : nullptr;
}

FileDescriptor openFolder(const std::string &path) {
  return FileDescriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

/// Makes what is missing of the path. What goes wrong on the way shows when the folder is opened, but for the reason of
/// the last mkdir that failed: errno, or 0.
int makeFolders(const std::string &path) {
  int problem = 0;
  for (size_t end = path.find('/', 1); problem == 0; end = path.find('/', end + 1)) {
    if (::mkdir(path.substr(0, end).c_str(), 0700) != 0 && errno != EEXIST)
      problem = errno;
    if (end == path.npos)
      break;
  }
  return problem;
}

} // namespace

Result<std::optional<std::string>> cacheFolder(const std::optional<std::string> &option) {
  if (option)
    return unlessOff(*option);
  if (const char *folder = std::getenv("TENON_CACHE_DIR"))
    return unlessOff(folder);
  if (const char *caches = absolutePath("XDG_CACHE_HOME"))
    return std::optional(std::string(caches) + "/tenon");
  if (const char *home = absolutePath("HOME"))
    return std::optional(std::string(home) + "/.cache/tenon");
  return environmentError("there is no place for the compile cache: neither XDG_CACHE_HOME nor HOME is set to an "
                          "absolute path" +
                          std::string(remedy));
}

Result<uint64_t> cacheBound(uint64_t otherwise) {
  const char *variable = std::getenv("TENON_CACHE_BYTES");
  if (!variable)
    return otherwise;
  std::string_view text(variable);
  uint64_t bytes = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  if (error != std::errc() || end != text.data() + text.size())
    return invalidArgument("TENON_CACHE_BYTES is '" + std::string(text) +
                           "', expected the size of the compile cache as a number of bytes, such as 1073741824");
  return bytes;
}

Result<FileDescriptor> openCacheFolder(const std::string &path) {
  FileDescriptor folder = openFolder(path);
  if (!folder && errno == ENOENT) {
    int problem = makeFolders(path);
    folder = openFolder(path);
    if (!folder && problem != 0)
      return refuse(path, std::string("it cannot be created: ") + std::strerror(problem));
  }
  if (!folder)
    return refuse(path, std::string("it cannot be opened: ") + std::strerror(errno));
  struct stat status;
  if (::fstat(folder.get(), &status) != 0)
    return refuse(path, std::string("it cannot be examined: ") + std::strerror(errno));
  if (status.st_uid != ::geteuid())
    return refuse(path, "it belongs to user " + std::to_string(status.st_uid) + " and this process runs as user " +
                            std::to_string(::geteuid()));
  if (status.st_mode & (S_IWGRP | S_IWOTH)) {
    char mode[16];
    std::snprintf(mode, sizeof(mode), "%04o", static_cast<unsigned>(status.st_mode & 07777));
    return refuse(path, std::string("others may write to it (its mode is ") + mode +
                            "), and so have code run as this user; give it mode 0700");
  }
  return folder;
}

} // namespace tenon
