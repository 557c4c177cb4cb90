// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The control groups that limit this process.
#pragma once

#include <string>
#include <vector>

namespace tenon {

/// Folders of the process's own group and those around it where the files of a controller ("cpu", "memory") may be, in
/// either version of the interface. Some may not exist.
std::vector<std::string> cgroupFolders(const std::string &controller);

} // namespace tenon
