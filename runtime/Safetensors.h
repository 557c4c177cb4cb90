// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads .safetensors files: named tensors in one file, as checkpoints are published.
#pragma once

#include "runtime/Tensor.h"

#include <functional>
#include <map>
#include <span>
#include <string_view>

namespace tenon {

/// A checked file, mapped while any copy of this handle lives. Everything is checked when it is opened: offsets lie in
/// the file, cover it without a gap or an overlap, and agree with type and shape. Types: F64 F32 F16 BF16 F8_E4M3
/// F8_E5M2 I64 I32 I16 I8 U8 BOOL; a tensor of another type is an error.
class Safetensors {
public:
  struct Entry {
    ElementType type;
    Shape shape;
    /// Row-major elements, at any alignment; valid while the file is held.
    std::span<const std::byte> bytes;
  };
  using Entries = std::map<std::string, Entry, std::less<>>;
  using Metadata = std::map<std::string, std::string, std::less<>>;

  /// Errors name the file: Environment where it cannot be read, Data where it is no valid .safetensors file.
  static Result<Safetensors> open(const std::string &path);
  /// The same from memory, which `owner` keeps alive where one is given; `name` stands for the file in errors.
  static Result<Safetensors> parse(std::span<const std::byte> bytes, std::string_view name,
                                   std::shared_ptr<const void> owner = nullptr);

  const Entries &entries() const { return tensors; }
  /// The strings of `__metadata__`.
  const Metadata &metadata() const { return strings; }
  /// A copy of one tensor. InvalidArgument for a name that is not there, Data for a BOOL that is neither 0 nor 1.
  Result<Tensor> read(std::string_view name) const;

private:
  std::string fileName;
  Entries tensors;
  Metadata strings;
  std::shared_ptr<const void> owner;
};

} // namespace tenon
