// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The CUDA driver, or the simulator in its place, opened at run time.
#pragma once

#include "runtime/Device.h"
#include "runtime/Result.h"
#include "runtime/sim/SimulatorApi.h"

#include <string>

namespace tenon {

/// The functions that this runtime calls; all drivers since CUDA 11.8 have them.
#define TENON_CUDA_FUNCTIONS(FUNCTION)                                                                                 \
  FUNCTION(cuInit)                                                                                                     \
  FUNCTION(cuDriverGetVersion)                                                                                         \
  FUNCTION(cuGetErrorName)                                                                                             \
  FUNCTION(cuGetErrorString)                                                                                           \
  FUNCTION(cuDeviceGetCount)                                                                                           \
  FUNCTION(cuDeviceGet)                                                                                                \
  FUNCTION(cuDeviceGetName)                                                                                            \
  FUNCTION(cuDeviceGetAttribute)                                                                                       \
  FUNCTION(cuDevicePrimaryCtxRetain)                                                                                   \
  FUNCTION(cuDevicePrimaryCtxRelease_v2)                                                                               \
  FUNCTION(cuCtxSetCurrent)                                                                                            \
  FUNCTION(cuCtxSynchronize)                                                                                           \
  FUNCTION(cuModuleLoadDataEx)                                                                                         \
  FUNCTION(cuModuleUnload)                                                                                             \
  FUNCTION(cuModuleGetFunction)                                                                                        \
  FUNCTION(cuFuncSetAttribute)                                                                                         \
  FUNCTION(cuMemGetInfo_v2)                                                                                            \
  FUNCTION(cuMemAlloc_v2)                                                                                              \
  FUNCTION(cuMemFree_v2)                                                                                               \
  FUNCTION(cuMemcpyHtoDAsync_v2)                                                                                       \
  FUNCTION(cuMemcpyDtoHAsync_v2)                                                                                       \
  FUNCTION(cuMemcpyDtoDAsync_v2)                                                                                       \
  FUNCTION(cuMemsetD8Async)                                                                                            \
  FUNCTION(cuStreamCreate)                                                                                             \
  FUNCTION(cuStreamDestroy_v2)                                                                                         \
  FUNCTION(cuStreamSynchronize)                                                                                        \
  FUNCTION(cuEventCreate)                                                                                              \
  FUNCTION(cuEventDestroy_v2)                                                                                          \
  FUNCTION(cuEventRecord)                                                                                              \
  FUNCTION(cuEventElapsedTime)                                                                                         \
  FUNCTION(cuLaunchKernelEx)

struct CudaDriver {
#define TENON_MEMBER(name) decltype(&::name) name = nullptr;
  TENON_CUDA_FUNCTIONS(TENON_MEMBER)
#undef TENON_MEMBER
  /// Only the simulator has it.
  decltype(&::tenonSimLastReport) lastReport = nullptr;

  bool isSimulator() const { return lastReport != nullptr; }
  /// What is known of an error: the simulator's report, or "CUDA_ERROR_NAME: the driver's words".
  std::string describe(CUresult code) const;
};

/// Opened and initialized once in a process, and kept. `libcuda.so.1` for Device::Cuda; for Device::Sim
/// `libtenon_sim.so`, beside the running program or in ../lib from there, else where the system looks for libraries.
/// Environment where there is none or it finds no GPU.
Result<const CudaDriver *> openCudaDriver(Device device);

} // namespace tenon
