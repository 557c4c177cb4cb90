// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A program's machine code for this CPU.
#pragma once

#include "runtime/DeviceCode.h"
#include "runtime/KernelAbi.h"
#include "runtime/artifact/ArtifactFile.h"
#include "runtime/cpu/ElfImage.h"

namespace tenon {

/// The first CPU target whose features this CPU has; Environment names those that are missing.
Result<uint32_t> chooseCpuTarget(const schema::Artifact &artifact);

class CpuCode final : public DeviceCode {
public:
  /// Needs the program's file, target and plans. Data for code that is not whole or lacks a kernel.
  static Result<std::unique_ptr<const DeviceCode>> load(const LoadedProgram &program);

  Result<std::unique_ptr<Executor>> makeExecutor(const LoadedProgram &program,
                                                 const SessionOptions &options) const override;
  std::string deviceName() const override;

  /// By the index of an entry, and that of a kernel in the entry's plan.
  tenon_cpu_kernel kernel(uint32_t entry, uint32_t index) const { return kernels[entry][index]; }

private:
  ElfImage image;
  std::vector<std::vector<tenon_cpu_kernel>> kernels;
};

} // namespace tenon
