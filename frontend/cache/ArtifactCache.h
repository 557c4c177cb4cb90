// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Artifacts that were compiled before, kept in a folder.
#pragma once

#include "frontend/cache/CacheKey.h"
#include "runtime/FileDescriptor.h"
#include "runtime/Result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tenon {

/// A folder with one file for each artifact, named by its key. Any number of processes and threads may use it at once:
/// files appear whole and are never changed. Once it is open nothing that happens to the folder is worse than a miss.
class ArtifactCache {
public:
  /// Bytes of all entries together.
  static constexpr uint64_t defaultBound = uint64_t(1) << 30;

  /// The cache in this folder, which is made where it is missing. Errors are those of openCacheFolder().
  static Result<ArtifactCache> open(const std::string &folder, uint64_t bound = defaultBound);
  /// The user's cache: that of cacheFolder(option), bounded by TENON_CACHE_BYTES; nothing where it is turned off. Work
  /// goes on without a cache after an Environment error, which is worth a warning; InvalidArgument is a setting of the
  /// user's that makes no sense.
  static Result<std::optional<ArtifactCache>> openDefault(const std::optional<std::string> &option);

  /// The artifact of this key, verified, and now the most recently used one. What is no whole artifact is removed. What
  /// is larger than the bound is not read.
  std::optional<std::vector<std::byte>> find(const CacheKey &key) const;

  /// Stores the artifact of this key, then removes those used least recently until all together keep to the bound.
  /// Errors are worth a warning, and leave the cache as it was: Environment where the file cannot be written or is
  /// larger than the bound.
  Status insert(const CacheKey &key, std::span<const std::byte> bytes) const;

  const std::string &folder() const { return path; }

private:
  ArtifactCache(std::string path, FileDescriptor directory, uint64_t bound)
      : path(std::move(path)), directory(std::move(directory)), bound(bound) {}

  Status writeFile(const std::string &name, std::span<const std::byte> bytes) const;
  void evict(const std::string &kept) const;
  void remove(const std::string &name) const;

  std::string path; ///< for messages; files are reached through `directory`
  FileDescriptor directory;
  uint64_t bound;
};

} // namespace tenon
