// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The type suffixes of PTX instructions: names and sizes.
#pragma once

#include <cstdint>
#include <string_view>

namespace tenon::sim {

enum class PtxType : uint8_t {
  None,
  U8,
  U16,
  U32,
  U64,
  S8,
  S16,
  S32,
  S64,
  B8,
  B16,
  B32,
  B64,
  F16,
  BF16,
  F16x2,
  BF16x2,
  TF32,
  F32,
  F64,
  Pred
};

/// The type of a suffix without its dot ("u32"), or None.
constexpr PtxType ptxTypeNamed(std::string_view name) {
  constexpr std::string_view names[] = {"",     "u8",    "u16",    "u32",  "u64", "s8",  "s16",
                                        "s32",  "s64",   "b8",     "b16",  "b32", "b64", "f16",
                                        "bf16", "f16x2", "bf16x2", "tf32", "f32", "f64", "pred"};
  for (unsigned i = 1; i < sizeof(names) / sizeof(names[0]); ++i)
    if (names[i] == name)
      return static_cast<PtxType>(i);
  return PtxType::None;
}

/// Bits of a value; 1 for a predicate.
constexpr unsigned bitsOf(PtxType type) {
  switch (type) {
  case PtxType::Pred:
    return 1;
  case PtxType::U8:
  case PtxType::S8:
  case PtxType::B8:
    return 8;
  case PtxType::U16:
  case PtxType::S16:
  case PtxType::B16:
  case PtxType::F16:
  case PtxType::BF16:
    return 16;
  case PtxType::U64:
  case PtxType::S64:
  case PtxType::B64:
  case PtxType::F64:
    return 64;
  case PtxType::None:
    return 0;
  default:
    return 32;
  }
}

constexpr bool isSigned(PtxType type) { return type >= PtxType::S8 && type <= PtxType::S64; }
constexpr bool isFloating(PtxType type) { return type >= PtxType::F16 && type <= PtxType::F64; }
constexpr bool isUntyped(PtxType type) { return type >= PtxType::B8 && type <= PtxType::B64; }
constexpr bool isInteger(PtxType type) { return type >= PtxType::U8 && type <= PtxType::S64; }

} // namespace tenon::sim
