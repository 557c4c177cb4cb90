// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What an artifact was compiled from, as a name for the cache.
#pragma once

#include "frontend/cache/CompilerIdentity.h"

#include <string>
#include <string_view>

namespace tenon {

/// A hash over the compiler and everything added: the text of the input, the targets, each option that changes code.
/// Whoever compiles adds all of them, always in one order, "native" as the code level that it stands for on this
/// machine, and a plugin by the content of its file. 128 bits of a hash that is not cryptographic: equal keys of
/// different inputs do not happen by chance, but can be made on purpose.
class CacheKey {
public:
  /// Begins with the compiler that this process is.
  CacheKey() : CacheKey(compilerIdentity()) {}
  /// For another compiler.
  explicit CacheKey(std::string_view compiler) { add("compiler", compiler); }

  /// Keys are equal only if labels and parts are, one by one: ("a", "bc") is not ("ab", "c").
  CacheKey &add(std::string_view label, std::string_view part);

  /// 32 digits.
  std::string hex() const;

private:
  /// For each part the size and text of its label, then size and hash of the part, which may be large.
  std::string parts;
};

} // namespace tenon
