// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Opening and asking the device.
#include "runtime/cuda/CudaDevice.h"

#include "runtime/AvailableMemory.h"

#include <algorithm>

namespace tenon {

Result<std::shared_ptr<const CudaDevice>> CudaDevice::open(Device device) {
  const CudaDriver *driver = TENON_TRY(openCudaDriver(device));
  std::shared_ptr<CudaDevice> opened(new CudaDevice(*driver));
  TENON_TRY(opened->initialize());
  return std::shared_ptr<const CudaDevice>(std::move(opened));
}

Status CudaDevice::initialize() {
  char text[256] = {};
  TENON_TRY(check(functions.cuDeviceGet(&device, 0), "the GPU cannot be opened"));
  TENON_TRY(check(functions.cuDeviceGetName(text, sizeof(text) - 1, device), "the GPU does not tell its name"));
  deviceName = text;
  int version = 0; // 1000 * major + 10 * minor.
  TENON_TRY(check(functions.cuDriverGetVersion(&version), "the driver does not tell its version"));
  cudaVersion = std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
  computeCapability.major = TENON_TRY(attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR));
  computeCapability.minor = TENON_TRY(attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR));
  sharedBytes =
      static_cast<uint64_t>(std::max(TENON_TRY(attribute(CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN)), 0));
  return check(functions.cuDevicePrimaryCtxRetain(&context, device), deviceName + " gives no context");
}

CudaDevice::~CudaDevice() {
  if (context)
    functions.cuDevicePrimaryCtxRelease_v2(device);
}

Result<int> CudaDevice::attribute(CUdevice_attribute attribute) const {
  int value = 0;
  TENON_TRY(check(functions.cuDeviceGetAttribute(&value, attribute, device),
                  deviceName + " does not tell its attribute " + std::to_string(attribute)));
  return value;
}

Status CudaDevice::activate() const {
  return check(functions.cuCtxSetCurrent(context), deviceName + " cannot be used");
}

Status CudaDevice::check(CUresult code, std::string_view what) const {
  if (code == CUDA_SUCCESS)
    return {};
  return environmentError(std::string(what) + ": " + functions.describe(code));
}

Result<uint64_t> CudaDevice::freeBytes() const {
  size_t free = 0, total = 0;
  TENON_TRY(activate());
  TENON_TRY(check(functions.cuMemGetInfo_v2(&free, &total), deviceName + " does not tell its free memory"));
  // The simulator's memory is the host's: a byte, a byte that says whether it was written, and its copy in a tensor.
  return isSimulator() ? std::min<uint64_t>(free, availableMemory() / 3) : free;
}

} // namespace tenon
