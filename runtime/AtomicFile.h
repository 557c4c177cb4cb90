// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writing of files that readers see either whole or not at all.
#pragma once

#include "runtime/Result.h"

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>

namespace tenon {

/// Writes the parts one after the other under a temporary name beside `path`, then renames. What is no regular file
/// (a pipe, a terminal) is written to directly. On an error nothing is left behind, and an older file stays.
Status writeFileAtomically(const std::string &path, std::initializer_list<std::span<const std::byte>> parts);

} // namespace tenon
