// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Allocating and freeing.
#include "runtime/cuda/CudaMemory.h"

namespace tenon {

Result<CudaMemory> CudaMemory::allocate(std::shared_ptr<const CudaDevice> device, uint64_t bytes) {
  CudaMemory memory;
  if (bytes == 0)
    return memory;
  TENON_TRY(device->activate());
  if (CUresult code = device->driver().cuMemAlloc_v2(&memory.start, bytes); code != CUDA_SUCCESS)
    return environmentError(std::to_string(bytes) + " bytes could not be allocated on " + device->name() +
                            (code == CUDA_ERROR_OUT_OF_MEMORY ? ": it has not so much memory left"
                                                              : ": " + device->driver().describe(code)));
  memory.device = std::move(device);
  memory.size = bytes;
  return memory;
}

CudaMemory::~CudaMemory() {
  // After a failed launch the driver refuses this too; its context is then lost with all its memory.
  if (device && device->activate().ok())
    device->driver().cuMemFree_v2(start);
}

} // namespace tenon
