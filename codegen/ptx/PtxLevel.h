// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kinds of NVIDIA GPU that code is made for, a row each.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace tenon::ptx {

struct Level {
  /// As users write it, and as LLVM and ptxas name the architecture.
  llvm::StringRef name;
  /// LLVM's name of the PTX version, kept low so that old drivers take the code.
  llvm::StringRef version;
  /// Warps of a block.
  unsigned warps;
};

llvm::ArrayRef<Level> getLevels();

} // namespace tenon::ptx
