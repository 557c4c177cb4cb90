// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the user may choose about a simulated launch.
#include "runtime/sim/Options.h"
#include <charconv>

namespace tenon::sim {
namespace {

bool readSwitch(std::string_view value, std::string_view on, std::string_view off, bool &result) {
  if (value != on && value != off)
    return false;
  result = value == on;
  return true;
}

template <class T> bool readNumber(std::string_view value, T limit, T &result) {
  T number = 0;
  auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size() || number > limit)
    return false;
  result = number;
  return true;
}

bool readOption(Options &options, std::string_view name, std::string_view value) {
  if (name == "threads")
    return readNumber(value, 1024u, options.threads);
  if (name == "cp-async")
    return readSwitch(value, "eager", "late", options.eagerCopies);
  if (name == "race-check")
    return readSwitch(value, "on", "off", options.checkRaces);
  if (name == "bank-conflicts")
    return readSwitch(value, "on", "off", options.countBankConflicts);
  return name == "instruction-limit" && readNumber(value, UINT64_MAX, options.instructionLimit);
}

} // namespace

Status changeOptions(Options &options, std::string_view text) {
  Options changed = options;
  while (!text.empty()) {
    std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(item.size() + 1, text.size()));
    size_t equals = item.find('=');
    if (equals == std::string_view::npos || !readOption(changed, item.substr(0, equals), item.substr(equals + 1)))
      return invalidArgument("the simulator does not know the option '" + std::string(item) +
                             "'; it has threads=N, cp-async=late|eager, race-check=on|off, bank-conflicts=on|off and "
                             "instruction-limit=N");
  }
  options = changed;
  return {};
}

} // namespace tenon::sim
