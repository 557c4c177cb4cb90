// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The entry points around launches: devices, contexts, memory, streams, events, options.
#include "tests/sim/Simulator.h"
#include <algorithm>
#include <cstring>

namespace tenon::sim {
namespace {

class DriverTest : public SimulatorTest {};

TEST_F(DriverTest, Device) {
  int value = 0;
  char name[64] = {};
  EXPECT_EQ(cuDeviceGetCount(&value), CUDA_SUCCESS);
  EXPECT_EQ(value, 1);
  CUdevice device = -1;
  EXPECT_EQ(cuDeviceGet(&device, 0), CUDA_SUCCESS);
  EXPECT_EQ(device, 0);
  EXPECT_EQ(cuDeviceGet(&device, 1), CUDA_ERROR_INVALID_DEVICE);
  EXPECT_EQ(cuDeviceGetName(name, 6, 0), CUDA_SUCCESS);
  EXPECT_STREQ(name, "Tenon");
  EXPECT_EQ(cuDeviceGetAttribute(&value, 75, 0), CUDA_SUCCESS);
  EXPECT_EQ(value, 8);
  EXPECT_EQ(cuDeviceGetAttribute(&value, 97, 0), CUDA_SUCCESS);
  EXPECT_EQ(value, 163 * 1024);
  EXPECT_EQ(cuDeviceGetAttribute(&value, 12345, 0), CUDA_ERROR_INVALID_VALUE);
}

TEST_F(DriverTest, ContextsAreNeeded) {
  ASSERT_EQ(cuCtxSetCurrent(nullptr), CUDA_SUCCESS);
  CUdeviceptr address = 0;
  EXPECT_EQ(cuMemAlloc_v2(&address, 16), CUDA_ERROR_INVALID_CONTEXT);
  CUcontext primary = nullptr, current = nullptr;
  ASSERT_EQ(cuDevicePrimaryCtxRetain(&primary, 0), CUDA_SUCCESS);
  ASSERT_EQ(cuCtxSetCurrent(primary), CUDA_SUCCESS);
  EXPECT_EQ(cuCtxGetCurrent(&current), CUDA_SUCCESS);
  EXPECT_EQ(current, primary);
  EXPECT_EQ(cuMemAlloc_v2(&address, 16), CUDA_SUCCESS);
  EXPECT_EQ(cuMemFree_v2(address), CUDA_SUCCESS);
  EXPECT_EQ(cuDevicePrimaryCtxRelease_v2(0), CUDA_SUCCESS);
  EXPECT_EQ(cuCtxSynchronize(), CUDA_ERROR_INVALID_CONTEXT);
  EXPECT_EQ(cuDevicePrimaryCtxRelease_v2(0), CUDA_ERROR_INVALID_CONTEXT);
  EXPECT_EQ(cuCtxSetCurrent(primary), CUDA_ERROR_INVALID_CONTEXT);
  ASSERT_EQ(cuCtxSetCurrent(context), CUDA_SUCCESS);
}

TEST_F(DriverTest, MemoryIsChecked) {
  Buffer a(std::vector<uint8_t>{1, 2, 3, 4, 5, 6, 7, 8}), b(8);
  EXPECT_EQ(b.read<uint8_t>(), std::vector<uint8_t>(8, 0xff)) << "fresh memory reads as ones";
  ASSERT_EQ(cuMemcpyDtoD_v2(b.address + 2, a.address, 4), CUDA_SUCCESS);
  ASSERT_EQ(cuMemsetD8_v2(b.address + 7, 9, 1), CUDA_SUCCESS);
  EXPECT_EQ(b.read<uint8_t>(), (std::vector<uint8_t>{0xff, 0xff, 1, 2, 3, 4, 0xff, 9}));
  char host[16];
  EXPECT_EQ(cuMemcpyDtoH_v2(host, a.address + 1, 8), CUDA_ERROR_INVALID_VALUE);
  EXPECT_TRUE(reports({"a copy from the device of 8 bytes", "across the end of the 8 bytes"}));
  EXPECT_EQ(cuMemcpyHtoD_v2(a.address + 4096, host, 1), CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(cuMemFree_v2(a.address + 1), CUDA_ERROR_INVALID_VALUE);
  CUdeviceptr address = 0;
  EXPECT_EQ(cuMemAlloc_v2(&address, 0), CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(cuMemAlloc_v2(&address, size_t(1) << 50), CUDA_ERROR_OUT_OF_MEMORY);
  size_t before = 0, after = 0, total = 0;
  ASSERT_EQ(cuMemGetInfo_v2(&before, &total), CUDA_SUCCESS);
  {
    Buffer c(1000);
    ASSERT_EQ(cuMemGetInfo_v2(&after, &total), CUDA_SUCCESS);
  }
  EXPECT_EQ(before - after, 1000u);
}

TEST_F(DriverTest, UninitializedBytesTravelWithCopies) {
  load(".visible .entry k(.param .u64 p) { .reg .b64 %p; .reg .b32 %r; ld.param.u64 %p, [p]; ld.global.u32 %r, [%p]; "
       "ret; }");
  Buffer a(8), b(8);
  b.clear();
  EXPECT_RUNS(launch("k", {}, b.address));
  ASSERT_EQ(cuMemcpyDtoD_v2(b.address, a.address, 8), CUDA_SUCCESS);
  EXPECT_EQ(launch("k", {}, b.address), CUDA_ERROR_ILLEGAL_ADDRESS);
}

TEST_F(DriverTest, StreamsAndEvents) {
  CUstream stream = nullptr;
  CUevent start = nullptr, end = nullptr;
  ASSERT_EQ(cuStreamCreate(&stream, 0), CUDA_SUCCESS);
  ASSERT_EQ(cuEventCreate(&start, 0), CUDA_SUCCESS);
  ASSERT_EQ(cuEventCreate(&end, 0), CUDA_SUCCESS);
  float milliseconds = -1;
  EXPECT_EQ(cuEventElapsedTime(&milliseconds, start, end), CUDA_ERROR_INVALID_HANDLE);
  EXPECT_EQ(cuEventRecord(start, stream), CUDA_SUCCESS);
  EXPECT_EQ(cuEventRecord(end, stream), CUDA_SUCCESS);
  EXPECT_EQ(cuEventSynchronize(end), CUDA_SUCCESS);
  EXPECT_EQ(cuEventElapsedTime(&milliseconds, start, end), CUDA_SUCCESS);
  EXPECT_GE(milliseconds, 0);
  Buffer a(16);
  int value = 5, back = 0;
  EXPECT_EQ(cuMemcpyHtoDAsync_v2(a.address, &value, 4, stream), CUDA_SUCCESS);
  EXPECT_EQ(cuMemcpyDtoHAsync_v2(&back, a.address, 4, stream), CUDA_SUCCESS);
  EXPECT_EQ(cuStreamSynchronize(stream), CUDA_SUCCESS);
  EXPECT_EQ(back, 5);
  EXPECT_EQ(cuEventDestroy_v2(start), CUDA_SUCCESS);
  EXPECT_EQ(cuEventDestroy_v2(end), CUDA_SUCCESS);
  EXPECT_EQ(cuEventRecord(start, stream), CUDA_ERROR_INVALID_HANDLE);
  EXPECT_EQ(cuStreamDestroy_v2(stream), CUDA_SUCCESS);
  EXPECT_EQ(cuStreamSynchronize(stream), CUDA_ERROR_INVALID_HANDLE);
}

TEST_F(DriverTest, HandlesAreChecked) {
  load(".visible .entry k() { ret; }");
  CUfunction function = nullptr;
  ASSERT_EQ(cuModuleGetFunction(&function, module, "k"), CUDA_SUCCESS);
  ASSERT_EQ(cuModuleUnload(module), CUDA_SUCCESS);
  EXPECT_EQ(cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, nullptr, nullptr, nullptr), CUDA_ERROR_INVALID_HANDLE);
  EXPECT_EQ(cuModuleUnload(module), CUDA_ERROR_INVALID_HANDLE);
  module = nullptr;
}

TEST_F(DriverTest, ParametersFromABuffer) {
  load(R"(.visible .entry k(.param .u8 a, .param .u64 p, .param .align 4 .b8 b[12]) .reqntid 2 {
    .reg .b64 %p; .reg .b32 %r<4>;
    ld.param.u64 %p, [p]; ld.param.u8 %r0, [a]; ld.param.u32 %r1, [b+8];
    st.global.v2.u32 [%p], {%r0, %r1}; ret; })");
  Buffer out(8);
  struct {
    uint8_t a = 7;
    CUdeviceptr p;
    uint32_t b[3] = {1, 2, 3};
  } parameters;
  parameters.p = out.address;
  size_t bytes = sizeof parameters;
  void *extra[] = {reinterpret_cast<void *>(1), &parameters, reinterpret_cast<void *>(2), &bytes, nullptr};
  CUfunction function = nullptr;
  ASSERT_EQ(cuModuleGetFunction(&function, module, "k"), CUDA_SUCCESS);
  CUlaunchConfig config{1, 1, 1, 2, 1, 1, 0, nullptr, nullptr, 0};
  ASSERT_RUNS(cuLaunchKernelEx(&config, function, nullptr, extra));
  EXPECT_EQ(out.read<uint32_t>(), (std::vector<uint32_t>{7, 3}));
  config.blockDimX = 3;
  EXPECT_EQ(cuLaunchKernelEx(&config, function, nullptr, extra), CUDA_ERROR_INVALID_VALUE);
  EXPECT_TRUE(reports({"a block of 3x1x1 threads, but .reqntid asks for 2x1x1"}));
  config.blockDimX = 2;
  for (size_t wrong : {8, 40}) {
    bytes = wrong;
    EXPECT_EQ(cuLaunchKernelEx(&config, function, nullptr, extra), CUDA_ERROR_INVALID_VALUE);
    EXPECT_TRUE(reports({"k: ", "bytes of parameters, but it declares 28"}));
  }
}

TEST_F(DriverTest, Options) {
  EXPECT_EQ(tenonSimConfigure("threads=3,unknown=1"), CUDA_ERROR_INVALID_VALUE);
  EXPECT_TRUE(reports({"does not know the option 'unknown=1'", "race-check=on|off"}));
  EXPECT_EQ(tenonSimConfigure("threads=-1"), CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(tenonSimConfigure("threads=1,bank-conflicts=off"), CUDA_SUCCESS);
  EXPECT_EQ(tenonSimConfigure(""), CUDA_SUCCESS);
  const char *text = nullptr;
  EXPECT_EQ(cuGetErrorName(CUDA_ERROR_MISALIGNED_ADDRESS, &text), CUDA_SUCCESS);
  EXPECT_STREQ(text, "CUDA_ERROR_MISALIGNED_ADDRESS");
  EXPECT_EQ(cuGetErrorString(static_cast<CUresult>(12345), &text), CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(text, nullptr);
}

} // namespace
} // namespace tenon::sim
