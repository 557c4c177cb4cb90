// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Entry points: modules, functions and launches.
#include "runtime/sim/Decoder.h"
#include "runtime/sim/Driver.h"
#include "runtime/sim/PtxParser.h"
#include <cstring>

namespace tenon::sim {
namespace {

constexpr size_t maximumImageBytes = (size_t(64) << 20) + 1;

void releaseGlobals(Driver &driver, const CUmod_st &module) {
  for (auto [variable, address] : module.globals)
    driver.memory.release(address);
}

/// Places the variables in global memory and gives them their initial values.
Status placeGlobals(Driver &driver, CUmod_st &module) {
  for (const Variable *variable : module.module.globals) {
    if (variable->space == Space::Shared)
      continue;
    if (variable->isExtern)
      return dataError("line " + std::to_string(variable->line) + ": " + std::string(variable->name) +
                       " is defined in another module; the simulator links none");
    const Allocation *allocation = driver.memory.allocate(variable->bytes);
    if (!allocation)
      return environmentError("line " + std::to_string(variable->line) + ": no memory for the " +
                              std::to_string(variable->bytes) + " bytes of " + std::string(variable->name));
    module.globals.emplace(variable, allocation->address);
    std::memset(allocation->data.get(), 0, variable->bytes);
    std::memset(allocation->shadow.get(), 1, variable->bytes);
    if (!variable->initial.empty())
      std::memcpy(allocation->data.get(), variable->initial.data(), variable->initial.size());
  }
  for (auto [variable, address] : module.globals)
    for (const Variable::Address &reference : variable->addresses) {
      auto target = module.globals.find(reference.target);
      if (target == module.globals.end())
        return dataError("line " + std::to_string(variable->line) + ": the initial value of " +
                         std::string(variable->name) + " is the address of a variable without a place");
      uint64_t value = target->second + static_cast<uint64_t>(reference.offset);
      const Allocation *allocation = driver.memory.find(address, variable->bytes);
      std::memcpy(allocation->data.get() + reference.position, &value, sizeof value);
    }
  return {};
}

Status loadInto(Driver &driver, CUmod_st &module, std::string text) {
  module.module = TENON_TRY(parsePtx(std::move(text)));
  if (module.module.smVersion > deviceSm)
    return environmentError("line 1: the module is for sm_" + std::to_string(module.module.smVersion) +
                            ", but the simulated device is sm_" + std::to_string(deviceSm));
  TENON_TRY(placeGlobals(driver, module));
  for (const Function &function : module.module.functions) {
    if (!function.isEntry || !function.hasBody)
      continue;
    auto loaded = std::make_unique<CUfunc_st>();
    loaded->program = TENON_TRY(decodeKernel(module.module, function, module.globals));
    module.functions.emplace(function.name, std::move(loaded));
  }
  return {};
}

/// Into the buffer that the options give for errors.
void writeErrorLog(const std::string &text, unsigned count, const CUjit_option *options, void **values) {
  char *buffer = nullptr;
  size_t bytes = 0;
  for (unsigned i = 0; i < count; ++i) {
    if (options[i] == CU_JIT_ERROR_LOG_BUFFER)
      buffer = static_cast<char *>(values[i]);
    if (options[i] == CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES)
      bytes = static_cast<unsigned>(reinterpret_cast<uintptr_t>(values[i]));
  }
  if (!buffer || bytes == 0)
    return;
  size_t length = std::min(text.size(), bytes - 1);
  std::memcpy(buffer, text.data(), length);
  buffer[length] = 0;
}

CUresult codeOf(FaultKind kind) {
  switch (kind) {
  case FaultKind::OutOfBounds:
  case FaultKind::Uninitialized:
    return CUDA_ERROR_ILLEGAL_ADDRESS;
  case FaultKind::Misaligned:
    return CUDA_ERROR_MISALIGNED_ADDRESS;
  case FaultKind::Deadlock:
  case FaultKind::InstructionLimit:
    return CUDA_ERROR_LAUNCH_TIMEOUT;
  case FaultKind::Trap:
    return CUDA_ERROR_ASSERT;
  default:
    return CUDA_ERROR_LAUNCH_FAILED;
  }
}

std::string sizeText(const Dimensions &d) {
  return std::to_string(d.x) + "x" + std::to_string(d.y) + "x" + std::to_string(d.z);
}

/// Empty if the launch's sizes are possible.
std::string checkSizes(const CUfunc_st &function, const Launch &launch) {
  const Dimensions &grid = launch.grid, &block = launch.block;
  const Function &kernel = *launch.program.kernel;
  if (grid.count() == 0 || grid.x > 0x7fffffff || grid.y > 65535 || grid.z > 65535)
    return "a grid of " + sizeText(grid) + " blocks; it has 1 to 2147483647 x 65535 x 65535";
  if (block.count() == 0 || block.count() > 1024 || block.x > 1024 || block.y > 1024 || block.z > 64)
    return "a block of " + sizeText(block) + " threads; it has 1 to 1024, at most 64 in z";
  const uint32_t *required = kernel.requiredBlock, *most = kernel.maximumBlock;
  if (required[0] && (block.x != required[0] || block.y != required[1] || block.z != required[2]))
    return "a block of " + sizeText(block) + " threads, but .reqntid asks for " +
           sizeText({required[0], required[1], required[2]});
  if (most[0] && block.count() > uint64_t(most[0]) * most[1] * most[2])
    return "a block of " + sizeText(block) + " threads, more than .maxntid allows";
  uint64_t asked = uint64_t(launch.program.dynamicSharedOffset) + function.dynamicSharedLimit;
  uint64_t allowed = std::min<uint64_t>(std::max<uint64_t>(asked, sharedBytesPerBlock), sharedBytesPerBlockOptIn);
  uint64_t wanted = uint64_t(launch.program.dynamicSharedOffset) + launch.dynamicSharedBytes;
  if (wanted > allowed)
    return std::to_string(wanted) + " bytes of shared memory, more than the " + std::to_string(allowed) +
           " that the device and cuFuncSetAttribute allow";
  constexpr uint64_t maximumLocalBytes = uint64_t(1) << 30;
  if (launch.program.localBytes * block.count() > maximumLocalBytes)
    return "more than 1 GiB of local memory for a block";
  return {};
}

/// Gathers the parameters into one buffer: from an array of pointers, or from the buffer that `extra` names.
CUresult gatherParameters(Driver &driver, Launch &launch, void **parameters, void **extra) {
  launch.parameters.resize(launch.program.parameterBytes);
  if (launch.program.parameters.empty())
    return CUDA_SUCCESS;
  if (parameters) {
    for (size_t i = 0; i < launch.program.parameters.size(); ++i) {
      const Program::Parameter &parameter = launch.program.parameters[i];
      if (!parameters[i])
        return CUDA_ERROR_INVALID_VALUE;
      std::memcpy(&launch.parameters[parameter.offset], parameters[i], parameter.bytes);
    }
    return CUDA_SUCCESS;
  }
  const void *buffer = nullptr;
  size_t bytes = 0;
  for (; extra && extra[0] != CU_LAUNCH_PARAM_END; extra += 2) {
    if (extra[0] == CU_LAUNCH_PARAM_BUFFER_POINTER)
      buffer = extra[1];
    else if (extra[0] == CU_LAUNCH_PARAM_BUFFER_SIZE)
      bytes = *static_cast<size_t *>(extra[1]);
  }
  // Up to the largest alignment of a parameter may be left at the end.
  size_t declared = launch.parameters.size();
  if (!buffer || bytes < declared || bytes >= declared + 8)
    return driver.fail(CUDA_ERROR_INVALID_VALUE, std::string(launch.program.kernel->name) + ": " +
                                                     std::to_string(bytes) + " bytes of parameters, but it declares " +
                                                     std::to_string(declared));
  std::memcpy(launch.parameters.data(), buffer, launch.parameters.size());
  return CUDA_SUCCESS;
}

CUresult launchKernel(Driver &driver, CUfunction function, const CUlaunchConfig &config, void **parameters,
                      void **extra) {
  if (!driver.functions.count(function) || !driver.isStream(config.hStream))
    return CUDA_ERROR_INVALID_HANDLE;
  if (config.numAttrs)
    return driver.fail(CUDA_ERROR_NOT_SUPPORTED, "the simulator knows no launch attributes yet");
  driver.report.clear();
  Launch launch(function->program, driver.memory, driver.options);
  launch.grid = {config.gridDimX, config.gridDimY, config.gridDimZ};
  launch.block = {config.blockDimX, config.blockDimY, config.blockDimZ};
  launch.dynamicSharedBytes = config.sharedMemBytes;
  if (std::string wrong = checkSizes(*function, launch); !wrong.empty())
    return driver.fail(CUDA_ERROR_INVALID_VALUE, std::string(launch.program.kernel->name) + ": " + wrong);
  if (CUresult code = gatherParameters(driver, launch, parameters, extra); code != CUDA_SUCCESS)
    return code;
  if (!runLaunch(launch))
    return CUDA_ERROR_OUT_OF_MEMORY;
  driver.instructions = launch.instructions;
  driver.bankConflicts = launch.bankConflicts;
  return launch.fault ? driver.fail(codeOf(launch.fault->kind), launch.fault->message) : CUDA_SUCCESS;
}

} // namespace
} // namespace tenon::sim

using namespace tenon::sim;

CUresult cuModuleLoadDataEx(CUmodule *module, const void *image, unsigned int count, CUjit_option *options,
                            void **values) {
  return enter(true, [&](Driver &driver) {
    if (!module || !image || (count && (!options || !values)))
      return CUDA_ERROR_INVALID_VALUE;
    driver.report.clear();
    size_t length = strnlen(static_cast<const char *>(image), maximumImageBytes);
    auto loaded = std::make_unique<CUmod_st>();
    tenon::Status status = loadInto(driver, *loaded, std::string(static_cast<const char *>(image), length));
    if (!status) {
      releaseGlobals(driver, *loaded);
      writeErrorLog(status.error().message, count, options, values);
      bool isPtx = status.error().kind == tenon::ErrorKind::Data;
      return driver.fail(isPtx ? CUDA_ERROR_INVALID_PTX : CUDA_ERROR_NO_BINARY_FOR_GPU, status.error().message);
    }
    *module = driver.modules.add(std::move(loaded));
    for (auto &[name, function] : (*module)->functions)
      driver.functions.insert(function.get());
    return CUDA_SUCCESS;
  });
}

CUresult cuModuleLoadData(CUmodule *module, const void *image) {
  return cuModuleLoadDataEx(module, image, 0, nullptr, nullptr);
}

CUresult cuModuleUnload(CUmodule module) {
  return enter(true, [&](Driver &driver) {
    if (!driver.modules.contains(module))
      return CUDA_ERROR_INVALID_HANDLE;
    releaseGlobals(driver, *module);
    for (auto &[name, function] : module->functions)
      driver.functions.erase(function.get());
    driver.modules.remove(module);
    return CUDA_SUCCESS;
  });
}

CUresult cuModuleGetFunction(CUfunction *function, CUmodule module, const char *name) {
  return enter(true, [&](Driver &driver) {
    if (!function || !name)
      return CUDA_ERROR_INVALID_VALUE;
    if (!driver.modules.contains(module))
      return CUDA_ERROR_INVALID_HANDLE;
    auto found = module->functions.find(name);
    if (found == module->functions.end())
      return CUDA_ERROR_NOT_FOUND;
    *function = found->second.get();
    return CUDA_SUCCESS;
  });
}

CUresult cuModuleGetGlobal_v2(CUdeviceptr *address, size_t *bytes, CUmodule module, const char *name) {
  return enter(true, [&](Driver &driver) {
    if (!name)
      return CUDA_ERROR_INVALID_VALUE;
    if (!driver.modules.contains(module))
      return CUDA_ERROR_INVALID_HANDLE;
    for (auto [variable, at] : module->globals) {
      if (variable->name != name)
        continue;
      if (address)
        *address = at;
      if (bytes)
        *bytes = variable->bytes;
      return CUDA_SUCCESS;
    }
    return CUDA_ERROR_NOT_FOUND;
  });
}

CUresult cuFuncSetAttribute(CUfunction function, CUfunction_attribute attribute, int value) {
  constexpr CUfunction_attribute preferredCarveout = 9;
  return enter(true, [&](Driver &driver) {
    if (!driver.functions.count(function))
      return CUDA_ERROR_INVALID_HANDLE;
    if (attribute == preferredCarveout)
      return CUDA_SUCCESS;
    uint32_t most = sharedBytesPerBlockOptIn - std::min(sharedBytesPerBlockOptIn, function->program.staticSharedBytes);
    if (attribute != CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES || value < 0 ||
        static_cast<uint32_t>(value) > most)
      return CUDA_ERROR_INVALID_VALUE;
    function->dynamicSharedLimit = static_cast<uint32_t>(value);
    return CUDA_SUCCESS;
  });
}

CUresult cuLaunchKernel(CUfunction function, unsigned int gridX, unsigned int gridY, unsigned int gridZ,
                        unsigned int blockX, unsigned int blockY, unsigned int blockZ, unsigned int sharedBytes,
                        CUstream stream, void **parameters, void **extra) {
  CUlaunchConfig config{gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes, stream, nullptr, 0};
  return enter(true, [&](Driver &driver) { return launchKernel(driver, function, config, parameters, extra); });
}

CUresult cuLaunchKernelEx(const CUlaunchConfig *config, CUfunction function, void **parameters, void **extra) {
  return enter(true, [&](Driver &driver) {
    return config ? launchKernel(driver, function, *config, parameters, extra) : CUDA_ERROR_INVALID_VALUE;
  });
}
