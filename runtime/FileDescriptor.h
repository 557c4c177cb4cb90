// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An open file that is closed at the end of its scope.
#pragma once

#include <cstddef>
#include <span>
#include <unistd.h>
#include <utility>

namespace tenon {

/// What ::open() and its like gave. Where a call fails, errno tells why.
class FileDescriptor {
public:
  /// Negative for a file that could not be opened.
  explicit FileDescriptor(int number = -1) : number(number) {}
  FileDescriptor(FileDescriptor &&other) : number(other.release()) {}
  FileDescriptor &operator=(FileDescriptor &&other) {
    std::swap(number, other.number);
    return *this;
  }
  ~FileDescriptor() {
    if (number >= 0)
      ::close(number);
  }

  explicit operator bool() const { return number >= 0; }
  int get() const { return number; }
  /// Leaves closing to the caller.
  int release() { return std::exchange(number, -1); }

  /// Fills `bytes` from here on in the file. errno is 0 where the file ends before.
  bool readAll(std::span<std::byte> bytes) const;
  bool writeAll(std::span<const std::byte> bytes) const;
  /// For writers: some file systems report only here that a write failed.
  bool close() { return ::close(release()) == 0; }

private:
  int number;
};

} // namespace tenon
