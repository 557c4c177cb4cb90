// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the compile cache is, and which folders it refuses.
#include "frontend/cache/CacheFolder.h"

#include "frontend/cache/ArtifactCache.h"
#include "tests/frontend/CacheScene.h"

#include <cstdlib>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace tenon;
using namespace tenon::test;

namespace {

class CacheFolder : public CacheScene {
protected:
  void SetUp() override {
    CacheScene::SetUp();
    for (const char *variable : {"TENON_CACHE_DIR", "TENON_CACHE_BYTES", "XDG_CACHE_HOME", "HOME"})
      ::unsetenv(variable);
    ::umask(022);
  }

  static void set(const char *variable, const std::string &value) { ::setenv(variable, value.c_str(), 1); }

  /// The folder, "off", or the error.
  static std::string chosen(const std::optional<std::string> &option = {}) {
    Result<std::optional<std::string>> folder = cacheFolder(option);
    return folder.ok() ? folder->value_or("off") : "error: " + folder.error().message;
  }

  static mode_t modeOf(const std::string &path) {
    struct stat status = {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777;
  }

  /// What opening the folder says, or "opened".
  static std::string opened(const std::string &path) {
    Result<ArtifactCache> cache = ArtifactCache::open(path);
    if (cache.ok())
      return "opened";
    EXPECT_EQ(cache.error().kind, ErrorKind::Environment);
    return cache.error().message;
  }
};

#define EXPECT_CONTAINS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

} // namespace

TEST_F(CacheFolder, TakesTheFirstThatIsGiven) {
  EXPECT_CONTAINS(chosen(), "neither XDG_CACHE_HOME nor HOME");
  set("HOME", "/home/u");
  EXPECT_EQ(chosen(), "/home/u/.cache/tenon");
  set("XDG_CACHE_HOME", "/xdg");
  EXPECT_EQ(chosen(), "/xdg/tenon");
  set("TENON_CACHE_DIR", "variable");
  EXPECT_EQ(chosen(), "variable");
  EXPECT_EQ(chosen("option"), "option");
}

TEST_F(CacheFolder, IsTurnedOffByOptionOrVariable) {
  set("HOME", "/home/u");
  set("TENON_CACHE_DIR", "off");
  EXPECT_EQ(chosen(), "off");
  EXPECT_EQ(chosen("option"), "option");
  set("TENON_CACHE_DIR", "");
  EXPECT_EQ(chosen(), "off");
  set("TENON_CACHE_DIR", "variable");
  EXPECT_EQ(chosen(""), "off");
  EXPECT_EQ(chosen("off"), "off");
  EXPECT_EQ(chosen("./off"), "./off");
  EXPECT_FALSE(ArtifactCache::openDefault("off").value().has_value());
}

TEST_F(CacheFolder, IgnoresRelativeHomes) {
  set("XDG_CACHE_HOME", "relative");
  set("HOME", "");
  EXPECT_CONTAINS(chosen(), "neither XDG_CACHE_HOME nor HOME");
  EXPECT_EQ(ArtifactCache::openDefault({}).error().kind, ErrorKind::Environment);
  set("HOME", "/home/u");
  EXPECT_EQ(chosen(), "/home/u/.cache/tenon");
}

TEST_F(CacheFolder, IsMadeForTheUserAlone) {
  set("HOME", at("home"));
  ArtifactCache cache = ArtifactCache::openDefault({}).value().value();
  EXPECT_EQ(cache.folder(), at("home/.cache/tenon"));
  EXPECT_EQ(modeOf(at("home/.cache/tenon")), 0700u);
  EXPECT_EQ(modeOf(at("home/.cache")), 0700u);
  EXPECT_EQ(opened(at("home/.cache/tenon")), "opened") << "a folder that is there already";
  EXPECT_EQ(opened(at("a//b/")), "opened");
}

TEST_F(CacheFolder, MayBeReadableAndBehindALink) {
  std::filesystem::create_directory(at("readable"));
  ASSERT_EQ(modeOf(at("readable")), 0755u);
  EXPECT_EQ(opened(at("readable")), "opened");
  std::filesystem::create_directory_symlink(at("readable"), at("link"));
  EXPECT_EQ(opened(at("link")), "opened");
}

TEST_F(CacheFolder, IsRefusedWhereOthersMayWrite) {
  for (mode_t mode : {0770, 0707, 0777, 01777}) {
    std::filesystem::create_directory(at("folder"));
    ASSERT_EQ(::chmod(at("folder").c_str(), mode), 0);
    EXPECT_CONTAINS(opened(at("folder")), "others may write to it");
    std::filesystem::remove(at("folder"));
  }
}

TEST_F(CacheFolder, IsRefusedWhereItBelongsToAnother) {
  std::string folder = "/"; // root's, where this process is not root
  if (::geteuid() == 0) {
    folder = at("folder");
    ASSERT_EQ(::mkdir(folder.c_str(), 0700), 0);
    ASSERT_EQ(::chown(folder.c_str(), nobody, nobody), 0);
  }
  EXPECT_CONTAINS(opened(folder), "it belongs to user ");
}

TEST_F(CacheFolder, IsRefusedWhereItCannotBe) {
  std::ofstream(at("file")) << "text";
  EXPECT_CONTAINS(opened(at("file")), "it cannot be opened: Not a directory");
  EXPECT_CONTAINS(opened(at("file/below")), "Not a directory");
  EXPECT_CONTAINS(opened("/proc/tenon/cache"), "it cannot be created: No such file or directory");
  EXPECT_CONTAINS(opened(""), "No such file or directory");
  ASSERT_EQ(::chown(scene.c_str(), ::geteuid() ? ::geteuid() : nobody, static_cast<gid_t>(-1)), 0);
  EXPECT_TRUE(inProcesses(1, [&](unsigned) {
    ASSERT_TRUE(::geteuid() != 0 || ::setuid(nobody) == 0);
    EXPECT_EQ(::chmod(scene.c_str(), 0500), 0);
    EXPECT_CONTAINS(opened(at("missing")), "it cannot be created: Permission denied");
    EXPECT_EQ(::chmod(scene.c_str(), 0700), 0);
  }));
}

TEST_F(CacheFolder, HasTheBoundOfTheVariable) {
  EXPECT_EQ(cacheBound(7).value(), 7u);
  set("TENON_CACHE_BYTES", "123456789012");
  EXPECT_EQ(cacheBound(7).value(), 123456789012u);
  for (const char *text : {"", "1G", "-1", " 1", "1 ", "99999999999999999999"}) {
    set("TENON_CACHE_BYTES", text);
    Result<uint64_t> bound = cacheBound(7);
    ASSERT_FALSE(bound.ok()) << text;
    EXPECT_EQ(bound.error().kind, ErrorKind::InvalidArgument);
    EXPECT_CONTAINS(bound.error().message, "TENON_CACHE_BYTES is '" + std::string(text) + "'");
    EXPECT_FALSE(ArtifactCache::openDefault(at("cache")).ok());
  }
}
