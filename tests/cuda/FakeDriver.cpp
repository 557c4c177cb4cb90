// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A libcuda.so.1 for machines without a GPU: the simulator, but errors of launches come back where the stream is waited
// for, as from a GPU. TENON_FAKE_CUDA may be "no-device", or "capability=75", which that of the device then is.
#include "runtime/cuda/CudaApi.h"

#include <cstdlib>
#include <dlfcn.h>
#include <string_view>

/// What follows `key` in the variable, or null.
static const char *setting(std::string_view key) {
  const char *text = std::getenv("TENON_FAKE_CUDA");
  return text && std::string_view(text).starts_with(key) ? text + key.size() : nullptr;
}

/// The simulator's function of a name that this library defines too.
template <class Function> static Function *original(Function &, const char *name) {
  static void *const simulator = ::dlopen("libtenon_sim.so", RTLD_NOW | RTLD_NOLOAD);
  return reinterpret_cast<Function *>(::dlsym(simulator, name));
}

static CUresult pendingError = CUDA_SUCCESS;

CUresult cuInit(unsigned int flags) {
  return setting("no-device") ? CUDA_ERROR_NO_DEVICE : original(cuInit, "cuInit")(flags);
}

CUresult cuDeviceGetAttribute(int *value, CUdevice_attribute attribute, CUdevice device) {
  CUresult result = original(cuDeviceGetAttribute, "cuDeviceGetAttribute")(value, attribute, device);
  if (const char *capability = setting("capability=")) {
    if (attribute == CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
      *value = std::atoi(capability) / 10;
    if (attribute == CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR)
      *value = std::atoi(capability) % 10;
  }
  return result;
}

CUresult cuLaunchKernelEx(const CUlaunchConfig *config, CUfunction function, void **parameters, void **extra) {
  CUresult result = original(cuLaunchKernelEx, "cuLaunchKernelEx")(config, function, parameters, extra);
  if (result == CUDA_SUCCESS || result == CUDA_ERROR_INVALID_VALUE || result == CUDA_ERROR_NOT_SUPPORTED)
    return result;
  pendingError = result;
  return CUDA_SUCCESS;
}

CUresult cuStreamSynchronize(CUstream stream) {
  CUresult result = original(cuStreamSynchronize, "cuStreamSynchronize")(stream);
  if (pendingError != CUDA_SUCCESS)
    result = pendingError;
  pendingError = CUDA_SUCCESS;
  return result;
}
