// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A program's PTX on a GPU, with its constants.
#pragma once

#include "runtime/DeviceCode.h"
#include "runtime/artifact/ArtifactFile.h"
#include "runtime/cuda/CudaMemory.h"

#include <map>

namespace tenon {

/// Environment, with what to do about it, where an artifact has no PTX at all: known before any driver is opened.
Status requirePtxTarget(const schema::Artifact &artifact);
/// The first PTX target whose level the device runs; Environment names the device's capability and all levels.
Result<uint32_t> choosePtxTarget(const schema::Artifact &artifact, const CudaDevice &device);

/// A loaded module, its functions, and the constants that its plans name, uploaded once for all sessions.
class CudaCode final : public DeviceCode {
public:
  /// Needs the program's file, target, plans, constants and states. Data for PTX that lacks a kernel, Environment with
  /// the driver's log where it refuses the PTX, or the device has too little memory.
  static Result<std::unique_ptr<const DeviceCode>> load(const LoadedProgram &program,
                                                        std::shared_ptr<const CudaDevice> device);
  ~CudaCode() override;

  Result<std::unique_ptr<Executor>> makeExecutor(const LoadedProgram &program,
                                                 const SessionOptions &options) const override;
  std::string deviceName() const override { return gpu->name(); }
  std::string driverVersion() const override { return gpu->driverVersion(); }

  const std::shared_ptr<const CudaDevice> &device() const { return gpu; }
  /// By the index of an entry, and that of a kernel in the entry's plan.
  CUfunction function(uint32_t entry, uint32_t kernel) const { return functions[entry][kernel]; }
  CUdeviceptr constant(uint32_t index) const { return constants[index].address(); }

private:
  explicit CudaCode(std::shared_ptr<const CudaDevice> device) : gpu(std::move(device)) {}
  Status loadModule(const LoadedProgram &program);
  Status loadFunctions(const LoadedProgram &program);
  Result<CUfunction> loadFunction(const schema::Kernel &kernel);
  Status uploadConstants(const LoadedProgram &program);

  std::shared_ptr<const CudaDevice> gpu;
  CUmodule module = nullptr;
  std::vector<std::vector<CUfunction>> functions;
  /// Dynamic shared memory that has been allowed: the most that any entry's plan asks for.
  std::map<CUfunction, uint32_t> sharedBytes;
  /// Those that no plan names are empty.
  std::vector<CudaMemory> constants;
};

} // namespace tenon
