// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The `bench` subcommand of `tenon`.
#pragma once

#include "runtime/command/CommandLine.h"

namespace tenon {

/// Runs the rows that the command line asks for and prints a table. Fails where a row cannot be measured, and under
/// --accept where one misses what it must reach; Cancelled when interrupted.
void addBenchCommand(CommandLine &commandLine);

} // namespace tenon
