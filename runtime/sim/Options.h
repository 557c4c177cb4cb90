// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the user may choose about a simulated launch.
#pragma once

#include "runtime/Result.h"
#include <string_view>

namespace tenon::sim {

struct Options {
  unsigned threads = 0;     ///< Host threads; 0 is one for each core.
  bool eagerCopies = false; ///< cp.async completes at once instead of at the last legal moment.
  bool checkRaces = true;
  bool countBankConflicts = false;
  uint64_t instructionLimit = uint64_t(1) << 27; ///< For each warp.
};

/// Changes `options` by text such as
/// "threads=2,cp-async=eager,race-check=off,bank-conflicts=on,instruction-limit=1000".
Status changeOptions(Options &options, std::string_view text);

} // namespace tenon::sim
