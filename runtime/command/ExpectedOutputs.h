// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The options --expect and --allowed of `run`: outputs against files.
#pragma once

#include "runtime/command/RunCommand.h"

namespace tenon {

/// Compares the outputs that `expected` names with its files, by the bounds in the files of `allowed`, or bit for bit
/// where that has none. Both are by the output's name; `values` are in the order of `outputs`.
Result<CheckReport> compareWithFiles(std::span<const TensorDescription> outputs, std::span<const Tensor> values,
                                     const std::map<std::string, std::string> &expected,
                                     const std::map<std::string, std::string> &allowed);

} // namespace tenon
