// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What makes keys of the compile cache differ, and what must not.
#include "frontend/cache/CacheKey.h"

#include "runtime/Version.h"
#include "tests/frontend/CacheScene.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <set>
#include <sys/stat.h>

using namespace tenon;
using namespace tenon::test;

namespace {

/// Loads a module that was built beside this test, and unloads it.
class Loaded {
public:
  explicit Loaded(const std::string &path) : handle(::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    EXPECT_NE(handle, nullptr) << ::dlerror();
  }
  ~Loaded() {
    if (handle)
      ::dlclose(handle);
  }

private:
  void *handle;
};

class CompilerIdentity : public CacheScene {};

bool contains(const std::string &text, const std::string &part) { return text.find(part) != text.npos; }

} // namespace

TEST(CacheKey, IsAFunctionOfItsParts) {
  auto key = [](const char *target) { return CacheKey().add("input", "module {}").add("target", target).hex(); };
  EXPECT_EQ(key("x86-64-v3"), key("x86-64-v3"));
  EXPECT_NE(key("x86-64-v3"), key("x86-64-v4"));
  EXPECT_EQ(key("x86-64-v3").size(), 32u);
  EXPECT_EQ(key("x86-64-v3").find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(CacheKey, PartsDoNotRunTogether) {
  std::string zero(1, '\0');
  std::set<std::string> keys = {
      CacheKey().hex(),
      CacheKey().add("", "").hex(),
      CacheKey().add("", "").add("", "").hex(),
      CacheKey().add("a", "bc").hex(),
      CacheKey().add("ab", "c").hex(),
      CacheKey().add("abc", "").hex(),
      CacheKey().add("", "abc").hex(),
      CacheKey().add("a", "b").add("c", "").hex(),
      CacheKey().add("a", "").add("b", "c").hex(),
      CacheKey().add("c", "").add("a", "b").hex(),
      CacheKey().add("a", "bc" + zero).hex(),
      CacheKey().add("target", "x86-64-v3").add("target", "x86-64-v4").hex(),
      CacheKey().add("target", "x86-64-v3x86-64-v4").hex(),
      CacheKey().add("target", "x86-64-v3target").add("x86-64-v4", "").hex(),
  };
  EXPECT_EQ(keys.size(), 14u);
}

TEST(CacheKey, DependsOnTheCompiler) {
  EXPECT_EQ(CacheKey("one").hex(), CacheKey("one").hex());
  EXPECT_NE(CacheKey("one").hex(), CacheKey("two").hex());
  EXPECT_EQ(CacheKey().hex(), CacheKey(compilerIdentity()).hex());
}

TEST_F(CompilerIdentity, NamesVersionAndProgram) {
  std::string identity = compilerIdentity();
  EXPECT_TRUE(contains(identity, std::string(version()) + " " + std::string(commit()) + "\n")) << identity;
  EXPECT_TRUE(contains(identity, "program: build id " PROGRAM_BUILD_ID "\n")) << identity;
}

TEST_F(CompilerIdentity, TakesBuildIdsOfTheCompilersObjects) {
  std::string before = compilerIdentity();
  Loaded object(COMPILER_OBJECT), bystander(BYSTANDER_OBJECT);
  std::string after = compilerIdentity();
  EXPECT_TRUE(contains(after, "libTenonLoaded.so: build id " COMPILER_BUILD_ID "\n")) << after;
  EXPECT_FALSE(contains(after, "bystander")) << after;
  EXPECT_FALSE(contains(before, "libTenonLoaded")) << before;
  EXPECT_NE(CacheKey(before).hex(), CacheKey(after).hex());
}

TEST_F(CompilerIdentity, TakesTheFileOfAnObjectWithoutBuildId) {
  const std::string path = at("libtenon.so");
  std::filesystem::copy_file(ANONYMOUS_OBJECT, path);
  Loaded object(path);
  std::string before = compilerIdentity();
  struct stat status;
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_TRUE(contains(before, path + " size " + std::to_string(status.st_size) + " changed ")) << before;
  EXPECT_EQ(before, compilerIdentity());

  const timespec later[2] = {{0, UTIME_OMIT}, {status.st_mtim.tv_sec + 1, status.st_mtim.tv_nsec}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), later, 0), 0);
  EXPECT_NE(before, compilerIdentity());
  std::filesystem::remove(path);
  EXPECT_NE(compilerIdentity(), compilerIdentity()) << "what cannot be told apart must not be taken for the same";
}
