// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The simulator through its entry points, for tests.
#include "tests/sim/Simulator.h"
#include <fstream>
#include <sstream>

namespace tenon::sim {

void SimulatorTest::SetUp() {
  ASSERT_EQ(cuInit(0), CUDA_SUCCESS);
  ASSERT_EQ(cuCtxCreate_v2(&context, 0, 0), CUDA_SUCCESS);
  ASSERT_EQ(tenonSimConfigure("threads=2,cp-async=late,race-check=on,bank-conflicts=off,instruction-limit=10000000"),
            CUDA_SUCCESS);
}

void SimulatorTest::TearDown() {
  if (module)
    EXPECT_EQ(cuModuleUnload(module), CUDA_SUCCESS);
  EXPECT_EQ(cuCtxDestroy_v2(context), CUDA_SUCCESS);
}

static std::string withHeader(const std::string &text) {
  return text.find(".version") == std::string::npos ? ".version 7.0\n.target sm_80\n.address_size 64\n" + text : text;
}

void SimulatorTest::load(const std::string &text) {
  if (module)
    ASSERT_EQ(cuModuleUnload(module), CUDA_SUCCESS);
  module = nullptr;
  ASSERT_EQ(cuModuleLoadDataEx(&module, withHeader(text).c_str(), 0, nullptr, nullptr), CUDA_SUCCESS)
      << tenonSimLastReport();
}

void SimulatorTest::loadFile(const std::string &name) {
  std::ifstream file(TENON_SIM_KERNELS "/" + name);
  ASSERT_TRUE(file) << name;
  std::ostringstream text;
  text << file.rdbuf();
  load(text.str());
}

std::string SimulatorTest::refusal(const std::string &text) {
  CUmodule refused = nullptr;
  EXPECT_NE(cuModuleLoadDataEx(&refused, withHeader(text).c_str(), 0, nullptr, nullptr), CUDA_SUCCESS);
  return tenonSimLastReport();
}

testing::AssertionResult reports(std::initializer_list<const char *> parts) {
  std::string report = tenonSimLastReport();
  for (const char *part : parts)
    if (report.find(part) == std::string::npos)
      return testing::AssertionFailure() << "no '" << part << "' in: " << report;
  return testing::AssertionSuccess();
}

} // namespace tenon::sim
