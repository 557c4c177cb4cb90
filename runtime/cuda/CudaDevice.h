// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One GPU: its context, limits and memory.
#pragma once

#include "runtime/cuda/CudaDriver.h"
#include "runtime/cuda/PtxLevel.h"

#include <memory>

namespace tenon {

/// The first device, by its primary context, which all users in a process share. Threads may share it.
class CudaDevice {
public:
  /// Device::Cuda or Device::Sim. Environment where there is none.
  static Result<std::shared_ptr<const CudaDevice>> open(Device device);
  ~CudaDevice();

  const CudaDriver &driver() const { return functions; }
  bool isSimulator() const { return functions.isSimulator(); }
  const std::string &name() const { return deviceName; }
  /// The newest CUDA that the driver knows: "12.4".
  const std::string &driverVersion() const { return cudaVersion; }
  ComputeCapability capability() const { return computeCapability; }
  /// The most shared memory that a block can have.
  uint64_t sharedBytesPerBlock() const { return sharedBytes; }

  /// Makes this the device of the calling thread, which the driver's other functions need.
  Status activate() const;
  /// Environment where `code` is an error: "`what`: the driver's words".
  Status check(CUresult code, std::string_view what) const;
  /// Bytes that can still be allocated.
  Result<uint64_t> freeBytes() const;

private:
  explicit CudaDevice(const CudaDriver &functions) : functions(functions) {}
  Status initialize();
  Result<int> attribute(CUdevice_attribute attribute) const;

  const CudaDriver &functions;
  CUdevice device = 0;
  CUcontext context = nullptr;
  std::string deviceName, cudaVersion;
  ComputeCapability computeCapability;
  uint64_t sharedBytes = 0;
};

} // namespace tenon
