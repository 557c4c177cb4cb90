// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the devices have in common for a loaded program.
#pragma once

#include "runtime/Result.h"

#include <memory>
#include <string>

namespace tenon {

class Executor;
struct LoadedProgram;
struct SessionOptions;

/// The code of a program's target, ready to be launched on its device. Immutable; threads may share it.
class DeviceCode {
public:
  virtual ~DeviceCode() = default;

  /// For one session; `program`, which owns this, must outlive it.
  virtual Result<std::unique_ptr<Executor>> makeExecutor(const LoadedProgram &program,
                                                         const SessionOptions &options) const = 0;
  /// The machine's name, as its vendor has it.
  virtual std::string deviceName() const = 0;
  /// The newest CUDA that its driver knows, "12.4"; empty on the CPU.
  virtual std::string driverVersion() const { return {}; }
};

} // namespace tenon
