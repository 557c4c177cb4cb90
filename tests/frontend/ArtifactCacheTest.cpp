// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The compile cache's store: what it gives back, what it throws away, and several processes at once.
#include "frontend/cache/ArtifactCache.h"

#include "tests/frontend/CacheScene.h"

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace tenon;
using namespace tenon::test;

namespace {

using Bytes = std::vector<std::byte>;

CacheKey keyOf(unsigned number) { return CacheKey("tests").add("number", std::to_string(number)); }

class Cache : public CacheScene {
protected:
  ArtifactCache openBounded(uint64_t bound = ArtifactCache::defaultBound) const {
    return ArtifactCache::open(at("cache"), bound).value();
  }
  std::string entry(const CacheKey &key) const { return at("cache/" + key.hex() + ".tenon"); }

  /// Entries and temporary files.
  size_t fileCount() const {
    return static_cast<size_t>(
        std::distance(std::filesystem::directory_iterator(at("cache")), std::filesystem::directory_iterator()));
  }
  uint64_t fileBytes() const {
    uint64_t total = 0;
    for (const auto &file : std::filesystem::directory_iterator(at("cache")))
      total += file.file_size();
    return total;
  }
  bool exists(const CacheKey &key) const { return std::filesystem::is_regular_file(entry(key)); }

  static void write(const std::string &path, const Bytes &bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  static timespec usedAt(const std::string &path) {
    struct stat status = {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mtim;
  }
  static void setUsed(const std::string &path, time_t secondsAgo) {
    const timespec times[2] = {{0, UTIME_OMIT}, {::time(nullptr) - secondsAgo, 0}};
    EXPECT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW), 0) << path;
  }
};

} // namespace

TEST_F(Cache, GivesBackWhatWasInserted) {
  ArtifactCache cache = openBounded();
  EXPECT_FALSE(cache.find(keyOf(1)).has_value());
  ASSERT_TRUE(cache.insert(keyOf(1), artifactBytes(1)).ok());
  EXPECT_EQ(cache.find(keyOf(1)), artifactBytes(1));
  EXPECT_FALSE(cache.find(keyOf(2)).has_value());
  EXPECT_EQ(openBounded().find(keyOf(1)), artifactBytes(1)) << "from a cache that is opened later";
  EXPECT_EQ(fileCount(), 1u);
  EXPECT_EQ(std::filesystem::status(entry(keyOf(1))).permissions(), std::filesystem::perms(0600));
}

TEST_F(Cache, ReplacesAnEntryOfTheSameKey) {
  ArtifactCache cache = openBounded();
  ASSERT_TRUE(cache.insert(keyOf(1), artifactBytes(1)).ok());
  ASSERT_TRUE(cache.insert(keyOf(1), artifactBytes(2)).ok());
  EXPECT_EQ(cache.find(keyOf(1)), artifactBytes(2));
  EXPECT_EQ(fileCount(), 1u);
}

TEST_F(Cache, MissesWithOtherOptions) {
  ArtifactCache cache = openBounded();
  auto key = [](const char *options) { return CacheKey().add("input", "module {}").add("options", options); };
  ASSERT_TRUE(cache.insert(key("target=x86-64-v3"), artifactBytes(1)).ok());
  EXPECT_TRUE(cache.find(key("target=x86-64-v3")).has_value());
  EXPECT_FALSE(cache.find(key("target=x86-64-v4")).has_value());
}

TEST_F(Cache, RemovesDamagedEntries) {
  ArtifactCache cache = openBounded();
  const Bytes whole = artifactBytes(1);
  Bytes flippedCode = whole, flippedMetadata = whole, truncated(whole.begin(), whole.end() - 1), longer = whole;
  flippedCode[64] ^= std::byte(1);
  flippedMetadata.back() ^= std::byte(128);
  longer.push_back(std::byte(0));
  for (const Bytes &bytes :
       {flippedCode, flippedMetadata, truncated, longer, Bytes(), Bytes(whole.begin(), whole.begin() + 64)}) {
    write(entry(keyOf(1)), bytes);
    EXPECT_FALSE(cache.find(keyOf(1)).has_value());
    EXPECT_FALSE(exists(keyOf(1)));
    ASSERT_TRUE(cache.insert(keyOf(1), whole).ok());
    EXPECT_EQ(cache.find(keyOf(1)), whole);
  }
}

TEST_F(Cache, DoesNotFollowLinks) {
  ArtifactCache cache = openBounded();
  write(at("elsewhere"), artifactBytes(1));
  std::filesystem::create_symlink(at("elsewhere"), entry(keyOf(1)));
  EXPECT_FALSE(cache.find(keyOf(1)).has_value());
  EXPECT_FALSE(std::filesystem::is_symlink(entry(keyOf(1)))) << "the link is removed";

  std::filesystem::create_symlink(at("elsewhere"), entry(keyOf(1)));
  ASSERT_TRUE(cache.insert(keyOf(1), artifactBytes(2)).ok());
  EXPECT_TRUE(exists(keyOf(1)) && !std::filesystem::is_symlink(entry(keyOf(1)))) << "the link is replaced";
  EXPECT_EQ(cache.find(keyOf(1)), artifactBytes(2));
  EXPECT_EQ(std::filesystem::file_size(at("elsewhere")), artifactBytes(1).size());
}

TEST_F(Cache, RefusesEntriesThatOthersMayWrite) {
  ArtifactCache cache = openBounded();
  for (mode_t mode : {0660, 0606}) {
    write(entry(keyOf(1)), artifactBytes(1));
    ASSERT_EQ(::chmod(entry(keyOf(1)).c_str(), mode), 0);
    EXPECT_FALSE(cache.find(keyOf(1)).has_value());
    EXPECT_FALSE(exists(keyOf(1)));
  }
  if (::geteuid() == 0) {
    write(entry(keyOf(1)), artifactBytes(1));
    ASSERT_EQ(::chown(entry(keyOf(1)).c_str(), nobody, nobody), 0);
    EXPECT_FALSE(cache.find(keyOf(1)).has_value());
  }
}

TEST_F(Cache, SurvivesWhatIsNoFile) {
  ArtifactCache cache = openBounded();
  ASSERT_EQ(::mkfifo(entry(keyOf(1)).c_str(), 0600), 0);
  EXPECT_FALSE(cache.find(keyOf(1)).has_value());
  ASSERT_EQ(::mkdir(entry(keyOf(2)).c_str(), 0700), 0);
  EXPECT_FALSE(cache.find(keyOf(2)).has_value());
  Status status = cache.insert(keyOf(2), artifactBytes(2));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::Environment);
  EXPECT_EQ(fileCount(), 1u) << "neither the pipe nor a temporary file is left";
}

TEST_F(Cache, EvictsTheLeastRecentlyUsed) {
  const uint64_t size = artifactBytes(0).size();
  ArtifactCache cache = openBounded(3 * size);
  for (unsigned i = 0; i < 3; ++i) {
    ASSERT_TRUE(cache.insert(keyOf(i), artifactBytes(i)).ok());
    setUsed(entry(keyOf(i)), 100 - i);
  }
  EXPECT_EQ(fileCount(), 3u) << "three are just within the bound";
  ASSERT_TRUE(cache.find(keyOf(0)).has_value());
  ASSERT_TRUE(cache.insert(keyOf(3), artifactBytes(3)).ok());
  EXPECT_TRUE(exists(keyOf(0)) && !exists(keyOf(1)) && exists(keyOf(2)) && exists(keyOf(3)));
  ASSERT_TRUE(cache.insert(keyOf(4), artifactBytes(4)).ok());
  EXPECT_TRUE(exists(keyOf(0)) && !exists(keyOf(2)) && exists(keyOf(3)) && exists(keyOf(4)));
}

TEST_F(Cache, EvictsAsManyAsTheNewOneNeeds) {
  const uint64_t size = artifactBytes(0).size();
  ArtifactCache cache = openBounded(4 * size);
  for (unsigned i = 0; i < 4; ++i) {
    ASSERT_TRUE(cache.insert(keyOf(i), artifactBytes(i)).ok());
    setUsed(entry(keyOf(i)), 100 - i);
  }
  ASSERT_TRUE(cache.insert(keyOf(9), artifactBytes(9, size - 64)).ok()); // Alignment makes it twice as large at most.
  EXPECT_TRUE(!exists(keyOf(0)) && !exists(keyOf(1)) && exists(keyOf(2)) && exists(keyOf(3)) && exists(keyOf(9)));
  EXPECT_LE(fileBytes(), 4 * size);
}

TEST_F(Cache, NeverEvictsWhatWasJustInserted) {
  const uint64_t size = artifactBytes(0).size();
  ArtifactCache cache = openBounded(2 * size);
  for (unsigned i = 0; i < 2; ++i) {
    ASSERT_TRUE(cache.insert(keyOf(i), artifactBytes(i)).ok());
    setUsed(entry(keyOf(i)), -1000); // As a clock that is set back leaves them: in the future.
  }
  ASSERT_TRUE(cache.insert(keyOf(2), artifactBytes(2)).ok());
  EXPECT_TRUE(exists(keyOf(2)));
  EXPECT_EQ(fileCount(), 2u);
}

TEST_F(Cache, RefusesWhatIsLargerThanTheBound) {
  const uint64_t size = artifactBytes(0).size();
  ASSERT_TRUE(openBounded().insert(keyOf(0), artifactBytes(0)).ok());
  ArtifactCache cache = openBounded(size - 1);
  Status status = cache.insert(keyOf(1), artifactBytes(1));
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message.find("TENON_CACHE_BYTES"), std::string::npos) << status.error().message;
  EXPECT_TRUE(exists(keyOf(0)) && !exists(keyOf(1))) << "the cache is as it was";
  EXPECT_FALSE(cache.find(keyOf(0)).has_value()) << "what does not fit is not read either";
}

TEST_F(Cache, MarksWhatIsFoundAsUsed) {
  ArtifactCache cache = openBounded();
  ASSERT_TRUE(cache.insert(keyOf(1), artifactBytes(1)).ok());
  setUsed(entry(keyOf(1)), 5000);
  ASSERT_TRUE(cache.find(keyOf(1)).has_value());
  EXPECT_GT(usedAt(entry(keyOf(1))).tv_sec, ::time(nullptr) - 1000);
}

TEST_F(Cache, RemovesWhatDeadWritersLeft) {
  ArtifactCache cache = openBounded();
  const std::string digits = "0123456789abcdef0123456789abcdef";
  const std::string old = at("cache/" + digits + ".part"), young = at("cache/f" + digits.substr(1) + ".part");
  const std::string foreign = at("cache/notes.part");
  for (const std::string &path : {old, young, foreign})
    write(path, Bytes(100));
  setUsed(old, 3700);
  setUsed(young, 3500);
  setUsed(foreign, 100000);
  ASSERT_TRUE(cache.insert(keyOf(1), artifactBytes(1)).ok());
  EXPECT_FALSE(std::filesystem::exists(old));
  EXPECT_TRUE(std::filesystem::exists(young));
  EXPECT_TRUE(std::filesystem::exists(foreign));
}

TEST_F(Cache, LeavesTheUsersFilesAlone) {
  ArtifactCache cache = openBounded(artifactBytes(0).size());
  const std::string digits = "0123456789abcdef0123456789abcdef";
  const std::string names[] = {"model.tenon", "0" + digits + ".tenon", digits, "G" + digits.substr(1) + ".tenon"};
  for (const std::string &name : names) {
    write(at("cache/" + name), Bytes(1 << 20));
    setUsed(at("cache/" + name), 100000);
  }
  ASSERT_TRUE(cache.insert(keyOf(0), artifactBytes(0)).ok());
  ASSERT_TRUE(cache.insert(keyOf(1), artifactBytes(1)).ok());
  for (const std::string &name : names)
    EXPECT_TRUE(std::filesystem::exists(at("cache/" + name))) << name;
  EXPECT_EQ(fileCount(), 5u);
}

TEST_F(Cache, ReadsWhereItCannotWrite) {
  ASSERT_TRUE(openBounded().insert(keyOf(1), artifactBytes(1)).ok());
  if (::geteuid() == 0) {
    for (const std::string &path : {scene, at("cache"), entry(keyOf(1))})
      ASSERT_EQ(::chown(path.c_str(), nobody, nobody), 0);
  }
  EXPECT_TRUE(inProcesses(1, [&](unsigned) {
    ASSERT_TRUE(::geteuid() != 0 || ::setuid(nobody) == 0);
    EXPECT_EQ(::chmod(at("cache").c_str(), 0500), 0);
    EXPECT_EQ(::chmod(entry(keyOf(1)).c_str(), 0400), 0);
    ArtifactCache cache = openBounded();
    EXPECT_EQ(cache.find(keyOf(1)), artifactBytes(1));
    Status status = cache.insert(keyOf(2), artifactBytes(2));
    EXPECT_FALSE(status.ok());
    EXPECT_TRUE(status.ok() || status.error().kind == ErrorKind::Environment);
    EXPECT_TRUE(status.ok() || status.error().message.ends_with("Permission denied"));
    EXPECT_EQ(::chmod(at("cache").c_str(), 0700), 0);
  }));
}

TEST_F(Cache, LeavesNothingBehindWhereTheDiskIsFull) {
  ASSERT_TRUE(openBounded().insert(keyOf(1), artifactBytes(1)).ok());
  EXPECT_TRUE(inProcesses(1, [&](unsigned) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {artifactBytes(2).size() / 2, artifactBytes(2).size() / 2};
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    Status status = openBounded().insert(keyOf(2), artifactBytes(2));
    EXPECT_TRUE(!status.ok() && status.error().message.ends_with("File too large"));
  }));
  EXPECT_TRUE(exists(keyOf(1)) && !exists(keyOf(2)));
  EXPECT_EQ(fileCount(), 1u);
}

TEST_F(Cache, OutlivesItsFolder) {
  ArtifactCache cache = openBounded();
  ASSERT_TRUE(cache.insert(keyOf(1), artifactBytes(1)).ok());
  std::filesystem::remove_all(at("cache"));
  EXPECT_FALSE(cache.find(keyOf(1)).has_value());
  EXPECT_FALSE(cache.insert(keyOf(1), artifactBytes(1)).ok());
}

namespace {
constexpr unsigned keyCount = 200;

/// What each of several processes does, every other one from the other end.
void insertAndFind(const ArtifactCache &cache, unsigned process) {
  for (unsigned i = 0; i < keyCount; ++i) {
    unsigned number = process % 2 ? keyCount - 1 - i : i;
    const Bytes expected = artifactBytes(number);
    std::optional<Bytes> found = cache.find(keyOf(number));
    EXPECT_TRUE(!found || *found == expected) << number;
    if (Status status = cache.insert(keyOf(number), expected); !status.ok())
      ADD_FAILURE() << status.error().message;
    found = cache.find(keyOf((number + process) % keyCount));
    EXPECT_TRUE(!found || *found == artifactBytes((number + process) % keyCount));
  }
}

} // namespace

TEST_F(Cache, SeveralProcessesShareIt) {
  EXPECT_TRUE(inProcesses(3, [&](unsigned process) { insertAndFind(openBounded(), process); }));
  EXPECT_EQ(fileCount(), keyCount);
  ArtifactCache cache = openBounded();
  for (unsigned i = 0; i < keyCount; ++i)
    EXPECT_EQ(cache.find(keyOf(i)), artifactBytes(i)) << i;
}

TEST_F(Cache, SeveralProcessesEvictAtOnce) {
  const uint64_t bound = 10 * artifactBytes(0).size();
  EXPECT_TRUE(inProcesses(3, [&](unsigned process) { insertAndFind(openBounded(bound), process); }));
  ASSERT_TRUE(openBounded(bound).insert(keyOf(0), artifactBytes(0)).ok());
  EXPECT_LE(fileBytes(), bound);
  EXPECT_GE(fileCount(), 1u);
}
