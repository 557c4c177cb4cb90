// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A piece of a GPU's memory.
#pragma once

#include "runtime/cuda/CudaDevice.h"

namespace tenon {

/// Owns its bytes, which begin at a multiple of 256; undefined in content. An empty one has the address 0.
class CudaMemory {
public:
  CudaMemory() = default;
  /// Environment where the device has not so much left.
  static Result<CudaMemory> allocate(std::shared_ptr<const CudaDevice> device, uint64_t bytes);
  CudaMemory(CudaMemory &&other) noexcept { swap(other); }
  CudaMemory &operator=(CudaMemory &&other) noexcept {
    CudaMemory old(std::move(other));
    swap(old);
    return *this;
  }
  ~CudaMemory();

  CUdeviceptr address() const { return start; }
  uint64_t bytes() const { return size; }

private:
  void swap(CudaMemory &other) noexcept {
    std::swap(device, other.device);
    std::swap(start, other.start);
    std::swap(size, other.size);
  }

  std::shared_ptr<const CudaDevice> device;
  CUdeviceptr start = 0;
  uint64_t size = 0;
};

} // namespace tenon
