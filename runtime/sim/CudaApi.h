// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The entry points of the simulator: those of the CUDA driver that a runtime needs, with the driver's names, types and
// values, and three of its own. No CUDA header is needed.
//
// Differences from a driver: a launch has run when it returns, and its own error comes back from it; an error does not
// make the context unusable. The device has compute capability 8.0, 8 multiprocessors and 16 GiB of memory, which fresh
// reads as ones, so that floating-point values that nobody wrote are NaN.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {

typedef enum cudaError_enum : int {
  CUDA_SUCCESS = 0,
  CUDA_ERROR_INVALID_VALUE = 1,
  CUDA_ERROR_OUT_OF_MEMORY = 2,
  CUDA_ERROR_NOT_INITIALIZED = 3,
  CUDA_ERROR_INVALID_DEVICE = 101,
  CUDA_ERROR_INVALID_CONTEXT = 201,
  CUDA_ERROR_NO_BINARY_FOR_GPU = 209,
  CUDA_ERROR_INVALID_PTX = 218,
  CUDA_ERROR_INVALID_HANDLE = 400,
  CUDA_ERROR_NOT_FOUND = 500,
  CUDA_ERROR_ILLEGAL_ADDRESS = 700,
  CUDA_ERROR_LAUNCH_TIMEOUT = 702,
  CUDA_ERROR_ASSERT = 710,
  CUDA_ERROR_MISALIGNED_ADDRESS = 716,
  CUDA_ERROR_LAUNCH_FAILED = 719,
  CUDA_ERROR_NOT_SUPPORTED = 801
} CUresult;

typedef int CUdevice;
typedef unsigned long long CUdeviceptr;
typedef struct CUctx_st *CUcontext;
typedef struct CUmod_st *CUmodule;
typedef struct CUfunc_st *CUfunction;
typedef struct CUstream_st *CUstream;
typedef struct CUevent_st *CUevent;
typedef int CUdevice_attribute;
typedef int CUfunction_attribute;
typedef int CUjit_option;

typedef struct CUlaunchConfig_st {
  unsigned int gridDimX, gridDimY, gridDimZ;
  unsigned int blockDimX, blockDimY, blockDimZ;
  unsigned int sharedMemBytes;
  CUstream hStream;
  void *attrs;
  unsigned int numAttrs;
} CUlaunchConfig;

#define TENON_SIM_API __attribute__((visibility("default")))

TENON_SIM_API CUresult cuInit(unsigned int flags);
TENON_SIM_API CUresult cuDriverGetVersion(int *version);
TENON_SIM_API CUresult cuGetErrorName(CUresult error, const char **name);
TENON_SIM_API CUresult cuGetErrorString(CUresult error, const char **text);

TENON_SIM_API CUresult cuDeviceGetCount(int *count);
TENON_SIM_API CUresult cuDeviceGet(CUdevice *device, int ordinal);
TENON_SIM_API CUresult cuDeviceGetName(char *name, int length, CUdevice device);
TENON_SIM_API CUresult cuDeviceGetAttribute(int *value, CUdevice_attribute attribute, CUdevice device);
TENON_SIM_API CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice device);

TENON_SIM_API CUresult cuCtxCreate(CUcontext *context, unsigned int flags, CUdevice device);
TENON_SIM_API CUresult cuCtxCreate_v2(CUcontext *context, unsigned int flags, CUdevice device);
TENON_SIM_API CUresult cuCtxDestroy(CUcontext context);
TENON_SIM_API CUresult cuCtxDestroy_v2(CUcontext context);
TENON_SIM_API CUresult cuCtxSetCurrent(CUcontext context);
TENON_SIM_API CUresult cuCtxGetCurrent(CUcontext *context);
TENON_SIM_API CUresult cuCtxSynchronize(void);
TENON_SIM_API CUresult cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device);
TENON_SIM_API CUresult cuDevicePrimaryCtxRelease(CUdevice device);
TENON_SIM_API CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device);

/// `image` is PTX text that ends with a zero byte. Errors name the line and go to the error log of the options too.
TENON_SIM_API CUresult cuModuleLoadDataEx(CUmodule *module, const void *image, unsigned int count,
                                          CUjit_option *options, void **values);
TENON_SIM_API CUresult cuModuleLoadData(CUmodule *module, const void *image);
TENON_SIM_API CUresult cuModuleUnload(CUmodule module);
TENON_SIM_API CUresult cuModuleGetFunction(CUfunction *function, CUmodule module, const char *name);
TENON_SIM_API CUresult cuModuleGetGlobal_v2(CUdeviceptr *address, size_t *bytes, CUmodule module, const char *name);
TENON_SIM_API CUresult cuFuncSetAttribute(CUfunction function, CUfunction_attribute attribute, int value);

TENON_SIM_API CUresult cuMemGetInfo_v2(size_t *free, size_t *total);
TENON_SIM_API CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes);
TENON_SIM_API CUresult cuMemFree_v2(CUdeviceptr address);
TENON_SIM_API CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void *from, size_t bytes);
TENON_SIM_API CUresult cuMemcpyDtoH_v2(void *to, CUdeviceptr from, size_t bytes);
TENON_SIM_API CUresult cuMemcpyDtoD_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes);
TENON_SIM_API CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t bytes, CUstream stream);
TENON_SIM_API CUresult cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, size_t bytes, CUstream stream);
TENON_SIM_API CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream);
TENON_SIM_API CUresult cuMemsetD8_v2(CUdeviceptr to, unsigned char value, size_t bytes);
TENON_SIM_API CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t bytes, CUstream stream);

TENON_SIM_API CUresult cuStreamCreate(CUstream *stream, unsigned int flags);
TENON_SIM_API CUresult cuStreamDestroy(CUstream stream);
TENON_SIM_API CUresult cuStreamDestroy_v2(CUstream stream);
TENON_SIM_API CUresult cuStreamSynchronize(CUstream stream);
TENON_SIM_API CUresult cuEventCreate(CUevent *event, unsigned int flags);
TENON_SIM_API CUresult cuEventDestroy(CUevent event);
TENON_SIM_API CUresult cuEventDestroy_v2(CUevent event);
TENON_SIM_API CUresult cuEventRecord(CUevent event, CUstream stream);
TENON_SIM_API CUresult cuEventSynchronize(CUevent event);
TENON_SIM_API CUresult cuEventElapsedTime(float *milliseconds, CUevent start, CUevent end);

TENON_SIM_API CUresult cuLaunchKernel(CUfunction function, unsigned int gridX, unsigned int gridY, unsigned int gridZ,
                                      unsigned int blockX, unsigned int blockY, unsigned int blockZ,
                                      unsigned int sharedBytes, CUstream stream, void **parameters, void **extra);
TENON_SIM_API CUresult cuLaunchKernelEx(const CUlaunchConfig *config, CUfunction function, void **parameters,
                                        void **extra);

/// What the last launch or load that failed did wrong: kernel, line and text of the instruction, block, thread,
/// address, what was found and expected. Empty if the last one succeeded. Valid until the thread's next call of this
/// function.
TENON_SIM_API const char *tenonSimLastReport(void);
/// Options such as "threads=2,cp-async=eager,race-check=off,bank-conflicts=on,instruction-limit=1000000"; those of the
/// environment variable TENON_SIM are taken at cuInit. An unknown one changes nothing and is INVALID_VALUE.
TENON_SIM_API CUresult tenonSimConfigure(const char *options);
/// A counter of the last launch: "instructions" (once a warp) or "bank-conflicts" (extra passes; only with the option);
/// 0 for any other name.
TENON_SIM_API unsigned long long tenonSimCounter(const char *name);

} // extern "C"
