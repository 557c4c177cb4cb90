// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which GPUs a level of PTX runs on.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace tenon {

/// A GPU's generation, as NVIDIA numbers them: 8.0, 9.0, 12.1.
struct ComputeCapability {
  int major = 0;
  int minor = 0;

  auto operator<=>(const ComputeCapability &) const = default;
  std::string text() const { return std::to_string(major) + "." + std::to_string(minor); }
};

/// "sm_80" runs on capability 8.0 and above; "sm_90a" uses what only 9.0 has.
struct PtxLevel {
  ComputeCapability capability;
  bool exact = false;

  bool runsOn(ComputeCapability device) const { return exact ? device == capability : device >= capability; }
};

/// Nothing where the name is not "sm_", two or three digits (the last is the minor number) and perhaps an "a".
std::optional<PtxLevel> parsePtxLevel(std::string_view name);

} // namespace tenon
