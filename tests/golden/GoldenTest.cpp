// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Artifacts of earlier versions load and give the numbers that were recorded with them. README.md tells of their files.
#include "runtime/Deviation.h"
#include "runtime/Npy.h"
#include "runtime/Session.h"
#include "runtime/cpu/CpuFeatures.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

using namespace tenon;
namespace fs = std::filesystem;

namespace {

/// What is in a folder, in the order of names.
std::vector<fs::path> listFolder(const fs::path &folder) {
  std::vector<fs::path> paths(fs::directory_iterator(folder), {});
  std::ranges::sort(paths);
  return paths;
}

/// Of all schema versions that were ever released.
std::vector<fs::path> listModels() {
  std::vector<fs::path> models;
  for (const fs::path &version : listFolder(TENON_GOLDEN))
    if (fs::is_directory(version) && version.filename().string().starts_with("schema-"))
      for (const fs::path &model : listFolder(version))
        models.push_back(model);
  return models;
}

class Golden : public testing::TestWithParam<std::tuple<fs::path, Device>> {
protected:
  /// A folder `<number>-<entry>`: runs the entry on the tensors of `in`, and holds its outputs against those of
  /// `expected`, or its error against `error.txt`.
  static void call(Session &session, const Program &program, const fs::path &folder) {
    SCOPED_TRACE(folder);
    std::string name = folder.filename().string();
    const EntryDescription &entry = *program.entry(name.substr(name.find('-') + 1)).value();
    std::vector<Tensor> inputs;
    for (const TensorDescription &input : entry.inputs)
      inputs.push_back(read(folder / "in", input.name));
    Result<std::vector<Tensor>> outputs = session.run(entry.name, inputs);
    if (fs::exists(folder / "error.txt")) {
      std::string expected;
      std::getline(std::ifstream(folder / "error.txt"), expected);
      ASSERT_FALSE(outputs.ok());
      EXPECT_NE(outputs.error().message.find(expected), std::string::npos) << outputs.error().message;
      return;
    }
    ASSERT_TRUE(outputs.ok()) << outputs.error().message;
    for (size_t i = 0; i < entry.outputs.size(); ++i) {
      const std::string &output = entry.outputs[i].name;
      Tensor allowed = read(folder / "allowed", output);
      Deviation deviation = compareTensors(output, (*outputs)[i], read(folder / "expected", output), &allowed).value();
      EXPECT_TRUE(deviation.isWithin) << output << " differs by " << deviation.difference << " at element "
                                      << deviation.position << ", allowed are " << deviation.allowed;
    }
  }

private:
  static Tensor read(const fs::path &folder, const std::string &name) {
    return readNpy((folder / (name + ".npy")).string()).value();
  }
};

/// "schema_1_product_sim".
std::string testName(const testing::TestParamInfo<Golden::ParamType> &info) {
  const auto &[model, device] = info.param;
  std::string name = model.parent_path().filename().string() + "_" + model.filename().string();
  std::ranges::replace(name, '-', '_');
  return name + (device == Device::Cpu ? "_cpu" : "_sim");
}

INSTANTIATE_TEST_SUITE_P(Artifacts, Golden,
                         testing::Combine(testing::ValuesIn(listModels()), testing::Values(Device::Cpu, Device::Sim)),
                         testName);

} // namespace

TEST_P(Golden, GivesTheRecordedNumbers) {
  auto [model, device] = GetParam();
  if (device == Device::Cpu && !hostCpu().features.contains("avx2"))
    GTEST_SKIP() << "this CPU lacks AVX2";
  Result<Program> program = Program::load((model / "model.tenon").string(), {.device = device});
  ASSERT_TRUE(program.ok()) << program.error().message;
  Session session = Session::create(*program).value();
  int calls = 0;
  for (const fs::path &folder : listFolder(model))
    if (fs::is_directory(folder)) {
      call(session, *program, folder);
      ++calls;
    }
  EXPECT_GT(calls, 0);
}
