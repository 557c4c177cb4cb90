// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kinds of x86-64 machine that code is made for, a row each.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace tenon::cpu {

struct Level {
  /// As users write it.
  llvm::StringRef name;
  /// The processor that LLVM generates code for, and what is added to it.
  llvm::StringRef processor, attributes;
  /// Width of a vector register.
  unsigned registerBits;
  /// Instruction sets that code of this level uses, as Linux names them in /proc/cpuinfo.
  llvm::ArrayRef<llvm::StringRef> features;
  /// Products of bf16 by vdpbf16ps, two k at a time: twice the rate of FMA on Zen 4, slower than it on Sapphire Rapids.
  bool hasBf16Dot;
};

/// From the most to the least demanding.
llvm::ArrayRef<Level> getLevels();
/// The level of this name, `native` being the most demanding that this machine can run; null where there is none.
const Level *findLevel(llvm::StringRef name);

} // namespace tenon::cpu
