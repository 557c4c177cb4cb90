// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/ptx/PtxLevel.h"

namespace tenon::ptx {

static constexpr Level levels[] = {{"sm_80", "+ptx70", 4}};

llvm::ArrayRef<Level> getLevels() { return levels; }

} // namespace tenon::ptx
