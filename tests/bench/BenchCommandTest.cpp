// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Exit statuses and files of the subcommand, with a compiler that only pretends: rows of `compile/` need no more.
#include "bench/BenchCommand.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>

namespace fs = std::filesystem;

class BenchCommand : public testing::Test {
protected:
  void SetUp() override {
    std::string name = fs::temp_directory_path() / "bench-command-test-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
    setenv("TMPDIR", name.c_str(), 1);
  }
  void TearDown() override {
    unsetenv("TMPDIR");
    fs::remove_all(folder);
  }

  /// A program that stands for `tenon`.
  std::string compiler(const std::string &body) {
    fs::path path = folder / "tenon";
    std::ofstream(path) << "#!/bin/sh\n" << body << "\n";
    fs::permissions(path, fs::perms::owner_all);
    return path;
  }

  /// Exit status; standard output and error are kept.
  int run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"tenon", "bench"});
    std::vector<char *> pointers;
    for (std::string &argument : arguments)
      pointers.push_back(argument.data());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    tenon::CommandLine commandLine("tenon", "");
    tenon::addBenchCommand(commandLine);
    int status = commandLine.main(static_cast<int>(pointers.size()), pointers.data());
    out = testing::internal::GetCapturedStdout();
    err = testing::internal::GetCapturedStderr();
    return status;
  }
  std::string read(const char *name) const {
    std::ostringstream text;
    text << std::ifstream(folder / name).rdbuf();
    return text.str();
  }

  fs::path folder;
  std::string out, err;
};

TEST_F(BenchCommand, ListsRowsThatTheFilterFinds) {
  EXPECT_EQ(run({"--list", "--filter", "^chain-f32/(L2|L3)"}), 0);
  EXPECT_EQ(out, "chain-f32/L2/1-thread\nchain-f32/L3/1-thread\n");
}

TEST_F(BenchCommand, RefusesWrongUsage) {
  EXPECT_EQ(run({"--filter", "("}), 2);
  EXPECT_NE(err.find("no regular expression"), std::string::npos);
  EXPECT_EQ(run({"--no-such-option"}), 2);
  EXPECT_EQ(run({"--filter", "nothing-like-it"}), 1);
  EXPECT_NE(err.find("no row matches 'nothing-like-it'"), std::string::npos);
  EXPECT_EQ(run({"--filter", "compile", "--tenon", "/nowhere/tenon"}), 1);
  EXPECT_NE(err.find("there is no program '/nowhere/tenon'"), std::string::npos);
  EXPECT_EQ(run({"--filter", "compile", "--graphs", "/nowhere", "--tenon", compiler("exit 0")}), 1);
  EXPECT_NE(err.find("there is no folder '/nowhere'"), std::string::npos);
}

TEST_F(BenchCommand, AcceptsAndKeepsFigures) {
  std::string json = folder / "figures.json";
  int status = run({"--accept", "--filter", "cold", "--json", json, "--tenon", compiler("exit 0")});
  auto figures = nlohmann::json::parse(read("figures.json"));
  EXPECT_EQ(figures["rows"].size(), 1u);
  // A shell starts in milliseconds; a machine that is too busy for that is no failure of this test.
  EXPECT_EQ(status, figures["rows"][0]["verdict"] == "pass" ? 0 : 1) << err;
  EXPECT_GE(figures["rows"][0]["samples"].size(), 5u);
  // The folder for temporary files is clean again.
  for (const auto &entry : fs::directory_iterator(folder))
    EXPECT_FALSE(entry.is_directory()) << entry.path();
}

TEST_F(BenchCommand, MissesFailOnlyWhenAcceptanceIsAsked) {
  std::string slow = compiler("sleep 0.6");
  EXPECT_EQ(run({"--filter", "cold", "--tenon", slow}), 0) << err;
  EXPECT_NE(out.find("miss"), std::string::npos);
  EXPECT_EQ(run({"--filter", "cold", "--accept", "--tenon", slow}), 1);
  EXPECT_NE(err.find("1 of 1 rows miss"), std::string::npos);
  // Once in the table, and last.
  EXPECT_LT(out.find("compile/"), out.find("misses:"));
  EXPECT_LT(out.find("misses:"), out.rfind("compile/"));
}

TEST_F(BenchCommand, SaysWhyARowCannotBeMeasured) {
  EXPECT_EQ(run({"--filter", "cold", "--tenon", compiler("exit 3")}), 1);
  EXPECT_NE(out.find("failed"), std::string::npos);
  EXPECT_NE(err.find("could not be measured"), std::string::npos);
}
