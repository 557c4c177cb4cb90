// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The state behind the driver's entry points.
#pragma once

#include "runtime/sim/Launch.h"
#include "runtime/sim/SimulatorApi.h"
#include <chrono>
#include <new>
#include <set>

// A function of a loaded module.
struct CUfunc_st {
  tenon::sim::Program program;
  uint32_t dynamicSharedLimit = 0; ///< What cuFuncSetAttribute allowed beyond the usual.
};

struct CUmod_st {
  tenon::sim::PtxModule module;
  std::map<std::string_view, std::unique_ptr<CUfunc_st>> functions;
  std::map<const tenon::sim::Variable *, uint64_t> globals; ///< Addresses.
};

struct CUctx_st {};
struct CUstream_st {};
struct CUevent_st {
  std::chrono::steady_clock::time_point time;
  bool recorded = false;
};

namespace tenon::sim {

inline constexpr unsigned deviceSm = 80;
inline constexpr uint32_t sharedBytesPerBlock = 48 * 1024, sharedBytesPerBlockOptIn = 163 * 1024;

/// Objects that the user knows by their addresses.
template <class T> class Handles {
public:
  T *add(std::unique_ptr<T> object) {
    T *handle = object.get();
    objects.emplace(handle, std::move(object));
    return handle;
  }
  bool contains(T *handle) const { return objects.count(handle) != 0; }
  bool remove(T *handle) { return objects.erase(handle) != 0; }

private:
  std::map<T *, std::unique_ptr<T>> objects;
};

/// All of it is guarded by `mutex`, which an entry point holds while it works.
struct Driver {
  static Driver &get();
  static thread_local CUcontext current;

  /// What an entry point must have before it works: cuInit, and a current context where it needs one.
  CUresult ready(bool needsContext) const;
  bool isStream(CUstream stream) const;
  CUresult fail(CUresult code, std::string text);

  std::mutex mutex;
  bool initialized = false;
  Options options;
  DeviceMemory memory;
  std::string report;
  uint64_t instructions = 0, bankConflicts = 0;
  Handles<CUctx_st> contexts;
  Handles<CUmod_st> modules;
  std::set<CUfunction> functions;
  Handles<CUstream_st> streams;
  Handles<CUevent_st> events;
  CUcontext primary = nullptr;
  unsigned primaryUsers = 0;
};

/// Runs the body of an entry point under the lock; running out of the host's memory is an error like another.
template <class Body> CUresult enter(bool needsContext, Body body) noexcept {
  Driver &driver = Driver::get();
  std::lock_guard lock(driver.mutex);
  if (CUresult code = driver.ready(needsContext); code != CUDA_SUCCESS)
    return code;
  try {
    return body(driver);
  } catch (const std::bad_alloc &) {
    return CUDA_ERROR_OUT_OF_MEMORY;
  }
}

} // namespace tenon::sim
