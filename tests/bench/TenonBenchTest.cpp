// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The program's exit statuses and files, with a compiler that only pretends: rows of `compile/` need no more.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <sys/wait.h>

namespace fs = std::filesystem;

class TenonBench : public testing::Test {
protected:
  void SetUp() override {
    std::string name = fs::temp_directory_path() / "tenon-bench-test-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
  }
  void TearDown() override { fs::remove_all(folder); }

  /// A program that stands for `tenon`.
  std::string compiler(const std::string &body) {
    fs::path path = folder / "tenon";
    std::ofstream(path) << "#!/bin/sh\n" << body << "\n";
    fs::permissions(path, fs::perms::owner_all);
    return path;
  }

  /// Exit status; standard output and error are kept.
  int run(const std::string &arguments) {
    std::string command = "TMPDIR=" + folder.string() + " " TENON_BENCH " " + arguments + " >" +
                          (folder / "out").string() + " 2>" + (folder / "err").string();
    return WEXITSTATUS(std::system(command.c_str()));
  }
  std::string read(const char *name) const {
    std::ostringstream text;
    text << std::ifstream(folder / name).rdbuf();
    return text.str();
  }

  fs::path folder;
};

TEST_F(TenonBench, ListsRowsThatTheFilterFinds) {
  EXPECT_EQ(run("--list --filter '^chain-f32/(L2|L3)'"), 0);
  EXPECT_EQ(read("out"), "chain-f32/L2/1-thread\nchain-f32/L3/1-thread\n");
}

TEST_F(TenonBench, RefusesWrongUsage) {
  EXPECT_EQ(run("--filter '('"), 2);
  EXPECT_NE(read("err").find("no regular expression"), std::string::npos);
  EXPECT_EQ(run("--no-such-option"), 2);
  EXPECT_EQ(run("--filter nothing-like-it"), 1);
  EXPECT_NE(read("err").find("no row matches 'nothing-like-it'"), std::string::npos);
  EXPECT_EQ(run("--filter compile --tenon /nowhere/tenon"), 1);
  EXPECT_NE(read("err").find("there is no program '/nowhere/tenon'"), std::string::npos);
  EXPECT_EQ(run("--filter compile --graphs /nowhere --tenon " + compiler("exit 0")), 1);
  EXPECT_NE(read("err").find("there is no folder '/nowhere'"), std::string::npos);
}

TEST_F(TenonBench, AcceptsAndKeepsFigures) {
  std::string json = folder / "figures.json";
  int status = run("--accept --filter compile --json " + json + " --tenon " + compiler("exit 0"));
  auto figures = nlohmann::json::parse(read("figures.json"));
  EXPECT_EQ(figures["rows"].size(), 1u);
  // A shell starts in milliseconds; a machine that is too busy for that is no failure of this test.
  EXPECT_EQ(status, figures["rows"][0]["verdict"] == "pass" ? 0 : 1) << read("err");
  EXPECT_GE(figures["rows"][0]["samples"].size(), 5u);
  // The folder for temporary files is clean again.
  for (const auto &entry : fs::directory_iterator(folder))
    EXPECT_FALSE(entry.is_directory()) << entry.path();
}

TEST_F(TenonBench, MissesFailOnlyWhenAcceptanceIsAsked) {
  std::string slow = compiler("sleep 0.6");
  EXPECT_EQ(run("--filter compile --tenon " + slow), 0) << read("err");
  EXPECT_NE(read("out").find("miss"), std::string::npos);
  EXPECT_EQ(run("--filter compile --accept --tenon " + slow), 1);
  EXPECT_NE(read("err").find("1 of 1 rows miss"), std::string::npos);
}

TEST_F(TenonBench, SaysWhyARowCannotBeMeasured) {
  EXPECT_EQ(run("--filter compile --tenon " + compiler("exit 3")), 1);
  EXPECT_NE(read("out").find("failed"), std::string::npos);
  EXPECT_NE(read("err").find("could not be measured"), std::string::npos);
}
