// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The machines that code is made for.
#pragma once

#include "codegen/cpu/CpuLevel.h"
#include "codegen/ptx/PtxLevel.h"
#include "codegen/schedule/Blocking.h"
#include <string>

namespace tenon {

/// What a machine does in a second, roughly: reports of slow paths estimate their cost by it.
struct Rates {
  double bytes, flops;
  /// Of 16-bit floats on the matrix unit, or by pairs.
  double matrixFlops;
};

/// A row of the CPUs' or of the GPUs' table: one of `cpu` and `ptx` is set.
struct Target {
  const cpu::Level *cpu = nullptr;
  const ptx::Level *ptx = nullptr;

  llvm::StringRef name() const { return cpu ? cpu->name : ptx->name; }
  /// How its kernels are cut into blocks.
  schedule::Blocking blocking() const;
  Rates rates() const;
  bool operator==(const Target &) const = default;
};

/// The target of this name; `native` is the most demanding level that this CPU can run. Neither is set where there is
/// none: `error` then is a sentence.
Target findTarget(llvm::StringRef name, std::string &error);

/// In the order that artifacts list them: of each kind the most demanding first.
bool precedes(const Target &left, const Target &right);

} // namespace tenon
