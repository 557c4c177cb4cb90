// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// `tenon interpret`: the oracle, with the arguments of `run`.
#pragma once

#include "runtime/command/RunCommand.h"

namespace tenon {

void addInterpretCommand(CommandLine &commandLine);

/// Compares the outputs of a run with the oracle's, for `tenon run --check`. The path must be that of a graph: an
/// artifact does not say what it computes.
Result<CheckReport> checkAgainstOracle(const CheckRequest &request);

} // namespace tenon
