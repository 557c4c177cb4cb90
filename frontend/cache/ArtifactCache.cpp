// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Entries appear by rename and go by unlink; a file that another process has removed meanwhile is never an error.
#include "frontend/cache/ArtifactCache.h"

#include "frontend/cache/CacheFolder.h"
#include "runtime/artifact/ArtifactFile.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <string_view>
#include <sys/random.h>
#include <sys/stat.h>
#include <tuple>

namespace tenon {
namespace {

constexpr size_t keyDigits = 32;
constexpr std::string_view entrySuffix = ".tenon";
constexpr std::string_view temporarySuffix = ".part";
constexpr time_t oldestWriter = 3600; // seconds

std::string entryName(const CacheKey &key) { return key.hex() + std::string(entrySuffix); }

bool isKey(std::string_view text) {
  return text.size() == keyDigits && text.find_first_not_of("0123456789abcdef") == text.npos;
}
/// Whether this cache makes files of such names; the user's own files are left alone.
bool isEntry(std::string_view name) {
  return name.ends_with(entrySuffix) && isKey(name.substr(0, name.size() - entrySuffix.size()));
}
bool isTemporary(std::string_view name) {
  return name.ends_with(temporarySuffix) && isKey(name.substr(0, name.size() - temporarySuffix.size()));
}

/// The time in nanoseconds where the file system has them: UTIME_NOW is only as fine as the kernel's tick.
void markAsUsed(int file) {
  timespec times[2];
  times[0].tv_sec = 0;
  times[0].tv_nsec = UTIME_OMIT;
  ::clock_gettime(CLOCK_REALTIME, &times[1]);
  ::futimens(file, times);
}

/// In the form of a key, so that temporary names of processes that cannot see each other (containers) differ too.
std::string temporaryName() {
  uint64_t random[2] = {};
  if (::getrandom(random, sizeof(random), GRND_NONBLOCK) != sizeof(random))
    random[0] = static_cast<uint64_t>(::getpid()); // Two that meet: the second cannot create its file.
  char text[keyDigits + 1];
  std::snprintf(text, sizeof(text), "%016llx%016llx", static_cast<unsigned long long>(random[0]),
                static_cast<unsigned long long>(random[1]));
  return text + std::string(temporarySuffix);
}

struct Entry {
  timespec used;
  std::string name;
  uint64_t size;

  auto order() const { return std::tie(used.tv_sec, used.tv_nsec, name); }
};

} // namespace

Result<ArtifactCache> ArtifactCache::open(const std::string &folder, uint64_t bound) {
  FileDescriptor directory = TENON_TRY(openCacheFolder(folder));
  return ArtifactCache(folder, std::move(directory), bound);
}

Result<std::optional<ArtifactCache>> ArtifactCache::openDefault(const std::optional<std::string> &option) {
  std::optional<std::string> folder = TENON_TRY(cacheFolder(option));
  if (!folder)
    return std::optional<ArtifactCache>();
  uint64_t bound = TENON_TRY(cacheBound(defaultBound));
  return std::optional<ArtifactCache>(TENON_TRY(open(*folder, bound)));
}

std::optional<std::vector<std::byte>> ArtifactCache::find(const CacheKey &key) const {
  std::string name = entryName(key);
  // Non-blocking, so that opening a pipe of this name does not hang.
  FileDescriptor file(::openat(directory.get(), name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file) {
    if (errno == ELOOP) // a symbolic link
      remove(name);
    return std::nullopt;
  }
  struct stat status;
  if (::fstat(file.get(), &status) != 0)
    return std::nullopt;
  // What others may write to may have come here while the folder was still open to them.
  if (!S_ISREG(status.st_mode) || status.st_uid != ::geteuid() || (status.st_mode & (S_IWGRP | S_IWOTH))) {
    remove(name);
    return std::nullopt;
  }
  if (static_cast<uint64_t>(status.st_size) > bound)
    return std::nullopt;
  std::vector<std::byte> bytes(static_cast<size_t>(status.st_size));
  if (!file.readAll(bytes))
    return std::nullopt;
  Result<ArtifactFile> artifact = ArtifactFile::fromBytes(std::move(bytes));
  if (!artifact.ok()) {
    if (artifact.error().kind == ErrorKind::Data) // and not for want of memory
      remove(name);
    return std::nullopt;
  }
  markAsUsed(file.get());
  return std::vector<std::byte>(artifact->bytes().begin(), artifact->bytes().end());
}

Status ArtifactCache::insert(const CacheKey &key, std::span<const std::byte> bytes) const {
  std::string name = entryName(key);
  if (bytes.size() > bound)
    return environmentError("an artifact of " + std::to_string(bytes.size()) +
                            " bytes is not kept in the compile cache in '" + path + "', which holds " +
                            std::to_string(bound) + "; a larger TENON_CACHE_BYTES makes room for it");
  TENON_TRY(writeFile(name, bytes));
  evict(name);
  return {};
}

Status ArtifactCache::writeFile(const std::string &name, std::span<const std::byte> bytes) const {
  auto failure = [&] {
    return environmentError("an artifact cannot be written to the compile cache in '" + path +
                            "': " + std::strerror(errno));
  };
  std::string temporary = temporaryName();
  FileDescriptor file(::openat(directory.get(), temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file)
    return failure();
  // Not flushed to the disk: what a crash tears is found by its hashes and compiled again.
  bool done = file.writeAll(bytes);
  if (done)
    markAsUsed(file.get());
  done = done && file.close() && ::renameat(directory.get(), temporary.c_str(), directory.get(), name.c_str()) == 0;
  if (done)
    return {};
  Error error = failure();
  remove(temporary);
  return error;
}

/// Removes the least recently used entries, but not `kept`, while all together are above the bound, and temporary files
/// whose writers must be dead. Another process that does so at once chooses the same files, so that together they
/// remove no more than one would.
void ArtifactCache::evict(const std::string &kept) const {
  FileDescriptor listing(::openat(directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::unique_ptr<DIR, int (*)(DIR *)> files(listing ? ::fdopendir(listing.get()) : nullptr, ::closedir);
  if (!files)
    return;
  listing.release(); // closed by closedir
  time_t now = ::time(nullptr);
  std::vector<Entry> entries;
  uint64_t total = 0;
  while (dirent *file = ::readdir(files.get())) {
    std::string name = file->d_name;
    struct stat status;
    if ((!isEntry(name) && !isTemporary(name)) ||
        ::fstatat(directory.get(), file->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode))
      continue;
    if (isTemporary(name)) {
      if (now - status.st_mtim.tv_sec > oldestWriter)
        remove(name);
      continue;
    }
    total += static_cast<uint64_t>(status.st_size);
    if (name != kept)
      entries.push_back({status.st_mtim, std::move(name), static_cast<uint64_t>(status.st_size)});
  }
  if (total <= bound)
    return;
  std::sort(entries.begin(), entries.end(), [](const Entry &a, const Entry &b) { return a.order() < b.order(); });
  for (const Entry &entry : entries) {
    remove(entry.name);
    total -= entry.size;
    if (total <= bound)
      return;
  }
}

void ArtifactCache::remove(const std::string &name) const { ::unlinkat(directory.get(), name.c_str(), 0); }

} // namespace tenon
