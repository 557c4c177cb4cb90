// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The program tenon-bench, as a function.
#pragma once

namespace tenon::bench {

/// Runs the benchmarks that the command line asks for, prints a table, and returns the exit status: 0, 1 where a row
/// misses what it must reach under --accept or cannot be measured, 2 for wrong usage, 130 when interrupted.
int benchMain(int argc, char **argv);

} // namespace tenon::bench
