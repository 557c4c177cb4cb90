// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which compiler this process is, down to the build.
#pragma once

#include <string>

namespace tenon {

/// Tenon's version and commit, then a line for the main program and for each loaded object whose file name contains
/// "tenon", "mlir" or "llvm" in any case: its GNU build id, or where it has none its path, size and time of change.
/// Sorted, so that the order of loading does not matter. What is loaded later is not in it.
std::string compilerIdentity();

} // namespace tenon
