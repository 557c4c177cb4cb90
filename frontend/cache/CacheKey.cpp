// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sizes stand before what they measure, so that each sequence of parts has an encoding of its own.
#include "frontend/cache/CacheKey.h"

#include "runtime/artifact/ContentHash.h"

#include <cstdint>
#include <cstdio>
#include <span>

namespace tenon {

static void appendNumber(std::string &text, uint64_t number) {
  text.append(reinterpret_cast<const char *>(&number), sizeof(number));
}

static ContentHash hashOf(std::string_view text) { return contentHash(std::as_bytes(std::span(text))); }

CacheKey &CacheKey::add(std::string_view label, std::string_view part) {
  appendNumber(parts, label.size());
  parts += label;
  appendNumber(parts, part.size());
  ContentHash hash = hashOf(part);
  appendNumber(parts, hash.low);
  appendNumber(parts, hash.high);
  return *this;
}

std::string CacheKey::hex() const {
  ContentHash hash = hashOf(parts);
  char text[33];
  std::snprintf(text, sizeof(text), "%016llx%016llx", static_cast<unsigned long long>(hash.high),
                static_cast<unsigned long long>(hash.low));
  return text;
}

} // namespace tenon
