// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The simulator through its entry points, for tests.
#pragma once

#include "runtime/sim/SimulatorApi.h"
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace tenon::sim {

/// Device memory with the values of a vector, freed at the end.
class Buffer {
public:
  explicit Buffer(size_t bytes) : bytes(bytes) { EXPECT_EQ(cuMemAlloc_v2(&address, bytes), CUDA_SUCCESS); }
  template <class T> explicit Buffer(const std::vector<T> &values) : Buffer(values.size() * sizeof(T)) {
    EXPECT_EQ(cuMemcpyHtoD_v2(address, values.data(), bytes), CUDA_SUCCESS);
  }
  Buffer(const Buffer &) = delete;
  ~Buffer() { free(); }
  void free() {
    if (address)
      EXPECT_EQ(cuMemFree_v2(address), CUDA_SUCCESS);
    address = 0;
  }
  void clear() { EXPECT_EQ(cuMemsetD8_v2(address, 0, bytes), CUDA_SUCCESS); }
  template <class T> std::vector<T> read() const {
    std::vector<T> values(bytes / sizeof(T));
    EXPECT_EQ(cuMemcpyDtoH_v2(values.data(), address, bytes), CUDA_SUCCESS);
    return values;
  }

  CUdeviceptr address = 0;
  size_t bytes;
};

struct Shape {
  unsigned gridX = 1, gridY = 1, blockX = 32, blockY = 1, sharedBytes = 0;
};

/// A fixture with a context and the options of a fresh process.
class SimulatorTest : public testing::Test {
protected:
  void SetUp() override;
  void TearDown() override;

  /// Loads PTX text; its kernels stay until the test ends. Without ".version" a header for sm_80 goes before it.
  void load(const std::string &text);
  void loadFile(const std::string &name);
  /// Loads text that must be refused, and returns the report.
  std::string refusal(const std::string &text);

  template <class... Arguments> CUresult launch(const char *kernel, Shape shape, Arguments... arguments) {
    void *pointers[] = {&arguments..., nullptr};
    CUfunction function = nullptr;
    if (CUresult code = cuModuleGetFunction(&function, module, kernel); code != CUDA_SUCCESS)
      return code;
    return cuLaunchKernel(function, shape.gridX, shape.gridY, 1, shape.blockX, shape.blockY, 1, shape.sharedBytes,
                          nullptr, pointers, nullptr);
  }

  CUcontext context = nullptr;
  CUmodule module = nullptr;
};

/// A launch that must succeed; the report says what was wrong.
#define ASSERT_RUNS(expression) ASSERT_EQ(expression, CUDA_SUCCESS) << tenonSimLastReport()
#define EXPECT_RUNS(expression) EXPECT_EQ(expression, CUDA_SUCCESS) << tenonSimLastReport()

/// Whether the last report contains all of these.
testing::AssertionResult reports(std::initializer_list<const char *> parts);

} // namespace tenon::sim
