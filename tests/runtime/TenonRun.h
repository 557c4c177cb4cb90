// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The program tenon-run, called as a user calls it. TENON_RUN is its path.
#pragma once

#include "runtime/AtomicFile.h"
#include "tests/runtime/TestArtifact.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tenon::test {

struct Outcome {
  int status = -1;
  std::string out, err;
};

/// A folder of its own for each test, with the sample artifact in it.
class TenonRun : public testing::Test {
protected:
  void SetUp() override {
    folder = (std::filesystem::path(testing::TempDir()) / ("tenon-run." + std::to_string(::getpid()))).string();
    std::filesystem::create_directory(folder);
    model = folder + "/model.tenon";
    writeModel(sampleBytes());
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  void writeModel(const std::vector<std::byte> &bytes) const { ASSERT_TRUE(writeFileAtomically(model, {bytes}).ok()); }

  /// Arguments are split at spaces by the shell; `environment` is "NAME=value ...".
  Outcome run(const std::string &arguments, const std::string &environment = "") const {
    std::string out = folder + "/out", err = folder + "/err";
    int status = std::system((environment + " " + TENON_RUN + " " + arguments + " >" + out + " 2>" + err).c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text(out), text(err)};
  }

  std::string file(const std::string &name) const { return folder + "/" + name; }
  static std::string text(const std::string &path) {
    std::ifstream stream(path);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  std::string folder, model;
};

#define EXPECT_CONTAINS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

} // namespace tenon::test
