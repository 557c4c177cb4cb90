// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The element types of tensors: names and sizes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tenon {

/// The values are those of the artifact schema. Stored little endian; I1 as one byte, 0 or 1; I4 as two to a byte, the
/// first in the low half.
enum class ElementType : uint8_t { F64, F32, F16, BF16, F8E4M3FN, F8E5M2, I64, I32, I16, I8, I4, I1, U8 };

inline constexpr unsigned elementTypeCount = 13;

/// Bits an element takes in memory.
constexpr unsigned storedBits(ElementType type) {
  switch (type) {
  case ElementType::F64:
  case ElementType::I64:
    return 64;
  case ElementType::F32:
  case ElementType::I32:
    return 32;
  case ElementType::F16:
  case ElementType::BF16:
  case ElementType::I16:
    return 16;
  case ElementType::I4:
    return 4;
  default:
    return 8;
  }
}

constexpr bool isFloat(ElementType type) { return type <= ElementType::F8E5M2; }

/// As the `tenon` dialect writes it: "f32", "bf16", "i1".
constexpr std::string_view elementTypeName(ElementType type) {
  constexpr std::string_view names[elementTypeCount] = {"f64", "f32", "f16", "bf16", "f8E4M3FN", "f8E5M2", "i64",
                                                        "i32", "i16", "i8",  "i4",   "i1",       "ui8"};
  return names[static_cast<unsigned>(type)];
}

/// The type of that name, or nothing.
constexpr std::optional<ElementType> elementTypeNamed(std::string_view name) {
  for (unsigned i = 0; i < elementTypeCount; ++i)
    if (elementTypeName(static_cast<ElementType>(i)) == name)
      return static_cast<ElementType>(i);
  return std::nullopt;
}

/// The element type that stores a C++ type: `elementTypeOf<float>` is F32.
template <class T> inline constexpr std::optional<ElementType> elementTypeOf = std::nullopt;
template <> inline constexpr std::optional<ElementType> elementTypeOf<double> = ElementType::F64;
template <> inline constexpr std::optional<ElementType> elementTypeOf<float> = ElementType::F32;
template <> inline constexpr std::optional<ElementType> elementTypeOf<int64_t> = ElementType::I64;
template <> inline constexpr std::optional<ElementType> elementTypeOf<int32_t> = ElementType::I32;
template <> inline constexpr std::optional<ElementType> elementTypeOf<int16_t> = ElementType::I16;
template <> inline constexpr std::optional<ElementType> elementTypeOf<int8_t> = ElementType::I8;
template <> inline constexpr std::optional<ElementType> elementTypeOf<uint8_t> = ElementType::U8;
template <> inline constexpr std::optional<ElementType> elementTypeOf<bool> = ElementType::I1;

} // namespace tenon
