// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Mapping of whole files.
#include "runtime/MappedFile.h"

#include "runtime/FileDescriptor.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

namespace tenon {

Result<MappedFile> MappedFile::open(const std::string &path) {
  // Non-blocking, so that opening a pipe that nobody writes to does not hang before it is refused.
  FileDescriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!descriptor)
    return environmentError("'" + path + "' could not be opened: " + std::strerror(errno));

  struct stat status;
  if (::fstat(descriptor.get(), &status) != 0)
    return environmentError("'" + path + "' could not be examined: " + std::strerror(errno));
  if (!S_ISREG(status.st_mode))
    return invalidArgument("'" + path + "' is not a regular file");

  MappedFile file;
  file.modifiedSeconds = status.st_mtim.tv_sec;
  file.size = static_cast<size_t>(status.st_size);
  if (file.size == 0)
    return file;
  void *address = ::mmap(nullptr, file.size, PROT_READ, MAP_PRIVATE, descriptor.get(), 0);
  if (address == MAP_FAILED)
    return environmentError("'" + path + "' could not be mapped: " + std::strerror(errno));
  size_t size = file.size;
  file.start = std::shared_ptr<const std::byte>(static_cast<const std::byte *>(address), [size](const std::byte *p) {
    ::munmap(const_cast<std::byte *>(p), size);
  });
  return file;
}

} // namespace tenon
