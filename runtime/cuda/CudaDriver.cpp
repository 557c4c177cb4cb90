// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finding the library and its functions.
#include "runtime/cuda/CudaDriver.h"

#include <dlfcn.h>
#include <filesystem>

namespace tenon {

static constexpr const char *driverName = "libcuda.so.1", *simulatorName = "libtenon_sim.so";
static constexpr const char *adviceText = "; --device sim runs the same code on the simulator";

std::string CudaDriver::describe(CUresult code) const {
  if (lastReport)
    if (std::string report = lastReport(); !report.empty())
      return report;
  const char *name = nullptr, *text = nullptr;
  if (cuGetErrorName(code, &name) != CUDA_SUCCESS || !name)
    return "CUDA error " + std::to_string(code);
  cuGetErrorString(code, &text);
  return std::string(name) + (text ? std::string(": ") + text : "");
}

/// Where this build or installation keeps the simulator; its plain name where neither place has it.
static std::string simulatorPath() {
  std::error_code error;
  std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  for (const std::filesystem::path &path : {folder / simulatorName, folder.parent_path() / "lib" / simulatorName})
    if (std::filesystem::exists(path, error))
      return path.string();
  return simulatorName;
}

/// What dlopen or dlsym complains of, without the library's name in front.
static std::string loaderError(const std::string &library) {
  const char *text = ::dlerror();
  std::string message = text ? text : "unknown error";
  return message.starts_with(library + ": ") ? message.substr(library.size() + 2) : message;
}

static Status initialize(const CudaDriver &driver) {
  CUresult code = driver.cuInit(0);
  int devices = 0;
  if (code == CUDA_SUCCESS)
    code = driver.cuDeviceGetCount(&devices);
  if (code == CUDA_ERROR_NO_DEVICE || (code == CUDA_SUCCESS && devices == 0))
    return environmentError(std::string("the NVIDIA driver shows no GPU") + adviceText);
  if (code != CUDA_SUCCESS)
    return environmentError((driver.isSimulator() ? "the simulator" : "the NVIDIA driver") +
                            std::string(" cannot be initialized: ") + driver.describe(code) +
                            (driver.isSimulator() ? "" : adviceText));
  return {};
}

static Result<const CudaDriver *> open(Device device) {
  bool simulated = device == Device::Sim;
  std::string path = simulated ? simulatorPath() : driverName;
  void *library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return environmentError((simulated ? "no simulator: " : "no NVIDIA driver: ") + path +
                            " cannot be opened: " + loaderError(path) + (simulated ? "" : adviceText));
  static CudaDriver drivers[2];
  CudaDriver &driver = drivers[simulated];
#define TENON_FIND(name)                                                                                               \
  driver.name = reinterpret_cast<decltype(driver.name)>(::dlsym(library, #name));                                      \
  if (!driver.name)                                                                                                    \
    return environmentError(path + " is too old, it has no function " #name "; a driver of CUDA 11.8 or later has "    \
                                   "it");
  TENON_CUDA_FUNCTIONS(TENON_FIND)
#undef TENON_FIND
  if (simulated)
    driver.lastReport = reinterpret_cast<decltype(driver.lastReport)>(::dlsym(library, "tenonSimLastReport"));
  TENON_TRY(initialize(driver));
  return &driver;
}

Result<const CudaDriver *> openCudaDriver(Device device) {
  if (device == Device::Sim) {
    static const Result<const CudaDriver *> simulator = open(Device::Sim);
    return simulator;
  }
  static const Result<const CudaDriver *> driver = open(Device::Cuda);
  return driver;
}

} // namespace tenon
