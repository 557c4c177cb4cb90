// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// scanText on arbitrary bytes: no crash, errors lie within the text, and brackets alone are judged like a plain
// counter.
#include "frontend/text/TextScan.h"
#include <algorithm>
#include <cstdlib>

namespace {

// Text of nothing but these is judged without the scanner's rules for strings, comments, arrows and aliases.
bool isPlain(std::string_view text) { return text.find_first_not_of("()[]{} \n1") == std::string_view::npos; }

bool nestsPlainly(std::string_view text) {
  std::string open;
  for (char c : text) {
    if (c == '(' || c == '[' || c == '{')
      open += c;
    if (c != ')' && c != ']' && c != '}')
      continue;
    if (open.empty() || open.back() != (c == ')' ? '(' : char(c - 2)))
      return false;
    open.pop_back();
  }
  return open.empty();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string_view text(reinterpret_cast<const char *>(data), size);
  std::optional<tenon::TextError> error = tenon::scanText(text);
  if (error) {
    size_t lines = size_t(std::count(text.begin(), text.end(), '\n')) + 1;
    if (error->line < 1 || error->line > lines || error->column < 1 || error->column > size + 1 ||
        error->message.empty() || error->message.find('\n') != std::string::npos)
      std::abort();
  }
  if (size < tenon::TextLimits::nesting && isPlain(text) && error.has_value() == nestsPlainly(text))
    std::abort();
  return 0;
}
