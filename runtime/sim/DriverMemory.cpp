// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Entry points: device memory, streams and events.
#include "runtime/sim/Driver.h"
#include <cstring>

namespace tenon::sim {
namespace {

/// The allocation that holds all bytes, or null with a report.
const Allocation *range(Driver &driver, CUdeviceptr address, size_t bytes, const char *what) {
  const Allocation *found = driver.memory.find(address, bytes);
  if (!found)
    driver.report = std::string(what) + " of " + std::to_string(bytes) + " bytes at address " +
                    std::to_string(address) + ": " + driver.memory.describe(address);
  return found;
}

CUresult copyIn(CUdeviceptr to, const void *from, size_t bytes, CUstream stream) {
  return enter(true, [&](Driver &driver) {
    if (!driver.isStream(stream))
      return CUDA_ERROR_INVALID_HANDLE;
    if (bytes == 0)
      return CUDA_SUCCESS;
    const Allocation *target = from ? range(driver, to, bytes, "a copy to the device") : nullptr;
    if (!target)
      return CUDA_ERROR_INVALID_VALUE;
    std::memcpy(target->data.get() + (to - target->address), from, bytes);
    std::memset(target->shadow.get() + (to - target->address), 1, bytes);
    return CUDA_SUCCESS;
  });
}

CUresult copyOut(void *to, CUdeviceptr from, size_t bytes, CUstream stream) {
  return enter(true, [&](Driver &driver) {
    if (!driver.isStream(stream))
      return CUDA_ERROR_INVALID_HANDLE;
    if (bytes == 0)
      return CUDA_SUCCESS;
    const Allocation *source = to ? range(driver, from, bytes, "a copy from the device") : nullptr;
    if (!source)
      return CUDA_ERROR_INVALID_VALUE;
    std::memcpy(to, source->data.get() + (from - source->address), bytes);
    return CUDA_SUCCESS;
  });
}

CUresult copyWithin(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream) {
  return enter(true, [&](Driver &driver) {
    if (!driver.isStream(stream))
      return CUDA_ERROR_INVALID_HANDLE;
    if (bytes == 0)
      return CUDA_SUCCESS;
    const Allocation *source = range(driver, from, bytes, "a copy on the device, from");
    const Allocation *target = source ? range(driver, to, bytes, "a copy on the device, to") : nullptr;
    if (!target)
      return CUDA_ERROR_INVALID_VALUE;
    std::memmove(target->data.get() + (to - target->address), source->data.get() + (from - source->address), bytes);
    std::memmove(target->shadow.get() + (to - target->address), source->shadow.get() + (from - source->address), bytes);
    return CUDA_SUCCESS;
  });
}

CUresult fill(CUdeviceptr to, unsigned char value, size_t bytes, CUstream stream) {
  return enter(true, [&](Driver &driver) {
    if (!driver.isStream(stream))
      return CUDA_ERROR_INVALID_HANDLE;
    if (bytes == 0)
      return CUDA_SUCCESS;
    const Allocation *target = range(driver, to, bytes, "a fill");
    if (!target)
      return CUDA_ERROR_INVALID_VALUE;
    std::memset(target->data.get() + (to - target->address), value, bytes);
    std::memset(target->shadow.get() + (to - target->address), 1, bytes);
    return CUDA_SUCCESS;
  });
}

CUresult destroyStream(CUstream stream) {
  return enter(
      true, [&](Driver &driver) { return driver.streams.remove(stream) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE; });
}

CUresult destroyEvent(CUevent event) {
  return enter(true,
               [&](Driver &driver) { return driver.events.remove(event) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE; });
}

} // namespace
} // namespace tenon::sim

using namespace tenon::sim;

CUresult cuMemGetInfo_v2(size_t *free, size_t *total) {
  return enter(true, [&](Driver &driver) {
    if (!free || !total)
      return CUDA_ERROR_INVALID_VALUE;
    *total = DeviceMemory::capacity;
    *free = DeviceMemory::capacity - driver.memory.used();
    return CUDA_SUCCESS;
  });
}

CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes) {
  return enter(true, [&](Driver &driver) {
    if (!address || bytes == 0)
      return CUDA_ERROR_INVALID_VALUE;
    const Allocation *allocation = driver.memory.allocate(bytes);
    if (!allocation)
      return CUDA_ERROR_OUT_OF_MEMORY;
    *address = allocation->address;
    return CUDA_SUCCESS;
  });
}

CUresult cuMemFree_v2(CUdeviceptr address) {
  return enter(true, [&](Driver &driver) {
    return address == 0 || driver.memory.release(address) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
  });
}

CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void *from, size_t bytes) { return copyIn(to, from, bytes, nullptr); }
CUresult cuMemcpyDtoH_v2(void *to, CUdeviceptr from, size_t bytes) { return copyOut(to, from, bytes, nullptr); }
CUresult cuMemcpyDtoD_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes) {
  return copyWithin(to, from, bytes, nullptr);
}
CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t bytes, CUstream stream) {
  return copyIn(to, from, bytes, stream);
}
CUresult cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, size_t bytes, CUstream stream) {
  return copyOut(to, from, bytes, stream);
}
CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream) {
  return copyWithin(to, from, bytes, stream);
}
CUresult cuMemsetD8_v2(CUdeviceptr to, unsigned char value, size_t bytes) { return fill(to, value, bytes, nullptr); }
CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t bytes, CUstream stream) {
  return fill(to, value, bytes, stream);
}

CUresult cuStreamCreate(CUstream *stream, unsigned int) {
  return enter(true, [&](Driver &driver) {
    if (!stream)
      return CUDA_ERROR_INVALID_VALUE;
    *stream = driver.streams.add(std::make_unique<CUstream_st>());
    return CUDA_SUCCESS;
  });
}

CUresult cuStreamDestroy(CUstream stream) { return destroyStream(stream); }
CUresult cuStreamDestroy_v2(CUstream stream) { return destroyStream(stream); }

CUresult cuStreamSynchronize(CUstream stream) {
  return enter(true,
               [&](Driver &driver) { return driver.isStream(stream) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE; });
}

CUresult cuEventCreate(CUevent *event, unsigned int) {
  return enter(true, [&](Driver &driver) {
    if (!event)
      return CUDA_ERROR_INVALID_VALUE;
    *event = driver.events.add(std::make_unique<CUevent_st>());
    return CUDA_SUCCESS;
  });
}

CUresult cuEventDestroy(CUevent event) { return destroyEvent(event); }
CUresult cuEventDestroy_v2(CUevent event) { return destroyEvent(event); }

CUresult cuEventRecord(CUevent event, CUstream stream) {
  return enter(true, [&](Driver &driver) {
    if (!driver.events.contains(event) || !driver.isStream(stream))
      return CUDA_ERROR_INVALID_HANDLE;
    event->time = std::chrono::steady_clock::now();
    event->recorded = true;
    return CUDA_SUCCESS;
  });
}

CUresult cuEventSynchronize(CUevent event) {
  return enter(
      true, [&](Driver &driver) { return driver.events.contains(event) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE; });
}

CUresult cuEventElapsedTime(float *milliseconds, CUevent start, CUevent end) {
  return enter(true, [&](Driver &driver) {
    if (!milliseconds)
      return CUDA_ERROR_INVALID_VALUE;
    if (!driver.events.contains(start) || !driver.events.contains(end) || !start->recorded || !end->recorded)
      return CUDA_ERROR_INVALID_HANDLE;
    *milliseconds = std::chrono::duration<float, std::milli>(end->time - start->time).count();
    return CUDA_SUCCESS;
  });
}
