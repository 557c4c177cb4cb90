// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The read-only registers that PTX predefines.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tenon::sim {

enum class SpecialRegister : uint8_t {
  TidX,
  TidY,
  TidZ,
  NtidX,
  NtidY,
  NtidZ,
  CtaidX,
  CtaidY,
  CtaidZ,
  NctaidX,
  NctaidY,
  NctaidZ,
  LaneId,
  WarpId,
  NwarpId,
  SmId,
  NsmId,
  GridId,
  LaneMaskEq,
  LaneMaskLe,
  LaneMaskLt,
  LaneMaskGe,
  LaneMaskGt,
  DynamicSharedBytes,
  TotalSharedBytes,
  // These change while a kernel runs; only `mov` reads them.
  Clock,
  ClockHigh,
  Clock64,
  GlobalTimer,
  GlobalTimerLow,
  GlobalTimerHigh
};

inline constexpr unsigned specialRegisterCount = 31;

inline constexpr bool changesWhileRunning(SpecialRegister r) { return r >= SpecialRegister::Clock; }
inline constexpr bool isWide(SpecialRegister r) {
  return r == SpecialRegister::Clock64 || r == SpecialRegister::GlobalTimer || r == SpecialRegister::GridId;
}

/// The register of a name without `%` ("tid.x").
inline std::optional<SpecialRegister> specialRegisterNamed(std::string_view name) {
  constexpr std::string_view names[specialRegisterCount] = {
      "tid.x",           "tid.y",       "tid.z",       "ntid.x",      "ntid.y",      "ntid.z",
      "ctaid.x",         "ctaid.y",     "ctaid.z",     "nctaid.x",    "nctaid.y",    "nctaid.z",
      "laneid",          "warpid",      "nwarpid",     "smid",        "nsmid",       "gridid",
      "lanemask_eq",     "lanemask_le", "lanemask_lt", "lanemask_ge", "lanemask_gt", "dynamic_smem_size",
      "total_smem_size", "clock",       "clock_hi",    "clock64",     "globaltimer", "globaltimer_lo",
      "globaltimer_hi"};
  for (unsigned i = 0; i < specialRegisterCount; ++i)
    if (names[i] == name)
      return static_cast<SpecialRegister>(i);
  return std::nullopt;
}

} // namespace tenon::sim
