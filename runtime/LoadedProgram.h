// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a Program holds, for those who execute it.
#pragma once

#include "runtime/KernelAbi.h"
#include "runtime/Program.h"
#include "runtime/Tensor.h"
#include "runtime/artifact/ArtifactFile.h"
#include "runtime/cpu/ElfImage.h"

namespace tenon {

/// How the chosen target executes an entry: the plan, and the address of each of its kernels.
struct LoadedPlan {
  const schema::Plan *plan;
  std::vector<tenon_cpu_kernel> kernels;
};

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
  const schema::Target *target;
  ElfImage image;
  std::vector<EntryDescription> entries;
  /// Per entry.
  std::vector<LoadedPlan> plans;
  /// Read-only, aligned to 64 bytes.
  std::vector<Tensor> constants;
  std::vector<StateLayout> states;
};

} // namespace tenon
