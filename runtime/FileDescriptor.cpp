// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads and writes in as many calls as they take: one moves at most 2 GiB on Linux, and a signal may cut it short.
#include "runtime/FileDescriptor.h"

#include <cerrno>

namespace tenon {

bool FileDescriptor::readAll(std::span<std::byte> bytes) const {
  while (!bytes.empty()) {
    errno = 0;
    ssize_t count = ::read(number, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return false;
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
  return true;
}

bool FileDescriptor::writeAll(std::span<const std::byte> bytes) const {
  while (!bytes.empty()) {
    ssize_t count = ::write(number, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return false;
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
  return true;
}

} // namespace tenon
