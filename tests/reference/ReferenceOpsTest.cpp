// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Single ops, compiled, and their gradients against the values that PyTorch gives for them: the cases of ops/cases.json
// below the directory TENON_REFERENCE. Exit status 77 where there is no such directory.
#include "tests/reference/Case.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

using namespace tenon;
using namespace tenon::reference;
using nlohmann::json;

namespace {

/// Verdicts over values or gradients of a group.
struct Tally {
  std::array<unsigned, 4> counts = {};
  double worst = 0;

  unsigned of(Verdict verdict) const { return counts[size_t(verdict)]; }
  void add(const Judgement &judgement) {
    ++counts[size_t(judgement.verdict)];
    worst = std::max(worst, judgement.worst);
  }
  void add(const Tally &other) {
    for (size_t i = 0; i < counts.size(); ++i)
      counts[i] += other.counts[i];
    worst = std::max(worst, other.worst);
  }
};

struct GroupTally {
  Tally values, gradients;
};

std::string directory() {
  const char *chosen = std::getenv("TENON_REFERENCE");
  return chosen && *chosen ? chosen : TENON_SOURCE_DIR "/../shared/reference";
}

void report(const std::string &label, const char *what, const Judgement &judgement) {
  if (judgement.verdict == Verdict::Wrong)
    std::printf("WRONG: %s%s %s\n", label.c_str(), what, judgement.reason.c_str());
  else if (judgement.verdict == Verdict::NotYet)
    std::printf("not yet: %s%s: %s\n", label.c_str(), what, judgement.reason.c_str());
}

void judge(const CaseGroup &group, const json &row, const Safetensors &data, GroupTally &tally) {
  std::string label = row.at("group").get<std::string>() + "/" + row.at("case").get<std::string>();
  CaseResult result = judgeCase(group, row, data);
  if (!result.note.empty())
    std::printf("note: %s: %s\n", label.c_str(), result.note.c_str());
  report(label, "", result.values);
  report(label, ", gradients", result.gradients);
  tally.values.add(result.values);
  tally.gradients.add(result.gradients);
}

void printRow(const std::string &name, const GroupTally &tally) {
  const Tally &values = tally.values, &gradients = tally.gradients;
  std::printf("%-12s %6u %6u %8u  %8.1e %7u %6u %8u  %8.1e\n", name.c_str(), values.of(Verdict::Right),
              values.of(Verdict::Wrong), values.of(Verdict::NotYet), values.worst, gradients.of(Verdict::Right),
              gradients.of(Verdict::Wrong), gradients.of(Verdict::NotYet), gradients.worst);
}

} // namespace

int main() {
  std::string folder = directory() + "/ops/";
  if (!std::filesystem::exists(folder + "cases.json")) {
    std::printf("skipped: there is no %scases.json; set TENON_REFERENCE to a directory with reference data\n",
                folder.c_str());
    return 77;
  }
  json rows = json::parse(std::ifstream(folder + "cases.json"));
  std::map<std::string, Safetensors> data;
  std::map<std::string, GroupTally> tallies;
  std::map<std::string, unsigned> otherGroups;
  for (const json &row : rows) {
    std::string name = row.at("group");
    const CaseGroup *group = findGroup(name);
    if (!group) {
      ++otherGroups[name];
      continue;
    }
    if (!data.contains(name))
      data.emplace(name, Safetensors::open(folder + name + ".safetensors").value());
    judge(*group, row, data.at(name), tallies[name]);
  }
  for (auto &[group, count] : otherGroups)
    std::printf("not yet: %s/* (%u cases; no graph is built for this group)\n", group.c_str(), count);
  std::printf("%-12s %6s %6s %8s  %8s %7s %6s %8s  %8s\n", "group", "right", "wrong", "not yet", "error", "grads:r",
              "wrong", "not yet", "error");
  GroupTally all;
  for (auto &[group, tally] : tallies) {
    printRow(group, tally);
    all.values.add(tally.values);
    all.gradients.add(tally.gradients);
  }
  printRow("all", all);
  return all.values.of(Verdict::Wrong) != 0 || all.gradients.of(Verdict::Wrong) != 0 ||
         all.values.of(Verdict::Right) == 0;
}
