// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// PTX text to tokens.
#pragma once

#include <cstdint>
#include <string_view>

namespace tenon::sim {

struct PtxToken {
  enum class Kind : uint8_t {
    End,
    Word,      ///< An identifier or an opcode with its modifiers: `%r1`, `ld.global.L1::no_allocate.b32`.
    Directive, ///< `.reg`; the text is without the dot.
    Integer,
    Single, ///< `0f3F800000`; `integer` holds the bits.
    Double, ///< `0d...` or a decimal; `integer` holds the bits.
    String,
    Punctuation,
    Bad ///< `text` is what could not be read.
  };

  Kind kind = Kind::End;
  std::string_view text;
  uint64_t integer = 0;
  uint32_t line = 1;

  bool is(char c) const { return kind == Kind::Punctuation && text[0] == c; }
  bool isDirective(std::string_view name) const { return kind == Kind::Directive && text == name; }
};

class PtxLexer {
public:
  explicit PtxLexer(std::string_view text) : text(text) {}

  /// After the end of the text, an End token each time.
  PtxToken next();

private:
  bool skipBlanks();
  PtxToken number(PtxToken token);
  PtxToken digits(PtxToken token, unsigned base);
  PtxToken floatBits(PtxToken token, unsigned count);
  PtxToken decimal(PtxToken token);
  PtxToken finish(PtxToken token, PtxToken::Kind kind, size_t end);

  std::string_view text;
  size_t position = 0;
  uint32_t line = 1;
};

} // namespace tenon::sim
