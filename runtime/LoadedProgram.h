// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a Program holds, for those who execute it.
#pragma once

#include "runtime/DeviceCode.h"
#include "runtime/Program.h"
#include "runtime/Tensor.h"
#include "runtime/artifact/ArtifactFile.h"

namespace tenon {

/// Storage that keeps its contents between calls, before any session has made it.
struct StateLayout {
  std::string name;
  ElementType type;
  Shape shape;
  size_t bytes;
  /// Index of the constant it starts as, or -1 for zeros.
  int initial;
};

struct LoadedProgram {
  ArtifactFile file;
  Device device = Device::Cpu;
  const schema::Target *target = nullptr;
  std::vector<EntryDescription> entries;
  /// Per entry, the plan of the target.
  std::vector<const schema::Plan *> plans;
  /// On the host, read-only; for the CPU aligned to 64 bytes.
  std::vector<Tensor> constants;
  std::vector<StateLayout> states;
  std::unique_ptr<const DeviceCode> code;
};

} // namespace tenon
