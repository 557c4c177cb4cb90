// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The `inspect` subcommand of `tenon` and `tenon-run`.
#pragma once

#include "runtime/command/CommandLine.h"

namespace tenon {

/// Tells what an artifact holds, whatever machine it is for.
void addInspectCommand(CommandLine &commandLine);

} // namespace tenon
