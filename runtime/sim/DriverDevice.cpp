// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Entry points: the device, contexts, errors, and the simulator's own.
#include "runtime/sim/Driver.h"
#include <cstdlib>
#include <cstring>

namespace tenon::sim {

thread_local CUcontext Driver::current = nullptr;

Driver &Driver::get() {
  // Never destroyed: other threads may still call at exit.
  static Driver *driver = new Driver;
  return *driver;
}

CUresult Driver::ready(bool needsContext) const {
  if (!initialized)
    return CUDA_ERROR_NOT_INITIALIZED;
  return needsContext && !contexts.contains(current) ? CUDA_ERROR_INVALID_CONTEXT : CUDA_SUCCESS;
}

/// Null and the two special values are the default streams.
bool Driver::isStream(CUstream stream) const {
  return reinterpret_cast<uintptr_t>(stream) <= 2 || streams.contains(stream);
}

CUresult Driver::fail(CUresult code, std::string text) {
  report = std::move(text);
  return code;
}

namespace {

struct ErrorText {
  CUresult code;
  const char *name, *text;
};

constexpr ErrorText errorTexts[] = {
    {CUDA_SUCCESS, "CUDA_SUCCESS", "no error"},
    {CUDA_ERROR_INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {CUDA_ERROR_OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {CUDA_ERROR_NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {CUDA_ERROR_INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {CUDA_ERROR_INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {CUDA_ERROR_NO_BINARY_FOR_GPU, "CUDA_ERROR_NO_BINARY_FOR_GPU", "no kernel image is available for the device"},
    {CUDA_ERROR_INVALID_PTX, "CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed"},
    {CUDA_ERROR_INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {CUDA_ERROR_NOT_FOUND, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {CUDA_ERROR_ILLEGAL_ADDRESS, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"},
    {CUDA_ERROR_LAUNCH_TIMEOUT, "CUDA_ERROR_LAUNCH_TIMEOUT", "the launch timed out and was terminated"},
    {CUDA_ERROR_ASSERT, "CUDA_ERROR_ASSERT", "device-side assert triggered"},
    {CUDA_ERROR_MISALIGNED_ADDRESS, "CUDA_ERROR_MISALIGNED_ADDRESS", "misaligned address"},
    {CUDA_ERROR_LAUNCH_FAILED, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
    {CUDA_ERROR_NOT_SUPPORTED, "CUDA_ERROR_NOT_SUPPORTED", "operation not supported"},
};

const ErrorText *findError(CUresult code) {
  for (const ErrorText &entry : errorTexts)
    if (entry.code == code)
      return &entry;
  return nullptr;
}

struct Attribute {
  CUdevice_attribute attribute;
  int value;
};

// CUdevice_attribute of cuda.h. Few multiprocessors, since kernels launch as many blocks.
constexpr Attribute attributes[] = {
    {1, 1024}, // Threads of a block.
    {2, 1024},
    {3, 1024},
    {4, 64}, // Sizes of a block.
    {5, 0x7fffffff},
    {6, 65535},
    {7, 65535}, // Sizes of a grid.
    {8, int(sharedBytesPerBlock)},
    {9, 65536},    // Constant memory.
    {10, 32},      // Warp.
    {12, 65536},   // Registers of a block.
    {13, 1000000}, // Clock in kHz.
    {14, 512},     // Texture alignment.
    {15, 0},       // Copies beside a launch.
    {16, 8},       // Multiprocessors.
    {18, 0},       // Integrated.
    {36, 1000000}, // Memory clock in kHz.
    {37, 256},     // Bus width.
    {38, 4 << 20}, // L2 cache.
    {39, 2048},    // Threads of a multiprocessor.
    {41, 1},       // Unified addressing.
    {75, int(deviceSm / 10)},
    {76, int(deviceSm % 10)},
    {81, 164 * 1024}, // Shared memory of a multiprocessor.
    {82, 65536},      // Registers of a multiprocessor.
    {95, 0},          // Cooperative launch.
    {97, int(sharedBytesPerBlockOptIn)},
    {106, 32},   // Blocks of a multiprocessor.
    {111, 1024}, // Shared memory that the system keeps for itself.
};

CUresult createContext(CUcontext *context, CUdevice device) {
  return enter(false, [&](Driver &driver) {
    if (!context)
      return CUDA_ERROR_INVALID_VALUE;
    if (device != 0)
      return CUDA_ERROR_INVALID_DEVICE;
    *context = driver.contexts.add(std::make_unique<CUctx_st>());
    Driver::current = *context;
    return CUDA_SUCCESS;
  });
}

CUresult destroyContext(CUcontext context) {
  return enter(false, [&](Driver &driver) {
    if (context == driver.primary || !driver.contexts.remove(context))
      return CUDA_ERROR_INVALID_CONTEXT;
    if (Driver::current == context)
      Driver::current = nullptr;
    return CUDA_SUCCESS;
  });
}

CUresult releasePrimary(CUdevice device) {
  return enter(false, [&](Driver &driver) {
    if (device != 0)
      return CUDA_ERROR_INVALID_DEVICE;
    if (driver.primaryUsers == 0)
      return CUDA_ERROR_INVALID_CONTEXT;
    if (--driver.primaryUsers == 0) {
      driver.contexts.remove(driver.primary);
      driver.primary = nullptr;
    }
    return CUDA_SUCCESS;
  });
}

} // namespace
} // namespace tenon::sim

using namespace tenon::sim;

CUresult cuInit(unsigned int flags) {
  if (flags != 0)
    return CUDA_ERROR_INVALID_VALUE;
  Driver &driver = Driver::get();
  std::lock_guard lock(driver.mutex);
  if (driver.initialized)
    return CUDA_SUCCESS;
  if (const char *text = std::getenv("TENON_SIM"))
    if (tenon::Status status = changeOptions(driver.options, text); !status)
      return driver.fail(CUDA_ERROR_INVALID_VALUE, status.error().message);
  driver.initialized = true;
  return CUDA_SUCCESS;
}

CUresult cuDriverGetVersion(int *version) {
  if (!version)
    return CUDA_ERROR_INVALID_VALUE;
  *version = 13000;
  return CUDA_SUCCESS;
}

CUresult cuGetErrorName(CUresult error, const char **name) {
  const ErrorText *entry = findError(error);
  if (!name)
    return CUDA_ERROR_INVALID_VALUE;
  *name = entry ? entry->name : nullptr;
  return entry ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGetErrorString(CUresult error, const char **text) {
  const ErrorText *entry = findError(error);
  if (!text)
    return CUDA_ERROR_INVALID_VALUE;
  *text = entry ? entry->text : nullptr;
  return entry ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuDeviceGetCount(int *count) {
  return enter(false, [&](Driver &) {
    if (!count)
      return CUDA_ERROR_INVALID_VALUE;
    *count = 1;
    return CUDA_SUCCESS;
  });
}

CUresult cuDeviceGet(CUdevice *device, int ordinal) {
  return enter(false, [&](Driver &) {
    if (!device)
      return CUDA_ERROR_INVALID_VALUE;
    if (ordinal != 0)
      return CUDA_ERROR_INVALID_DEVICE;
    *device = 0;
    return CUDA_SUCCESS;
  });
}

CUresult cuDeviceGetName(char *name, int length, CUdevice device) {
  return enter(false, [&](Driver &) {
    if (!name || length <= 0)
      return CUDA_ERROR_INVALID_VALUE;
    if (device != 0)
      return CUDA_ERROR_INVALID_DEVICE;
    std::strncpy(name, "Tenon PTX simulator (sm_80)", static_cast<size_t>(length) - 1);
    name[length - 1] = 0;
    return CUDA_SUCCESS;
  });
}

CUresult cuDeviceGetAttribute(int *value, CUdevice_attribute attribute, CUdevice device) {
  return enter(false, [&](Driver &) {
    if (device != 0)
      return CUDA_ERROR_INVALID_DEVICE;
    for (const Attribute &entry : attributes)
      if (value && entry.attribute == attribute) {
        *value = entry.value;
        return CUDA_SUCCESS;
      }
    return CUDA_ERROR_INVALID_VALUE;
  });
}

CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice device) {
  return enter(false, [&](Driver &) {
    if (!bytes)
      return CUDA_ERROR_INVALID_VALUE;
    *bytes = DeviceMemory::capacity;
    return device == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
  });
}

CUresult cuCtxCreate(CUcontext *context, unsigned int, CUdevice device) { return createContext(context, device); }
CUresult cuCtxCreate_v2(CUcontext *context, unsigned int, CUdevice device) { return createContext(context, device); }
CUresult cuCtxDestroy(CUcontext context) { return destroyContext(context); }
CUresult cuCtxDestroy_v2(CUcontext context) { return destroyContext(context); }

CUresult cuCtxSetCurrent(CUcontext context) {
  return enter(false, [&](Driver &driver) {
    if (context && !driver.contexts.contains(context))
      return CUDA_ERROR_INVALID_CONTEXT;
    Driver::current = context;
    return CUDA_SUCCESS;
  });
}

CUresult cuCtxGetCurrent(CUcontext *context) {
  return enter(false, [&](Driver &driver) {
    if (!context)
      return CUDA_ERROR_INVALID_VALUE;
    *context = driver.contexts.contains(Driver::current) ? Driver::current : nullptr;
    return CUDA_SUCCESS;
  });
}

CUresult cuCtxSynchronize(void) {
  return enter(true, [](Driver &) { return CUDA_SUCCESS; });
}

CUresult cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device) {
  return enter(false, [&](Driver &driver) {
    if (!context)
      return CUDA_ERROR_INVALID_VALUE;
    if (device != 0)
      return CUDA_ERROR_INVALID_DEVICE;
    if (driver.primaryUsers++ == 0)
      driver.primary = driver.contexts.add(std::make_unique<CUctx_st>());
    *context = driver.primary;
    return CUDA_SUCCESS;
  });
}

CUresult cuDevicePrimaryCtxRelease(CUdevice device) { return releasePrimary(device); }
CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device) { return releasePrimary(device); }

const char *tenonSimLastReport(void) {
  static thread_local std::string copy;
  Driver &driver = Driver::get();
  std::lock_guard lock(driver.mutex);
  copy = driver.report;
  return copy.c_str();
}

CUresult tenonSimConfigure(const char *options) {
  Driver &driver = Driver::get();
  std::lock_guard lock(driver.mutex);
  if (!options)
    return CUDA_ERROR_INVALID_VALUE;
  tenon::Status status = changeOptions(driver.options, options);
  return status ? CUDA_SUCCESS : driver.fail(CUDA_ERROR_INVALID_VALUE, status.error().message);
}

unsigned long long tenonSimCounter(const char *name) {
  Driver &driver = Driver::get();
  std::lock_guard lock(driver.mutex);
  std::string_view wanted = name ? name : "";
  return wanted == "instructions" ? driver.instructions : wanted == "bank-conflicts" ? driver.bankConflicts : 0;
}
