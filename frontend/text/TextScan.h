// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A check of MLIR text before MLIR's recursive parser sees it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tenon {

/// One located sentence about text that is refused. Line and column count from 1, columns in bytes.
struct TextError {
  unsigned line;
  unsigned column;
  std::string message;
};

/// The bounds, each far below what made MLIR 22 crash on an 8 MiB stack and far above what models need.
struct TextLimits {
  /// A graph of a thousand layers takes a few MiB; weights do not travel as text.
  static constexpr size_t bytes = size_t(64) << 20;
  /// Brackets of all kinds, those that an alias stands for included. The parser crashed between 1,000 and 10,000.
  static constexpr unsigned nesting = 256;
  /// Operators of one affine expression, which becomes a tree as deep; crashed between 10,000 and 100,000.
  static constexpr unsigned operators = 1024;
  /// Digits of one number; the time is quadratic in them.
  static constexpr unsigned digits = 4096;
  /// The N of %value#N, for which the parser allocates N entries.
  static constexpr uint32_t resultNumber = 65535;
  /// What an alias may stand for once the aliases in it are replaced, as printing does: a chain of doublings is 2^n.
  static constexpr uint64_t aliasUses = uint64_t(1) << 20;
  /// Alignment in bytes of a dense resource, for which the parser allocates.
  static constexpr uint32_t resourceAlignment = 4096;
};

/// nullopt where MLIR's parser may read `text`. Errors: a bound above; a NUL byte; a string that does not end on its
/// line; a closing bracket without its opening one, or none at the end; a comment within the brackets of a dialect's
/// attribute or type, where MLIR's lexers disagree about it; a resource whose blob has no valid alignment, on which
/// MLIR aborts. Whether the text means anything is not looked at. Time and memory are linear in the text.
std::optional<TextError> scanText(std::string_view text);

} // namespace tenon
