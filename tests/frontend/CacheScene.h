// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A folder for each test of the compile cache, artifacts to put there, and other users to be.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace tenon::test {

/// Gives each test an empty folder of its own.
class CacheScene : public testing::Test {
protected:
  void SetUp() override;
  void TearDown() override { std::filesystem::remove_all(scene); }

  /// The path of something in this test's own folder.
  std::string at(const std::string &name) const { return scene + "/" + name; }

  std::string scene;
};

/// A small valid artifact that differs for each `number` and has `padding` bytes more than the smallest.
std::vector<std::byte> artifactBytes(unsigned number, size_t padding = 0);

/// Runs `work` in `count` processes at once, and gives whether all ended without a failed expectation. Each is told its
/// number.
bool inProcesses(unsigned count, const std::function<void(unsigned)> &work);

/// Permissions do not hold root back: the user and group to become for tests of them, where this process is root.
inline constexpr unsigned nobody = 65534;

} // namespace tenon::test
