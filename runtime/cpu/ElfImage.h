// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A loader for the compiler's CPU code, with bounds on everything, in place of dlopen.
#pragma once

#include "runtime/Result.h"

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace tenon {

/// A freestanding x86-64 ELF shared object in executable memory: linked with `-nostdlib -z defs`, with no dependencies,
/// no TLS, no initializers, no writable data, and only relocations against itself. Immutable; a cheap handle.
class ElfImage {
public:
  /// Data names what is wrong with the file; Environment where memory cannot be had or made executable. Never reads
  /// beyond `file`, and reserves little more memory than its size.
  static Result<ElfImage> load(std::span<const std::byte> file);

  /// The address of an exported function, or null.
  const void *function(std::string_view name) const;

private:
  std::shared_ptr<std::byte> memory;
  std::map<std::string, const void *, std::less<>> functions;
};

} // namespace tenon
