// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A file as read-only memory.
#pragma once

#include "runtime/Result.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace tenon {

/// The content of a regular file, mapped while any copy of this handle lives. Whoever shortens the file meanwhile makes
/// reads of the lost part fault.
class MappedFile {
public:
  /// Environment where the file cannot be opened or mapped, InvalidArgument where it is no regular file.
  static Result<MappedFile> open(const std::string &path);

  std::span<const std::byte> bytes() const { return {start.get(), size}; }
  /// Keeps the mapping alive.
  std::shared_ptr<const std::byte> owner() const { return start; }
  /// Time of the last change, in seconds since 1970.
  int64_t modified() const { return modifiedSeconds; }

private:
  std::shared_ptr<const std::byte> start;
  size_t size = 0;
  int64_t modifiedSeconds = 0;
};

} // namespace tenon
