// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where compiled artifacts are kept, and whether that place can be trusted.
#pragma once

#include "runtime/FileDescriptor.h"
#include "runtime/Result.h"

#include <cstdint>
#include <optional>
#include <string>

namespace tenon {

/// The folder that `option`, the text of --cache-dir, names, else TENON_CACHE_DIR, else tenon in XDG_CACHE_HOME, else
/// .cache/tenon in HOME; nothing where the first that is given is "" or "off". As XDG says, its variables count only if
/// they hold absolute paths. Environment where none is left.
Result<std::optional<std::string>> cacheFolder(const std::optional<std::string> &option);

/// TENON_CACHE_BYTES, or `otherwise` where it is not set. InvalidArgument where it is no number.
Result<uint64_t> cacheBound(uint64_t otherwise);

/// Opens the folder for *at() calls, created with all folders above it, with mode 0700, where it is missing.
/// Environment where that fails, where it belongs to another user, or where group or others may write to it: artifacts
/// are code, and whoever may write here may run it as this user.
Result<FileDescriptor> openCacheFolder(const std::string &path);

} // namespace tenon
